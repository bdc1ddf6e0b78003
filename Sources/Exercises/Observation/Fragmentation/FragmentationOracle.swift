package import Examining
package import Traces
import Vocabularies
import Workloads

/// Checks what a meter says of a heap. Truth: the oracle takes the same changes in.
package struct FragmentationOracle: Oracle {
  private var truth: FragmentationTruth

  package init(for trace: Trace) { truth = FragmentationTruth(of: HeapStream(trace.tables) ?? HeapStream()) }

  package mutating func check(operations: Span<UInt64>, outcomes: Span<UInt64>, in window: Window) -> Violation? {
    var answers = window.answers
    for place in operations.indices {
      let (word, outcome, index) = (operations[place], outcomes[place], window.firstIndex + place)
      guard let (kind, argument) = MeterVocabulary.question(word) else { continue }
      let wrong: Wrong?
      switch kind {
      case .feed:
        truth.feed(argument)
        wrong = outcome == 0 ? nil : (.wrongFeed, "feeding has no answer")
      case .histogram, .measures:
        switch answers.next(outcome, of: word, at: index, MeterVocabulary.self) {
        case .wrong(let violation): return violation
        case .list(let words): wrong = kind == .histogram ? histogram(Array(words)) : measures(Array(words))
        }
      default: wrong = number(outcome, kind, argument)
      }
      guard let wrong else { continue }
      return Violation(
        wrong.kind, at: index,
        "\(MeterVocabulary.describe(operation: word)) → \(MeterVocabulary.describe(outcome: outcome, of: word)): \(wrong.message)",
        evidence: FragmentationText(truth).lines)
    }
    return nil
  }

  private typealias Wrong = (kind: ViolationKind, message: String)

  private mutating func number(_ said: UInt64, _ kind: MeterVocabulary.Kind, _ order: Int) -> Wrong? {
    let (largest, free, unusable) = (truth.largest, truth.free, truth.unusable(order))
    let right: UInt64
    let found: ViolationKind
    let reason: String
    switch kind {
    case .internalBytes:
      (right, found) = (truth.internalBytes, .wrongInternal)
      reason = "\(truth.state.taken) bytes are taken, and \(truth.state.requested) were asked for"
    case .internalFragmentation:
      (right, found) = (FragmentationTruth.share(truth.internalBytes, of: truth.state.taken), .wrongInternal)
      reason = "\(truth.internalBytes) of \(truth.state.taken) bytes that are taken"
    case .freeBytes:
      (right, found) = (free, .wrongFree)
      reason = "the heap has \(truth.state.heap) bytes, and \(truth.state.taken) are taken"
    case .largestRun: (right, found, reason) = (largest, .wrongRun, "of \(free) free bytes")
    case .externalFragmentation:
      (right, found) = (FragmentationTruth.share(free &- largest, of: free), .wrongShare)
      reason = "\(free &- largest) of \(free) free bytes are not in the longest run"
    case .unusableBytes:
      (right, found, reason) = (unusable, .wrongShare, "of \(free) free bytes, in runs of less than 2^\(order)")
    default:
      (right, found) = (FragmentationTruth.share(unusable, of: free), .wrongShare)
      reason = "\(unusable) of \(free) free bytes are in runs of less than 2^\(order)"
    }
    return said == right ? nil : (found, "right is \(right): \(reason)")
  }

  private func histogram(_ said: [UInt64]) -> Wrong? {
    let size = MeterVocabulary.rowWords
    guard said.count.isMultiple(of: size) else {
      return (.wrongHistogram, "the last row has \(said.count % size) of \(size) words")
    }
    func text(_ words: ArraySlice<UInt64>) -> String {
      let row = Array(words)
      return "order \(Int64(bitPattern: row[0])), \(row[1]) runs, \(row[2]) bytes"
    }
    let right = truth.histogram
    for first in stride(from: 0, to: max(said.count, right.count), by: size) {
      let row = first..<first + size
      guard first < said.count else { return (.wrongHistogram, "a row is missing: \(text(right[row]))") }
      guard first < right.count else { return (.wrongHistogram, "a row is one too many: \(text(said[row]))") }
      if said[row] != right[row] {
        return (.wrongHistogram, "row \(first / size) is \(text(said[row])); right is \(text(right[row]))")
      }
    }
    return nil
  }

  private static let names = ["average", "atPeakLive", "atPeakHeap", "ofPeaks"]

  private func measures(_ said: [UInt64]) -> Wrong? {
    let right = truth.measures
    guard said.count == 2 * right.count else {
      return (.wrongMeasure, "\(said.count) words, where four ratios have \(2 * right.count)")
    }
    for place in right.indices {
      let number = UInt128(said[2 * place + 1]) << 64 | UInt128(said[2 * place])
      if number != right[place] {
        let part = place.isMultiple(of: 2) ? "heap" : "live"
        return (.wrongMeasure, "\(Self.names[place / 2]).\(part) is \(number); right is \(right[place])")
      }
    }
    return nil
  }
}
