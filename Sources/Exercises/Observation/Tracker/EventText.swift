import Vocabularies
import Workloads

/// A stream as people read it: the events that have come last, what became of each, and the live blocks.
struct EventText {
  /// The most events that are told.
  static let limit = 16
  private static let blockLimit = 8

  private let truth: TrackerTruth
  /// In the order in which they came, and at least the last ones.
  private let events: [EventStream.Event]

  init(_ truth: TrackerTruth, _ events: [EventStream.Event]) {
    self.truth = truth
    self.events = events
  }

  var lines: [String] {
    var lines = events.count > Self.limit ? ["the last \(Self.limit) events:"] : []
    let held = Set(truth.held.map(\.stamp))
    for (place, event) in events.enumerated().suffix(Self.limit) {
      let again = events[..<place].contains { $0.thread == event.thread && $0.number >= event.number }
      let state = again ? "doubled" : held.contains(event.stamp) ? "held" : "applied"
      lines.append("at \(event.stamp), thread \(event.thread) #\(event.number): \(Self.text(event)) (\(state))")
    }
    let live = truth.blocks.sorted { $0.key < $1.key }
    guard live.count <= Self.blockLimit else { return lines + ["\(live.count) blocks are live"] }
    for (address, block) in live {
      lines.append(
        "live: \(Self.hexadecimal(address)), \(block.size) bytes, site \(block.site), born at \(block.birth)")
    }
    return lines + (live.isEmpty ? ["no block is live"] : [])
  }

  static func text(_ event: EventStream.Event) -> String {
    let address = hexadecimal(event.address)
    return switch event.kind {
    case 1: "allocate \(address), \(event.size) bytes, site \(event.site)"
    case 2: "deallocate \(address)"
    default:
      "reallocate \(hexadecimal(event.oldAddress)) to \(address), \(event.size) bytes, site \(event.site)"
    }
  }

  static func hexadecimal(_ word: UInt64) -> String { "0x" + String(word, radix: 16) }
}
