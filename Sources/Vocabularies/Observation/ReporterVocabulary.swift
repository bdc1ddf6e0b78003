/// What a reporter of profiles is told, and which reports it is asked for.
///
///     word   kind in the lowest byte; above it the number of events that are fed, or of lines or points that are asked for
///
/// The tables: `names` has bytes, `symbols` where each one's name ends in them; `frames` has symbols, `stacks` where each one's frames end;
/// `events` has three words each: time; the stack, and 1 in the highest bit where the memory is given back; bytes. Events are fed in
/// their order, each once.
///
/// A report is a list: its bytes, eight in a word, then how many there are.
public enum ReporterVocabulary: Vocabulary {
  public static let name = "reporting"

  public static let (names, symbols, frames, stacks, events) = ("names", "symbols", "frames", "stacks", "events")
  /// Words of an event.
  public static let eventWords = 3
  /// What marks an event that gives memory back.
  public static let endBit: UInt64 = 1 << 63
  /// The fewest points that a timeline is asked for, and the most lines or points.
  public static let (fewestPoints, countLimit) = (4, 1 << 48)

  public enum Kind: UInt64, Sendable, CaseIterable {
    case feed = 0
    case folded = 1
    case topSelf = 2
    case topTotal = 3
    case timeline = 4
    case json = 5

    public var hasCount: Bool { self != .folded && self != .json }
  }

  /// The word of an operation; `count` is a number of events, lines or points.
  public static func word(_ kind: Kind, _ count: Int = 0) -> UInt64 {
    kind.rawValue | UInt64(truncatingIfNeeded: count) << 8
  }

  /// What a word says; nil where it says nothing.
  public static func question(_ word: UInt64) -> (kind: Kind, count: Int)? {
    guard let kind = Kind(rawValue: word & 0xff) else { return nil }
    let count = Int(word >> 8)
    guard kind.hasCount ? count <= countLimit : count == 0 else { return nil }
    return kind == .timeline && count < fewestPoints ? nil : (kind, count)
  }

  public static func describe(operation: UInt64) -> String {
    guard let (kind, count) = question(operation) else { return "unknown question \(operation)" }
    return switch kind {
    case .feed: count == 1 ? "record(1 event)" : "record(\(count) events)"
    case .folded: "folded()"
    case .topSelf: "top(\(count), by: .selfBytes)"
    case .topTotal: "top(\(count), by: .totalBytes)"
    case .timeline: "timeline(\(count))"
    case .json: "json()"
    }
  }

  public static func describe(outcome: UInt64, of operation: UInt64) -> String {
    guard let kind = question(operation)?.kind, kind != .feed else { return outcome == 0 ? "recorded" : "\(outcome)" }
    switch outcome {
    case 0: return "no text"
    case 1: return "an empty text"
    case 2...1 << 40: return "a text of \(8 * outcome - 15) to \(8 * outcome - 8) bytes"
    default: return "\(outcome) words"
    }
  }

  public static func describe(parameter name: String, _ value: Int) -> String? {
    name == Channel.answerParameter ? "" : nil
  }

  public static func isAnswered(_ operation: UInt64) -> Bool { question(operation).map { $0.kind != .feed } ?? false }

  public static func faults(in tables: [NamedTable]) -> [TableFault] {
    guard tables.count == 5, let bytes = tables.bytes(names), let symbolEnds = tables.words(symbols),
      let symbolsOfFrames = tables.words(frames), let stackEnds = tables.words(stacks), let words = tables.words(events)
    else { return [TableFault(events, "a profile has names, symbols, frames, stacks and events, and no other table")] }
    var faults: [TableFault] = []
    for (table, ends, count) in [(symbols, symbolEnds, bytes.count), (stacks, stackEnds, symbolsOfFrames.count)] {
      if let place = ends.indices.first(where: { $0 > 0 && ends[$0] < ends[$0 - 1] }) {
        faults.append(TableFault(table, element: place, "element \(place) ends at \(ends[place]), before it starts"))
      }
      if ends.last ?? 0 != UInt64(count) {
        faults.append(TableFault(table, "the last element ends at \(ends.last ?? 0), and there are \(count)"))
      }
    }
    if let place = symbolsOfFrames.firstIndex(where: { $0 >= UInt64(symbolEnds.count) }) {
      faults.append(TableFault(frames, element: place, "frame \(place) has no symbol: \(symbolsOfFrames[place])"))
    }
    guard words.count.isMultiple(of: eventWords) else {
      return faults + [TableFault(events, "\(words.count) words, where an event has \(eventWords)")]
    }
    return faults + eventFaults(words, stackCount: stackEnds.count)
  }

  /// Events that are about no stack, not later than the one before, or make a sum too small or too large.
  private static func eventFaults(_ words: [UInt64], stackCount: Int) -> [TableFault] {
    var live = [UInt64](repeating: 0, count: stackCount)
    var (total, last): (UInt64, UInt64?) = (0, nil)
    for place in stride(from: 0, to: words.count, by: eventWords) {
      let (time, stack, bytes) = (words[place], words[place + 1] & ~endBit, words[place + 2])
      let event = place / eventWords
      guard stack < UInt64(stackCount) else {
        return [TableFault(events, element: place + 1, "event \(event) is about stack \(stack), of \(stackCount)")]
      }
      if let last, time <= last {
        return [TableFault(events, element: place, "event \(event) is at \(time), and the one before at \(last)")]
      }
      last = time
      let isEnd = words[place + 1] & endBit != 0
      guard isEnd ? bytes <= live[Int(stack)] : bytes <= .max - total else {
        let problem = isEnd ? "and \(live[Int(stack)]) are live" : "too many, with the \(total) that are live"
        return [TableFault(events, element: place + 2, "event \(event) has \(bytes) bytes, \(problem)")]
      }
      live[Int(stack)] = isEnd ? live[Int(stack)] - bytes : live[Int(stack)] + bytes
      total = isEnd ? total - bytes : total + bytes
    }
    return []
  }
}
