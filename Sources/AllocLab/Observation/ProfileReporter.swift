/// Writes what a memory profile says: for people, for a flame graph, for a plot and for other programs.
///
/// **Profile.** A program's allocations are told one by one, each with the call stack that it was asked for at. A stack's *live bytes* are
/// what was allocated at it and not deallocated yet. The *total* is the sum over all stacks; no sum ever goes beyond 2^64 - 1, and no stack
/// has less than 0.
///
/// **Functions** are known by their names, byte for byte: symbols with the same bytes as their name are one function, whatever module they
/// come from, and names that differ in a byte are two, even if they look alike. A name without a byte is `[unknown]`; a stack without a
/// frame is one with the single frame `[unknown]`. Stacks with the same functions in the same order are one stack, and their live bytes
/// are added up. A report has the stacks whose live bytes are not 0, and no others.
///
/// **Text.** All but JSON is made of lines, each ended by one newline, the last as well. Numbers are decimal, without sign or leading zeros.
/// A name is *written* byte by byte: bytes up to 0x20, `%` (0x25), `;` (0x3b) and 0x7f as `%` and two upper-case hexadecimal digits, all
/// others as they are. So `operator new` is written `operator%20new`.
///
/// Source: Gregg, "The Flame Graph", CACM 59(6), 2016 (folded stacks); Steinarsson, "Downsampling Time Series for Visual Representation",
/// 2013, and Jugel et al., "M4", VLDB 2014 (points that a plot needs); RFC 8259 (JSON).
public protocol ProfileReporter: ~Copyable {
  /// A reporter that has heard of no allocation.
  ///
  /// - Parameter stacks: all stacks that an event may be about. Nothing says that there is an event about each.
  /// - Complexity: O(frames of all stacks + bytes of all names).
  init(stacks: CallStacks)

  /// Takes an event in.
  ///
  /// - Complexity: O(1), amortised.
  mutating func record(_ event: StackEvent)

  /// Appends a line for each stack, in any order: the names of its functions, written, the outermost caller first, with a `;` between two;
  /// one space; its live bytes.
  ///
  ///     main;parse;operator%20new 4096
  ///
  /// - Complexity: O(stacks + bytes of the text), as `json`.
  mutating func folded(_ text: inout ReportText)

  /// Appends a table of the functions that need most.
  ///
  /// A function's *self* bytes are the live bytes of the stacks whose last function it is, its *total* bytes those of the stacks that it is in:
  /// of each stack once, however often it is there. Functions whose total bytes are 0 are not there.
  ///
  /// The first line is a head, then come the functions with the most bytes of `order`, the most first; of equally many the one with more
  /// bytes of the other kind first, and then the one whose name, not written but as it is, comes first byte by byte, a shorter one before
  /// those that go on from it. Each line has five columns, with one space or more between two, and any spaces before the first: self bytes,
  /// their share of the total, total bytes, their share, name.
  ///
  ///     self self% total total% name
  ///     4096 66.67% 4096 66.67% operator%20new
  ///        0  0.00% 6144 100.00% main
  ///
  /// Shares are hundredths of a percent, exactly: rounded to the nearest, halves up; two digits behind the point, at least one before it.
  ///
  /// - Parameter count: how many functions at most, from 0 on.
  /// - Complexity: O(stacks' frames + functions × log functions + bytes of the text).
  mutating func top(_ count: Int, by order: TopOrder, _ text: inout ReportText)

  /// Appends the total over time, in at most `count` points: lines of a time, one space, and the total right after the event of that time.
  ///
  /// Each of the N events makes a point. If N is no more than `count`, all are there. Else those that are there have been chosen so that a
  /// plot of them shows whatever there is to see. With k = (count - 2) / 2, rounded down, cut all points into k slices: slice i, from 0 on,
  /// has the points from ⌊i × N / k⌋ up to ⌊(i + 1) × N / k⌋ - 1, counted from 0 in the order of events. Of each slice there is a point
  /// with its most bytes and one with its fewest; and the first and last of all are there. Points are in the order of their times, none
  /// comes twice, and there may be others, as long as they are no more than `count` together.
  ///
  /// - Parameter count: from 4 on.
  /// - Complexity: O(events).
  mutating func timeline(_ count: Int, _ text: inout ReportText)

  /// Appends one JSON value, an object with exactly these members, in any order and with any white space that JSON allows:
  ///
  ///     {
  ///       "version": 1,
  ///       "unit": "bytes",
  ///       "live": 6144,
  ///       "peak": { "time": 17, "bytes": 9000 },
  ///       "functions": ["main", "operator new"],
  ///       "stacks": [ { "frames": [0, 1], "bytes": 4096 }, { "frames": [0], "bytes": 2048 } ]
  ///     }
  ///
  /// - `live`: the total.
  /// - `peak`: the first event after which the total was as great as ever, and the total then; `null` before the first event.
  /// - `functions`: each function of the stacks that are reported once, in any order. Names are as they are, not written; what JSON does not
  ///   allow in a string is escaped. JSON is UTF-8 and names may not be: what is ill-formed in one is replaced by U+FFFD, one for each
  ///   maximal subpart, as Unicode recommends (chapter 3, "U+FFFD Substitution of Maximal Subparts") and `String(decoding:as:)` does.
  ///   Functions whose names become the same stay two.
  /// - `stacks`: each once, in any order; `frames` are places in `functions`, from 0 on, the outermost caller's first.
  ///
  /// Numbers are whole, without a fraction or an exponent, and exact: readers may have 64 bits, you must not have fewer.
  mutating func json(_ text: inout ReportText)
}

/// Which bytes a table of functions is sorted by.
@frozen public enum TopOrder: Sendable {
  case selfBytes
  case totalBytes
}

/// An allocation or its end.
@frozen public struct StackEvent: Equatable, Sendable {
  @frozen public enum Kind: Sendable {
    case allocate
    case deallocate
  }

  public var kind: Kind
  /// When it happened: later than all events before.
  public var time: UInt64
  /// The number of the stack at which the memory was asked for, also where it is given back.
  public var stack: Int
  /// From 0 on.
  public var bytes: UInt64

  @inlinable public init(_ kind: Kind, time: UInt64, stack: Int, bytes: UInt64) {
    self.kind = kind
    self.time = time
    self.stack = stack
    self.bytes = bytes
  }
}
