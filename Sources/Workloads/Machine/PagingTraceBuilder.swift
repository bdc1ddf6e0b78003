package import Traces
import Vocabularies

/// Writes a reference string: a trace of the paging vocabulary.
package struct PagingTraceBuilder {
  /// The pages accessed so far.
  package private(set) var accesses: [UInt64] = []

  package init() {}

  /// Accesses pages one after the other.
  package mutating func access(_ pages: some Sequence<Int>) { accesses += pages.map { UInt64(truncatingIfNeeded: $0) } }

  /// Goes round a loop of pages, which LRU handles worst when it is just too large.
  package mutating func loop(from first: Int, pages: Int, times: Int) {
    for _ in 0..<times { access(first..<first + pages) }
  }

  /// Accesses pages at random; the lower the number, the likelier (Zipf's law with exponent 1).
  package mutating func zipf(from first: Int, pages: Int, accesses count: Int, with generator: inout SeededGenerator) {
    var cumulative: [Double] = []
    for rank in 1...pages { cumulative.append((cumulative.last ?? 0) + 1 / Double(rank)) }
    for _ in 0..<count {
      let point = Double(generator.below(1 << 52)) / Double(1 << 52) * (cumulative.last ?? 1)
      var low = 0
      var high = pages - 1
      while low < high {
        let middle = (low + high) / 2
        if cumulative[middle] < point { low = middle + 1 } else { high = middle }
      }
      access([first + low])
    }
  }

  /// The trace, for a memory of `frames` frames and the policy of that number.
  ///
  /// - Parameter isIndependent: whether each access was drawn for itself, all from the same pages, so that what comes does not
  ///   depend on what was.
  package func trace(frames: Int, policy: Int, isIndependent: Bool = false) -> Trace {
    Trace(
      vocabulary: PagingVocabulary.name, name: "paging", origin: "generated",
      parameters: [
        TraceParameter(name: "frames", value: frames), TraceParameter(name: "policy", value: policy),
      ] + (isIndependent ? [TraceParameter(name: "independent", value: 1)] : []), operations: accesses)
  }
}
