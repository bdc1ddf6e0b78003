package import Examining
package import Traces
import Vocabularies
import Workloads

/// Reads the reports of a profile as any program would, and compares them with the truth: the oracle adds up the same events.
package struct ReporterOracle: Oracle {
  private let events: [ProfileStream.Event]
  private var fed = 0
  private var truth: ReporterTruth

  package init(for trace: Trace) {
    let stream = ProfileStream(trace)
    events = stream.events
    truth = ReporterTruth(stream)
  }

  package mutating func check(operations: Span<UInt64>, outcomes: Span<UInt64>, in window: Window) -> Violation? {
    var answers = window.answers
    for place in operations.indices {
      let (word, outcome, index) = (operations[place], outcomes[place], window.firstIndex + place)
      guard let (kind, count) = ReporterVocabulary.question(word) else { continue }
      let asked = ReporterVocabulary.describe(operation: word)
      guard kind != .feed else {
        let last = min(events.count, fed + count)
        for event in events[fed..<last] { truth.record(event) }
        fed = last
        guard outcome == 0 else {
          return Violation(.wrongRecording, at: index, "\(asked) → \(outcome): it has no answer")
        }
        continue
      }
      switch answers.next(outcome, of: word, at: index, ReporterVocabulary.self) {
      case .wrong(let violation): return violation
      case .list(let words):
        guard let text = Self.bytes(words) else {
          return Violation(
            .malformedLine, at: index, "\(asked) → \(words.count) words, and not as many bytes as the last one says")
        }
        do throws(ReportFault) { try Self.check(text, kind, count, truth) } catch {
          let (line, evidence) = ReportExcerpt.lines(of: text, at: error.offset)
          return Violation(
            error.kind, at: index,
            "\(asked) → \(ReporterVocabulary.describe(outcome: outcome, of: word)): line \(line), byte \(error.offset): \(error.message)",
            evidence: evidence + ReportedProfile(truth).lines)
        }
      }
    }
    return nil
  }

  /// The bytes that a list has; nil where it says another number of them.
  private static func bytes(_ words: ArraySlice<UInt64>) -> [UInt8]? {
    guard let count = words.last, count <= UInt64(8 * (words.count - 1)), (Int(count) + 7) / 8 == words.count - 1 else {
      return nil
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 * words.count)
    for word in words.dropLast() {
      for place in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(8 * place))) }
    }
    return Array(bytes.prefix(Int(count)))
  }

  /// What is wrong with a report that a word asks for, or nil.
  package static func fault(_ text: [UInt8], _ word: UInt64, _ truth: ReporterTruth) -> ViolationKind? {
    guard let (kind, count) = ReporterVocabulary.question(word) else { return nil }
    do throws(ReportFault) { try check(text, kind, count, truth) } catch { return error.kind }
    return nil
  }

  private static func check(
    _ text: [UInt8], _ kind: ReporterVocabulary.Kind, _ count: Int, _ truth: ReporterTruth
  ) throws(ReportFault) {
    switch kind {
    case .feed: break
    case .folded: try FoldedCheck(truth).check(text)
    case .topSelf, .topTotal: try TopCheck(truth, byTotal: kind == .topTotal, count: count).check(text)
    case .timeline: try TimelineCheck(truth.points, count: count).check(text)
    case .json: try JSONCheck(truth).check(text)
    }
  }
}

/// A small profile, for people to read.
struct ReportedProfile {
  private static let limit = 8
  private let truth: ReporterTruth

  init(_ truth: ReporterTruth) { self.truth = truth }

  var lines: [String] {
    let reported = truth.reported
    var lines = ["\(truth.points.count) events, \(truth.total) bytes live, in \(reported.count) stacks"]
    for stack in reported.prefix(Self.limit) {
      let names = truth.stacks[stack].suffix(6).map { ReportExcerpt.text(truth.functions[$0]) }
      lines.append(
        "\(truth.stacks[stack].count > 6 ? "… ▸ " : "")\(names.joined(separator: " ▸ ")): \(truth.live[stack])")
    }
    return lines
  }
}
