package import Examining
package import Traces
import Vocabularies
import Workloads

/// Checks which sites a detector names. Truth: the definitions, applied to all that was fed.
package struct PatternOracle: Oracle {
  private let events: [EventStream.Event]
  private var truth: PatternTruth
  /// Of events that have been fed, the last.
  private var fed: [EventStream.Event] = []

  package init(for trace: Trace) {
    events = EventStream.events(of: trace)
    truth = PatternTruth(interval: EventStream.interval(of: trace) ?? 1)
  }

  package mutating func check(operations: Span<UInt64>, outcomes: Span<UInt64>, in window: Window) -> Violation? {
    var answers = window.answers
    for place in operations.indices {
      let (word, outcome, index) = (operations[place], outcomes[place], window.firstIndex + place)
      let wrong: Wrong?
      switch PatternVocabulary.question(word) {
      case .feed(let first, let count):
        let range = EventTable.range(first, count: count, of: events.count)
        for event in events[range] { truth.record(event) }
        fed = Array((fed + events[range].suffix(PatternText.limit + 1)).suffix(PatternText.limit + 1))
        wrong = nil
      case .showing(let pattern):
        switch answers.next(outcome, of: word, at: index, PatternVocabulary.self) {
        case .wrong(let violation): return violation
        case .list(let words): wrong = list(pattern, Array(words))
        }
      case .lifetime(let permille, let site): wrong = lifetime(permille, of: site, outcome)
      case nil: wrong = nil
      }
      guard let wrong else { continue }
      return Violation(
        wrong.kind, at: index,
        "\(PatternVocabulary.describe(operation: word)) → \(PatternVocabulary.describe(outcome: outcome, of: word)): \(wrong.message)",
        evidence: PatternText(truth, fed, about: wrong.site).lines)
    }
    return nil
  }

  private typealias Wrong = (kind: ViolationKind, site: UInt64, message: String)

  private func list(_ pattern: Int, _ said: [UInt64]) -> Wrong? {
    let (size, right) = (PatternVocabulary.recordWords, truth.list(pattern))
    guard said != right else { return nil }
    let named = stride(from: 0, to: said.count - said.count % size, by: size).map { (said[$0], said[$0 + 1]) }
    let shown = stride(from: 0, to: right.count, by: size).map { (right[$0], right[$0 + 1]) }
    let strengths = Dictionary(uniqueKeysWithValues: shown)
    let all = Set(named.map(\.0))
    if let site = named.first(where: { strengths[$0.0] == nil })?.0 {
      return (.falsePattern, site, "site \(site) is named, and \(truth.reason(pattern, of: site))")
    }
    if let site = shown.first(where: { !all.contains($0.0) })?.0 {
      return (.missedPattern, site, "site \(site) is missing: it \(truth.reason(pattern, of: site))")
    }
    if let (site, strength) = named.first(where: { strengths[$0.0] != $0.1 }) {
      return (
        .wrongStrength, site,
        "site \(site) has the strength \(strengths[site] ?? 0), not \(Int64(bitPattern: strength)): it \(truth.reason(pattern, of: site))"
      )
    }
    let site = zip(named, shown).first { $0.0.0 != $0.1.0 }?.0.0 ?? named.last?.0 ?? 0
    return (.unsortedSites, site, "site \(site) is named in the wrong place, or twice")
  }

  private func lifetime(_ permille: Int, of site: UInt64, _ said: UInt64) -> Wrong? {
    guard let isRight = truth.isRight(said, permille, of: site) else {
      return said == PatternVocabulary.none ? nil : (.wrongQuantile, site, "no block of site \(site) has ended")
    }
    guard !isRight, let bounds = truth.lifetimeBounds(permille, of: site) else { return nil }
    let right =
      bounds.lowerBound == bounds.upperBound
      ? "\(bounds.lowerBound)" : "anything from \(bounds.lowerBound) to \(bounds.upperBound)"
    return (.wrongQuantile, site, "of \(truth.sites[site]?.lifetimes.count ?? 0) lifetimes, it is \(right)")
  }
}
