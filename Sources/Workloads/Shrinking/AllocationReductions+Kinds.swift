import Traces
import Vocabularies

extension AllocationReductions {
  /// Plain allocations in place of zeroed ones and of reallocations, and faults that come sooner.
  func simplifyKinds(_ search: ShrinkSearch) {
    search.attempt(
      search.best.mappingOperations { $0.kind == .allocateZeroed ? $0.ofKind(.allocate) : $0 })
    guard search.best.operations.count <= 1000 else { return }
    var index = 0
    while index < search.best.operations.count, !search.isOver {
      let operation = AllocationOperation(word: search.best.operations[index])
      switch operation.kind {
      case .allocateZeroed:
        var candidate = search.best
        candidate.operations[index] = operation.ofKind(.allocate).word
        search.attempt(candidate)
      case .reallocate: search.attempt(allocating(index, of: search.best))
      case .hostile where operation.hostility?.isFault == true:
        for size in [1, 2, operation.size / 2, operation.size - 1] where size > 0 && size < operation.size {
          var candidate = search.best
          candidate.operations[index] = operation.resized(to: size).word
          if search.attempt(candidate) { break }
        }
      default: break
      }
      index += 1
    }
  }

  /// A trace in which a reallocation is an allocation of another block.
  private func allocating(_ index: Int, of trace: Trace) -> Trace {
    let blocks = BlockLifetimes(trace)
    var steps = trace.operations.indices.map { (word: trace.operations[$0], block: blocks.ofOperation[$0]) }
    steps[index] = (AllocationOperation(word: steps[index].word).ofKind(.allocate).word, Int32(blocks.count))
    return BlockLifetimes.trace(trace, steps)
  }

  /// Alignments as small as they can be: of all requests at once where a parameter says what it is, or of each.
  func simplifyAlignments(_ search: ShrinkSearch) {
    let names = search.best.parameters.map(\.name).filter { $0.hasSuffix(".alignment") }
    guard names.isEmpty else {
      let alignment = names.compactMap { search.best.parameter($0) }.max() ?? 1
      var smaller = 1
      while smaller < alignment {
        var candidate = search.best.mappingOperations { $0.aligned(to: $0.asksForSize ? smaller : 1) }
        for name in names { candidate = candidate.settingParameter(name, smaller) }
        if search.attempt(candidate) { return }
        smaller *= 2
      }
      return
    }
    search.attempt(search.best.mappingOperations { $0.aligned(to: 1) })
    guard search.best.operations.count <= 64 else { return }
    var index = 0
    while index < search.best.operations.count {
      var smaller = 1
      while smaller < AllocationOperation(word: search.best.operations[index]).alignment, !search.isOver {
        var candidate = search.best
        candidate.operations[index] = AllocationOperation(word: candidate.operations[index]).aligned(to: smaller).word
        if search.attempt(candidate) { break }
        smaller *= 2
      }
      index += 1
      guard index < search.best.operations.count else { return }
    }
  }
}
