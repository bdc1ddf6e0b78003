/// Tells what the places of a program do with memory: which leak, which make temporaries, which let arrays grow.
///
/// **Events** are those of an `AllocationTracker`, put in order: none is lost or doubled, and they come in the order of their stamps, so
/// that their numbers and stamps say nothing more. **Time** is counted in events: the first is at 1, the next at 2. Sites are less than
/// 2⁴⁶; addresses are any words. Of blocks that lived before the first event only the ends are seen.
///
/// **Blocks.** A block *begins* where it is allocated, and belongs to the site and the thread of that event for good.
///
/// - *allocate*: if a block is live at `address`, that one is *lost*: it is live no more, but has not ended. Then a block of `size` bytes begins.
/// - *deallocate*: the block at `address` *ends*. Its *lifetime* is the time of this event less that of the event in which it began. If none is
///   live there, nothing happens.
/// - *reallocate*: the block at `oldAddress` has `size` bytes from now on, and lies at `address`, where another that is live is lost. It neither
///   ends nor begins, and the event's site and thread say nothing. If no block is live at `oldAddress`, the event is as if `address` were
///   allocated.
///
/// The *bytes* of a site at a time are those of its live blocks after the event of that time; at time 0 there are none. Its *peak* is the most
/// that they have been.
///
/// **Intervals.** With an `interval` of w events, the first interval is from time 0 to w, the next from w to 2w, and so on; each begins at the
/// time at which the one before ends. Only *full* ones count, whose last event has come. A site *grows* over an interval if it has more bytes at
/// its end than at its begin. Its *climb* is the longest series of intervals, up to the last full one, over each of which it grows. An interval is
/// *level* if at each time of it, the first and the last among them, the site has at least 7/8 of the peak that it has at the interval's end,
/// which is not 0.
///
/// **Steps.** A *step* of a block is a reallocation to more bytes than it has; one to fewer bytes, or as many, is a *break*. A series of steps
/// has no break in it.
///
/// - A *geometric* series begins with a step from a to b bytes, where a > 0 and 2b ≥ 3a. A step from c to d carries it on if the factor d ÷ c
///   differs by at most an eighth of it from b ÷ a: 7bc ≤ 8ad ≤ 9bc.
/// - An *arithmetic* series begins with any step, from a to b bytes. A step from c to d carries it on if 7(b - a) ≤ 8(d - c) ≤ 9(b - a).
///
/// A step that does not carry the series of the step before it on begins another, if it can; of the two kinds each by itself. A block *has
/// grown* geometrically, or arithmetically, once such a series has 4 steps, and *has been tried* once it has had 4 steps, whatever breaks there
/// were. That stays so, and counts for its site when the block is gone as well.
///
/// **Patterns.** A site shows one, at the time of the last event, if all of this is so; its *strength* is the number named last.
///
/// | pattern | shown by a site where |
/// |---|---|
/// | `leak` | since its climb began at least 8 blocks have begun, and at most a quarter as many have ended; intervals of the climb, at least 8 |
/// | `ramp` | of the climb's intervals none grew by more than twice as many bytes as another; intervals of the climb, at least 8 |
/// | `plateau` | level intervals in series up to the last full one, at least 8 |
/// | `temporary` | at least 50 blocks have begun, 9 in 10 of them or more have ended with a lifetime of at most 32; blocks with such a lifetime |
/// | `geometricGrowth` | at least 4 blocks have been tried; blocks that have grown geometrically, at least 3 in 4 of those |
/// | `arithmeticGrowth` | at least 4 blocks have been tried; blocks that have grown arithmetically, at least 3 in 4 of those |
/// | `handOver` | at least 64 blocks have ended; those that another thread ended than they began in, at least 3 in 4 of them |
///
/// For `leak`, what begins and ends in the climb's intervals counts: not what comes later, in one that is not full. For the last four, all
/// events count that have come.
///
/// **Memory.** What is kept is bounded by the blocks that were ever live at once and by the sites, never by how many events there were. Of a
/// site's lifetimes a *sketch* of bounded size is kept: that is why their quantiles may be wrong by a fiftieth.
public protocol PatternDetector: ~Copyable {
  /// A detector that has heard of nothing.
  ///
  /// - Parameter interval: how many events an interval has; from 1 to 2²⁰.
  init(interval: Int)

  /// Takes an event in.
  ///
  /// - Complexity: O(1), amortised, however many blocks are live and sites there are, and logarithmic in the size of a sketch.
  mutating func record(_ event: AllocationEvent)

  /// Appends a record for each site that shows a pattern, the one with the smallest word first.
  ///
  /// - Complexity: O(sites × log sites).
  mutating func sites(showing pattern: AllocationPattern, _ list: inout ProfileList<PatternRecord>)

  /// A lifetime that so many thousandths of the lifetimes of a site's blocks that have ended do not exceed.
  ///
  /// Say n of its blocks have ended, and their lifetimes are sorted: the shortest has rank 1, the longest rank n. The *rank* asked for is
  /// permille × n ÷ 1000, rounded up, and at least 1; the *error* is n ÷ 50, rounded down. Any number will do that is no less than the lifetime
  /// of rank - error, or the shortest where there is no such rank, and no more than that of rank + error, or the longest. Of fewer than 50
  /// lifetimes it is thus exact.
  ///
  /// - Parameter permille: from 0, for the shortest, to 1000, for the longest.
  /// - Returns: in events; nil where none of the site's blocks has ended.
  mutating func lifetime(_ permille: Int, ofBlocksFrom site: UInt64) -> UInt64?
}

/// What the blocks of a site may show.
@frozen public enum AllocationPattern: UInt64, Sendable, CaseIterable {
  /// More and more live, and next to nothing is given back.
  case leak = 1
  /// What lives grows by about as much again and again.
  case ramp = 2
  /// What was allocated stays.
  case plateau = 3
  /// Blocks are given back at once.
  case temporary = 4
  /// Arrays that grow by a factor.
  case geometricGrowth = 5
  /// Arrays that grow by a number of bytes.
  case arithmeticGrowth = 6
  /// One thread allocates, another one gives back.
  case handOver = 7
}

/// A site that shows a pattern.
@frozen public struct PatternRecord: ProfileRecord {
  public var site: UInt64
  /// Intervals or blocks, as the pattern says.
  public var strength: Int

  @inlinable public init(site: UInt64, strength: Int) {
    self.site = site
    self.strength = strength
  }

  @inlinable public static var wordCount: Int { 2 }

  @inlinable public func word(_ place: Int) -> UInt64 { place == 0 ? site : UInt64(bitPattern: Int64(strength)) }

  @inlinable public init?(word: (Int) -> UInt64) {
    self.init(site: word(0), strength: Int(truncatingIfNeeded: word(1)))
  }
}
