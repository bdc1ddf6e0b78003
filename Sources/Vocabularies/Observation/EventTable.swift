/// Allocation events in a table of a trace, and the operations that feed them: whatever listens to a program has them alike.
///
///     word   0 in the lowest byte; first event in the next 28 bits, how many in those above
///
/// The table `events` has six words an event: stamp; kind, thread and number; address; old address; size; site.
public enum EventTable {
  public static let name = "events"
  /// Words of an event.
  public static let eventWords = 6
  /// The largest size of a block, and number of an event.
  public static let (sizeLimit, numberLimit): (UInt64, UInt64) = (1 << 40, 1 << 40)

  public static func feed(_ first: Int, count: Int) -> UInt64 { UInt64(first) << 8 | UInt64(count) << 36 }

  /// First event and count of a word that feeds some; nil where it does not.
  public static func fed(_ word: UInt64) -> (first: Int, count: Int)? {
    word & 0xff == 0 ? (Int(word >> 8 & 0xfff_ffff), Int(word >> 36)) : nil
  }

  /// The events of the table that a `feed` is about, of so many.
  public static func range(_ first: Int, count: Int, of events: Int) -> Range<Int> {
    let first = min(max(first, 0), events)
    return first..<first + min(max(count, 0), events - first)
  }

  public static func describe(feed numbers: (first: Int, count: Int)) -> String {
    numbers.count == 1
      ? "record(event \(numbers.first))" : "record(events \(numbers.first) to \(numbers.first + numbers.count - 1))"
  }

  public static func faults(in tables: [NamedTable]) -> [TableFault] {
    guard tables.count == 1, let words = tables.words(name) else {
      return [TableFault(name, "a stream needs this table, of words, and no other")]
    }
    guard words.count.isMultiple(of: eventWords) else {
      return [TableFault(name, element: words.count - 1, "\(words.count) words, where an event has \(eventWords)")]
    }
    var faults: [TableFault] = []
    for place in stride(from: 0, to: words.count, by: eventWords) where faults.count < 100 {
      let event = place / eventWords
      let code = words[place + 1] & 0xff
      if words[place] == 0 || words[place] >= 1 << 63 {
        faults.append(TableFault(name, element: place, "event \(event) has the stamp \(words[place])"))
      }
      if !(1...3).contains(code) || words[place + 1] >> 24 == 0 {
        faults.append(TableFault(name, element: place + 1, "event \(event) has no kind, or no number"))
      }
      if words[place + 4] > sizeLimit {
        faults.append(TableFault(name, element: place + 4, "event \(event) has \(words[place + 4]) bytes"))
      }
    }
    return faults
  }
}
