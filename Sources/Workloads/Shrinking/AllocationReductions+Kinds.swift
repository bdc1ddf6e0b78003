import Traces
import Vocabularies

extension AllocationReductions {
  /// Plain allocations in place of zeroed ones and of reallocations, and faults that come sooner.
  func simplifyKinds(_ search: ShrinkSearch) {
    search.attempt(
      search.best.mappingOperations { $0.kind == .allocateZeroed ? $0.ofKind(.allocate) : $0 })
    search.attempt(allocating(of: search.best) { _ in true })
    guard search.best.operations.count <= 1000 else { return }
    var index = 0
    while index < search.best.operations.count, !search.isOver {
      let operation = AllocationOperation(word: search.best.operations[index])
      switch operation.kind {
      case .allocateZeroed:
        var candidate = search.best
        candidate.operations[index] = operation.ofKind(.allocate).word
        search.attempt(candidate)
      case .reallocate: search.attempt(allocating(of: search.best) { $0 == index })
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

  /// A trace in which reallocations are allocations of other blocks.
  private func allocating(of trace: Trace, _ isChosen: (Int) -> Bool) -> Trace {
    let blocks = BlockLifetimes(trace)
    var count = Int32(blocks.count)
    let steps = trace.operations.indices.map { index -> (word: UInt64, block: Int32) in
      let operation = AllocationOperation(word: trace.operations[index])
      guard operation.kind == .reallocate, isChosen(index) else { return (operation.word, blocks.ofOperation[index]) }
      count += 1
      return (operation.ofKind(.allocate).word, count - 1)
    }
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
