package import Traces
import Vocabularies

/// A trace in as few lines as people need: operations that are alike, and patterns that repeat, once each.
package indirect enum TraceFold: Equatable, Sendable {
  /// One operation, by its index.
  case one(Int)
  /// Operations that differ only in their slot, which goes up or down by one.
  case run(Range<Int>)
  /// The operations of `body`, and then the same ones again, `count` times in all.
  case repeated(count: Int, body: [TraceFold])

  /// The operations that it stands for.
  package var operations: Range<Int> {
    switch self {
    case .one(let index): return index..<index + 1
    case .run(let range): return range
    case .repeated(let count, let body):
      let first = body.first?.operations.lowerBound ?? 0
      let length = (body.last?.operations.upperBound ?? 0) - first
      return first..<first + count * length
    }
  }

  /// How many lines it takes.
  package var steps: Int {
    if case .repeated(_, let body) = self { body.reduce(0) { $0 + $1.steps } } else { 1 }
  }

  /// How many lines a trace takes.
  package static func steps(of trace: Trace) -> Int { folds(of: trace).reduce(0) { $0 + $1.steps } }

  /// Patterns of at most so many lines are looked for.
  private static let longestPattern = 12
  /// Fewer operations than this are not worth a run.
  private static let shortestRun = 3

  /// The whole trace, in order.
  ///
  /// - Complexity: O(operations).
  package static func folds(of trace: Trace) -> [TraceFold] {
    let words = trace.operations
    let runs = trace.vocabulary == AllocationVocabulary.name ? runs(words) : words.indices.map { .one($0) }
    return patterns(runs, words)
  }

  private static func runs(_ words: [UInt64]) -> [TraceFold] {
    var folds: [TraceFold] = []
    var first = 0
    while first < words.count {
      var end = first + 1
      var step = 0
      let operation = AllocationOperation(word: words[first])
      while operation.namesBlock, end < words.count {
        let next = AllocationOperation(word: words[end])
        let difference = next.slot - AllocationOperation(word: words[end - 1]).slot
        guard next.inSlot(operation.slot) == operation, abs(difference) == 1, step == 0 || step == difference else {
          break
        }
        step = difference
        end += 1
      }
      if end - first < shortestRun { end = first + 1 }
      folds.append(end - first > 1 ? .run(first..<end) : .one(first))
      first = end
    }
    return folds
  }

  private static func patterns(_ folds: [TraceFold], _ words: [UInt64]) -> [TraceFold] {
    func areAlike(_ one: Int, _ other: Int) -> Bool {
      let (a, b) = (folds[one].operations, folds[other].operations)
      return a.count == b.count && words[a] == words[b]
    }
    var result: [TraceFold] = []
    var first = 0
    while first < folds.count {
      var best = (length: 1, count: 1)
      for length in 1...longestPattern where first + 2 * length <= folds.count {
        var end = first + length
        while end < folds.count, areAlike(end - length, end) { end += 1 }
        let count = (end - first) / length
        // Of patterns that cover as much, the shorter one.
        if count > 1, count * length > best.count * best.length { best = (length, count) }
      }
      let body = Array(folds[first..<first + best.length])
      if best.count * best.length >= shortestRun, best.count > 1 {
        result.append(.repeated(count: best.count, body: body))
      } else {
        best = (1, 1)
        result.append(folds[first])
      }
      first += best.length * best.count
    }
    return result
  }
}
