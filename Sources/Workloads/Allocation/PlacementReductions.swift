package import Traces
import Vocabularies

/// How traces of placements are made shorter: whole blocks are left out, then single operations; then sizes become smaller and hints go.
package struct PlacementReductions: Reductions {
  package init() {}

  package var granularities: Int { 2 }

  /// By block, one by one.
  package func parts(of trace: Trace, granularity: Int) -> Parts {
    guard granularity == 0 else { return Parts(oneByOne: trace) }
    // A variable may hold one block after the other: each of them is a part.
    var parts: [Int: Int32] = [:]
    var count: Int32 = 0
    let numbers = trace.operations.map { word -> Int32 in
      let operation = PlacementOperation(word: word)
      guard let kind = operation.kind else { return -1 }
      if kind == .allocate {
        parts[operation.block] = count
        count += 1
      }
      return parts[operation.block] ?? -1
    }
    return Parts(ofOperation: numbers, count: Int(count))
  }

  package func trace(_ trace: Trace, keeping isKept: (Int) -> Bool) -> Trace {
    var kept = trace
    var live: Set<Int> = []
    var known: Set<Int> = []
    kept.operations = trace.operations.indices.filter(isKept).compactMap { index in
      let operation = PlacementOperation(word: trace.operations[index])
      switch operation.kind {
      case .allocate:
        // Where the end of the block before was left out, that one lives on.
        guard live.insert(operation.block).inserted else { return nil }
        defer { known.insert(operation.block) }
        return operation.near.map { known.contains($0) } ?? true ? operation.word : operation.hinted(nil).word
      case .deallocate: return live.remove(operation.block) == nil ? nil : operation.word
      case .read, .write: return live.contains(operation.block) ? operation.word : nil
      case nil: return nil
      }
    }
    return kept
  }

  package func simplify(_ search: ShrinkSearch) {
    renumber(search)
    search.simplifyEach { operations, index in
      let operation = PlacementOperation(word: operations[index])
      guard operation.kind == .allocate else { return [] }
      func replaced(_ new: PlacementOperation) -> [UInt64] {
        var changed = operations
        changed[index] = new.word
        return changed
      }
      let plain = operation.near == nil ? [] : [replaced(operation.hinted(nil))]
      let size = operation.size
      return plain
        + [1, 8, 16, 64, 65, 1024, 4096, size / 2, size - 1].filter { $0 > 0 && $0 < size }
        .map { replaced(operation.resized(to: $0)) }
    }
  }

  /// Variables in the order in which they come first.
  private func renumber(_ search: ShrinkSearch) {
    var numbers: [Int: Int] = [:]
    var candidate = search.best
    candidate.operations = candidate.operations.map { word in
      let operation = PlacementOperation(word: word)
      guard operation.kind != nil else { return word }
      let new = numbers[operation.block] ?? numbers.count
      numbers[operation.block] = new
      let near = operation.kind == .allocate ? operation.near.flatMap { numbers[$0] } : nil
      let moved = operation.moved(to: new)
      return operation.kind == .allocate ? moved.hinted(near).word : moved.word
    }
    candidate.slotCount = max(numbers.count, 1)
    search.attempt(candidate)
  }

  package func complexity(of trace: Trace) -> [Int] {
    var blocks: Set<Int> = []
    var sum = 0
    for word in trace.operations {
      let operation = PlacementOperation(word: word)
      blocks.insert(operation.block)
      if operation.kind == .allocate {
        sum += min(operation.size, 1 << 32) + operation.alignment + (operation.near == nil ? 0 : 1)
      }
    }
    return [blocks.count, sum, trace.slotCount]
  }
}
