package import Traces

/// In which ways the traces of one kind of subject can be made shorter and simpler.
///
/// Whatever is made here is a well-formed trace: a shrinker asks whether it still fails, never whether it makes sense.
package protocol Reductions: Sendable {
  /// Parts of a trace that are left out together, by how coarse they are, the coarsest first.
  var granularities: Int { get }

  /// For each operation the number of its part, counted from 0 in the order of their first operations; -1 for what cannot be left out
  /// alone.
  func parts(of trace: Trace, granularity: Int) -> Parts

  /// The trace of the operations that are kept, without those that mean nothing without the others.
  func trace(_ trace: Trace, keeping isKept: (Int) -> Bool) -> Trace

  /// What is worth a try while a trace is long: large cuts, found by few tries.
  func shorten(_ search: ShrinkSearch)

  /// Makes a trace simpler that has nothing left to leave out.
  func simplify(_ search: ShrinkSearch)

  /// What of two traces with equally many operations makes one the simpler; the first number that differs decides.
  func complexity(of trace: Trace) -> [Int]
}

/// What holds where operations stand each for itself.
extension Reductions {
  package var granularities: Int { 1 }

  package func parts(of trace: Trace, granularity: Int) -> Parts { Parts(oneByOne: trace) }

  package func trace(_ trace: Trace, keeping isKept: (Int) -> Bool) -> Trace {
    var kept = trace
    kept.operations = trace.operations.indices.filter(isKept).map { trace.operations[$0] }
    return kept
  }

  package func shorten(_ search: ShrinkSearch) { keepLast(search) }

  /// The last few operations, and then more of them.
  func keepLast(_ search: ShrinkSearch) {
    var few = 4
    while few < search.best.operations.count, !search.isOver {
      let first = search.best.operations.count - few
      if search.attempt(trace(search.best) { $0 >= first }) { return }
      few *= 4
    }
  }
}

/// How a trace's operations fall into parts.
package struct Parts: Sendable {
  /// For each operation the number of its part, or -1.
  package var ofOperation: [Int32]
  /// How many there are.
  package var count: Int

  package init(ofOperation: [Int32], count: Int) {
    self.ofOperation = ofOperation
    self.count = count
  }

  /// Each operation by itself.
  init(oneByOne trace: Trace) {
    self.init(ofOperation: trace.operations.indices.map { Int32($0) }, count: trace.operations.count)
  }
}

/// How a trace fails.
package struct TraceFailure: Sendable {
  /// The operation by which it has failed: nothing behind it matters. Nil where that is not known.
  package let operation: Int?

  package init(by operation: Int?) { self.operation = operation }
}
