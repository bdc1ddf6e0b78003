import Vocabularies
import Workloads

/// A stream as people read it: the events that came last, and what is known of the site that an answer is wrong about.
struct PatternText {
  /// The most events that are told.
  static let limit = 24
  private static let intervalLimit = 10

  private let truth: PatternTruth
  /// In their order, and at least the last ones.
  private let events: [EventStream.Event]
  private let name: UInt64

  init(_ truth: PatternTruth, _ events: [EventStream.Event], about name: UInt64) {
    (self.truth, self.events, self.name) = (truth, events, name)
  }

  var lines: [String] {
    var lines = truth.time > Self.limit ? ["the last \(Self.limit) of \(truth.time) events:"] : []
    let told = events.suffix(Self.limit)
    for (place, event) in told.enumerated() {
      lines.append("at \(truth.time - told.count + 1 + place), thread \(event.thread): \(EventText.text(event))")
    }
    guard let site = truth.sites[name] else { return lines }
    for (number, notes) in site.intervals.suffix(Self.intervalLimit) {
      let state = number > truth.fullCount ? "not full" : notes.isLevel ? "level" : notes.growth > 0 ? "grew" : ""
      lines.append(
        "site \(name), interval \(number): \(notes.first) to \(notes.last) bytes, \(notes.fewest) at least; "
          + "\(notes.began) began, \(notes.ended) ended" + (state.isEmpty ? "" : " (\(state))"))
    }
    for sizes in site.sizes.prefix(4) {
      lines.append("site \(name), a block: " + sizes.suffix(10).map { "\($0)" }.joined(separator: " → ") + " bytes")
    }
    if !site.lifetimes.isEmpty, site.lifetimes.count <= 64 {
      lines.append("site \(name), lifetimes: \(site.lifetimes.sorted().map { "\($0)" }.joined(separator: ", "))")
    }
    return lines
  }
}
