/// Events that a detector of patterns is fed, and questions about the sites that they name. The events lie in an `EventTable`.
///
///     word       kind in the lowest byte
///     showing    the pattern in the bits above the kind
///     lifetime   thousandths in the next 10 bits, the site in the 46 above those
public enum PatternVocabulary: Vocabulary {
  public static let name = "patterns"

  public static let interval = "interval"
  /// The longest interval, and the largest site.
  public static let (intervalLimit, siteLimit): (Int, UInt64) = (1 << 20, 1 << 46 - 1)
  /// The outcome of a lifetime that there is none.
  public static let none = UInt64.max

  public enum Question: Equatable, Sendable {
    case feed(first: Int, count: Int)
    /// Answered with a list.
    case showing(Int)
    case lifetime(permille: Int, site: UInt64)
  }

  /// The names of the patterns, by their codes.
  public static let patterns = [
    "", "leak", "ramp", "plateau", "temporary", "geometricGrowth", "arithmeticGrowth", "handOver",
  ]
  /// Words of a site that shows a pattern.
  public static let recordWords = 2

  public static func showing(_ pattern: Int) -> UInt64 { 1 | UInt64(pattern) << 8 }

  public static func lifetime(_ permille: Int, site: UInt64) -> UInt64 {
    2 | UInt64(permille) << 8 | (site & siteLimit) << 18
  }

  /// What a word asks; nil where it asks nothing.
  public static func question(_ word: UInt64) -> Question? {
    switch word & 0xff {
    case 0: return EventTable.fed(word).map { .feed(first: $0.first, count: $0.count) }
    case 1:
      let pattern = word >> 8
      return pattern > 0 && pattern < patterns.count ? .showing(Int(pattern)) : nil
    case 2:
      let permille = Int(word >> 8 & 0x3ff)
      return permille <= 1000 ? .lifetime(permille: permille, site: word >> 18) : nil
    default: return nil
    }
  }

  public static func describe(operation word: UInt64) -> String {
    switch question(word) {
    case .feed(let first, let count): EventTable.describe(feed: (first, count))
    case .showing(let pattern): "sites(showing: .\(patterns[pattern]))"
    case .lifetime(let permille, let site): "lifetime(\(permille), ofBlocksFrom: \(site))"
    case nil: "unknown question \(word)"
    }
  }

  public static func describe(outcome: UInt64, of word: UInt64) -> String {
    switch question(word) {
    case .showing:
      guard outcome.isMultiple(of: UInt64(recordWords)) else { return "\(outcome) words" }
      return outcome == recordWords ? "1 site" : "\(outcome / UInt64(recordWords)) sites"
    case .lifetime: return outcome == none ? "nil" : "\(outcome)"
    default: return "\(outcome)"
    }
  }

  public static func describe(parameter name: String, _ value: Int) -> String? {
    switch name {
    case interval: value == 1 ? "intervals of 1 event" : "intervals of \(value) events"
    case Channel.answerParameter: ""
    default: nil
    }
  }

  public static func isAnswered(_ word: UInt64) -> Bool {
    if case .showing = question(word) { true } else { false }
  }

  public static func faults(in tables: [NamedTable]) -> [TableFault] { EventTable.faults(in: tables) }
}
