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
    let named = stride(from: 0, to: said.count - said.count % size, by: size).map { (said[$0], said[$0 + 1]) }
    let shown = stride(from: 0, to: right.count, by: size).map { (right[$0], right[$0 + 1]) }
    for (site, _) in named where !shown.contains(where: { $0.0 == site }) {
      let reason = truth.finding(pattern, of: site)?.reason ?? "never asked for a block"
      return (.falsePattern, site, "site \(site) is named, and \(reason)")
    }
    for (site, _) in shown where !named.contains(where: { $0.0 == site }) {
      return (.missedPattern, site, "site \(site) is missing: it \(truth.finding(pattern, of: site)?.reason ?? "")")
    }
    for (site, strength) in named {
      guard let its = shown.first(where: { $0.0 == site })?.1, its != strength else { continue }
      let reason = truth.finding(pattern, of: site)?.reason ?? ""
      return (
        .wrongStrength, site, "site \(site) has the strength \(its), not \(Int64(bitPattern: strength)): \(reason)"
      )
    }
    guard said != right else { return nil }
    let site = zip(named, shown).first { $0.0.0 != $0.1.0 }?.0.0 ?? named.last?.0 ?? 0
    return (.unsortedSites, site, "site \(site) is named in the wrong place, or twice")
  }

  private func lifetime(_ permille: Int, of site: UInt64, _ said: UInt64) -> Wrong? {
    let count = truth.sites[site]?.lifetimes.count ?? 0
    guard let bounds = truth.lifetimeBounds(permille, of: site) else {
      return said == PatternVocabulary.none ? nil : (.wrongQuantile, site, "no block of site \(site) has ended")
    }
    guard said < UInt64(bounds.lowerBound) || said > UInt64(bounds.upperBound) else { return nil }
    let right =
      bounds.lowerBound == bounds.upperBound
      ? "\(bounds.lowerBound)" : "anything from \(bounds.lowerBound) to \(bounds.upperBound)"
    return (.wrongQuantile, site, "of \(count) lifetimes, it is \(right)")
  }
}
