package import Traces
import Vocabularies

/// How traces of placements on nodes are made shorter: whole blocks are left out, then single operations; numbers become smaller.
package struct NUMAReductions: Reductions {
  package init() {}

  package var granularities: Int { 2 }

  /// By block, then one by one.
  package func parts(of trace: Trace, granularity: Int) -> Parts {
    guard granularity == 0 else {
      return Parts(ofOperation: trace.operations.indices.map { Int32($0) }, count: trace.operations.count)
    }
    var part: [Int: Int32] = [:]
    var count: Int32 = 0
    let numbers = trace.operations.map { word -> Int32 in
      switch NUMAVocabulary.Operation(word: word) {
      case .allocate(let block, _, _), .allocateOn(let block, _, _):
        part[block] = count
        count += 1
        return count - 1
      case .deallocate(let block), .touch(let block, _, _, _): return part[block] ?? -1
      case .run, nil: return -1
      }
    }
    return Parts(ofOperation: numbers, count: Int(count))
  }

  /// Without what is about blocks that are not begun any more, and threads that do not run.
  package func trace(_ trace: Trace, keeping isKept: (Int) -> Bool) -> Trace {
    var kept = trace
    var (live, running): (Set<Int>, Set<Int>) = ([], [])
    kept.operations = trace.operations.indices.filter(isKept).map { trace.operations[$0] }.filter { word in
      switch NUMAVocabulary.Operation(word: word) {
      case .allocate(let block, _, _), .allocateOn(let block, _, _): live.insert(block).inserted
      case .deallocate(let block): live.remove(block) != nil
      case .run(let thread, _):
        // Inserting twice is as good as once.
        running.insert(thread).inserted || true
      case .touch(let block, _, let thread, _): live.contains(block) && running.contains(thread)
      case nil: false
      }
    }
    return kept
  }

  package func simplify(_ search: ShrinkSearch) {
    search.simplifyEach { operations, place in
      func replaced(_ new: [NUMAVocabulary.Operation]) -> [[UInt64]] {
        new.map { operation in
          var changed = operations
          changed[place] = operation.word
          return changed
        }
      }
      switch NUMAVocabulary.Operation(word: operations[place]) {
      case .allocate(let block, let bytes, let policy):
        return replaced(Self.sizes(below: bytes).map { .allocate(block: block, bytes: $0, policy: policy) })
      case .allocateOn(let block, let bytes, let node):
        return replaced(Self.sizes(below: bytes).map { .allocateOn(block: block, bytes: $0, node: node) })
      case .touch(let block, let page, let thread, let accesses):
        var simpler: [NUMAVocabulary.Operation] = []
        if accesses > 1 { simpler.append(.touch(block: block, page: page, thread: thread, accesses: 1)) }
        if page > 0 { simpler.append(.touch(block: block, page: 0, thread: thread, accesses: accesses)) }
        return replaced(simpler)
      default: return []
      }
    }
  }

  private static func sizes(below bytes: Int) -> [Int] { [0, 1, 4096, 8192, bytes / 2].filter { $0 < bytes } }

  package func complexity(of trace: Trace) -> [Int] {
    var (bytes, touches) = (0, 0)
    for word in trace.operations {
      switch NUMAVocabulary.Operation(word: word) {
      case .allocate(_, let size, _), .allocateOn(_, let size, _): bytes += size
      case .touch(_, let page, _, let accesses): touches += page + accesses
      default: break
      }
    }
    return [touches, bytes]
  }
}
