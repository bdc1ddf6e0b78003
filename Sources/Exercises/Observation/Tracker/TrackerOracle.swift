package import Examining
package import Traces
import Vocabularies
import Workloads

/// Checks what a tracker says of a stream. Truth: the oracle follows the same events.
package struct TrackerOracle: Oracle {
  private let events: [EventStream.Event]
  private var truth: TrackerTruth
  /// Which events have been fed, the last of them, in the order in which they came.
  private var fed: [Range<Int>] = []

  package init(for trace: Trace) {
    events = EventStream.events(of: trace)
    truth = TrackerTruth(window: EventStream.window(of: trace))
  }

  package mutating func check(operations: Span<UInt64>, outcomes: Span<UInt64>, in window: Window) -> Violation? {
    var answers = window.answers
    for place in operations.indices {
      let (word, outcome, index) = (operations[place], outcomes[place], window.firstIndex + place)
      guard let (kind, numbers) = TrackerVocabulary.operation(word) else { continue }
      let wrong: Wrong?
      switch kind {
      case .feed:
        let range = EventTable.range(numbers.0, count: numbers.1, of: events.count)
        for event in events[range] { truth.record(event) }
        fed.append(range)
        wrong = nil
      case .finish:
        truth.finish()
        wrong = nil
      case .sizeClasses, .lifetimes, .topSites, .anomalies:
        let right = truth.list(kind, count: numbers.0)
        switch answers.next(outcome, of: word, at: index, TrackerVocabulary.self) {
        case .wrong(let violation): return violation
        case .list(let words): wrong = list(kind, Array(words), right)
        }
      default: wrong = number(kind, outcome, truth.word(kind))
      }
      guard let wrong else { continue }
      return Violation(
        wrong.kind, at: index,
        "\(TrackerVocabulary.describe(operation: word)) → \(TrackerVocabulary.describe(outcome: outcome, of: word)): \(wrong.message)",
        evidence: EventText(truth, fed.suffix(64).flatMap { events[$0.suffix(EventText.limit + 1)] }).lines)
    }
    return nil
  }

  private typealias Wrong = (kind: ViolationKind, message: String)

  private func number(_ kind: TrackerVocabulary.Kind, _ said: UInt64, _ right: UInt64) -> Wrong? {
    guard said != right else { return nil }
    switch kind {
    case .liveBlocks: return (.wrongLiveTotal, right == 1 ? "1 block is live" : "\(right) blocks are live")
    case .liveBytes: return (.wrongLiveTotal, "\(right) bytes are live")
    case .peakBytes: return (.wrongPeak, "at most \(right) bytes were live")
    case .peakStamp: return (.wrongPeak, "most bytes were live at \(right) first, \(truth.peak.bytes) of them")
    case .peakBlocks: return (.wrongPeak, "at most \(right) blocks were live")
    case .reused: return (.wrongReuse, "\(right) began where one of the last 64 ends was")
    default: return (.wrongReuse, "\(right) of \(truth.reuse.count) were by another thread than the end")
    }
  }

  private func list(_ kind: TrackerVocabulary.Kind, _ said: [UInt64], _ right: [UInt64]) -> Wrong? {
    let violation: ViolationKind =
      switch kind {
      case .sizeClasses: .wrongSizeClass
      case .lifetimes: .wrongLifetime
      case .topSites: .wrongTopSites
      default: .wrongAnomaly
      }
    let size = TrackerVocabulary.recordWords(kind)
    guard said.count.isMultiple(of: size) else { return (violation, "the last record has not \(size) words") }
    for first in stride(from: 0, to: max(said.count, right.count), by: size) {
      let number = first / size
      guard first < said.count else {
        return (violation, "record \(number) is missing: \(text(kind, right[first..<first + size]))")
      }
      let its = text(kind, said[first..<first + size])
      guard first < right.count else { return (violation, "record \(number) is one too many: \(its)") }
      guard said[first..<first + size] != right[first..<first + size] else { continue }
      return (violation, "record \(number) is \(its); right is \(text(kind, right[first..<first + size]))")
    }
    return nil
  }

  private func text(_ kind: TrackerVocabulary.Kind, _ record: ArraySlice<UInt64>) -> String {
    let words = Array(record)
    func signed(_ place: Int) -> Int64 { Int64(bitPattern: words[place]) }
    switch kind {
    case .sizeClasses:
      return "class \(signed(0)), \(signed(1)) live blocks of \(signed(2)) bytes, \(signed(3)) requests"
    case .lifetimes: return "\(signed(1)) blocks that lived 2^\(signed(0)) or more"
    case .topSites: return "site \(words[0]), \(signed(1)) live blocks of \(signed(2)) bytes"
    default:
      guard words[0] > 0, words[0] < UInt64(TrackerVocabulary.anomalies.count) else {
        return "no anomaly (\(words[0]))"
      }
      let name = "\(TrackerVocabulary.anomalies[Int(words[0])]), thread \(signed(1)), number \(words[2])"
      switch words[0] {
      case 1: return words[3] == 1 ? "\(name) alone" : "\(name) and so on, \(words[3]) events"
      case 2: return words[3] == 0 ? name : "\(name), detail \(words[3])"
      default: return "\(name), at \(EventText.hexadecimal(words[3]))"
      }
    }
  }
}
