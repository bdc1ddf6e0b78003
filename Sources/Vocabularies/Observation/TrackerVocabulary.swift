/// Events that an allocation tracker is fed, and questions about them. The events lie in an `EventTable`.
///
///     word       kind in the lowest byte
///     topSites   how many at most in the bits above the kind
public enum TrackerVocabulary: Vocabulary {
  public static let name = "tracker"

  public static let events = EventTable.name, window = "window"
  /// The largest window.
  public static let windowLimit = 4096

  public enum Kind: UInt64, Sendable, CaseIterable {
    case feed = 0
    case finish = 1
    case liveBlocks = 2
    case liveBytes = 3
    case peakBytes = 4
    case peakStamp = 5
    case peakBlocks = 6
    case reused = 7
    case reusedByOthers = 8
    // These are answered with lists.
    case sizeClasses = 9
    case lifetimes = 10
    case topSites = 11
    case anomalies = 12
  }

  /// The kinds of anomalies, by their codes.
  public static let anomalies = ["", "lost", "doubled", "unknown", "overwritten"]

  /// The word of an operation without numbers.
  public static func word(_ kind: Kind) -> UInt64 { kind.rawValue }

  public static func topSites(_ count: Int) -> UInt64 { Kind.topSites.rawValue | UInt64(count) << 8 }

  /// What a word asks; nil where it asks nothing. Of `feed` the numbers are first and count, of `topSites` the first is the count.
  public static func operation(_ word: UInt64) -> (kind: Kind, numbers: (Int, Int))? {
    guard let kind = Kind(rawValue: word & 0xff) else { return nil }
    switch kind {
    case .feed: return EventTable.fed(word).map { (kind, ($0.first, $0.count)) }
    case .topSites: return (kind, (Int(word >> 8), 0))
    default: return word >> 8 == 0 ? (kind, (0, 0)) : nil
    }
  }

  public static func describe(operation word: UInt64) -> String {
    guard let (kind, numbers) = operation(word) else { return "unknown question \(word)" }
    return switch kind {
    case .feed: EventTable.describe(feed: numbers)
    case .finish: "finish()"
    case .liveBlocks: "live().blocks"
    case .liveBytes: "live().bytes"
    case .peakBytes: "peak().bytes"
    case .peakStamp: "peak().stamp"
    case .peakBlocks: "peak().blocks"
    case .reused: "reuse().count"
    case .reusedByOthers: "reuse().byOtherThreads"
    case .sizeClasses: "sizeClasses()"
    case .lifetimes: "lifetimes()"
    case .topSites: "topSites(\(numbers.0))"
    case .anomalies: "takeAnomalies()"
    }
  }

  public static func describe(outcome: UInt64, of word: UInt64) -> String {
    guard let kind = operation(word)?.kind else { return "\(outcome)" }
    let size = recordWords(kind)
    guard size > 0 else { return kind == .peakStamp ? "\(outcome)" : "\(Int64(bitPattern: outcome))" }
    guard outcome.isMultiple(of: UInt64(size)) else { return "\(outcome) words" }
    return outcome == size ? "1 record" : "\(outcome / UInt64(size)) records"
  }

  /// Words of a record of the list that a question is answered with; 0 where there is none.
  public static func recordWords(_ kind: Kind) -> Int {
    switch kind {
    case .sizeClasses, .anomalies: 4
    case .lifetimes: 2
    case .topSites: 3
    default: 0
    }
  }

  public static func describe(parameter name: String, _ value: Int) -> String? {
    switch name {
    case window: value == 1 ? "a window of 1 event" : "a window of \(value) events"
    case Channel.answerParameter: ""
    default: nil
    }
  }

  public static func isAnswered(_ word: UInt64) -> Bool { operation(word).map { recordWords($0.kind) > 0 } ?? false }

  public static func faults(in tables: [NamedTable]) -> [TableFault] { EventTable.faults(in: tables) }
}
