/// Measures how much of a heap's memory is of no use, and why, from what happens in it.
///
/// **The heap** is made of regions, of which there are a few hundred at most. A live block *takes* bytes of one region, and its program
/// asked for no more than these. A region's other bytes are free. A *free run* is as many free bytes of one region, one beside the other, as
/// there are: it has a block or the region's end on either side. Where two regions touch, two runs may, and stay two.
///
/// **Numbers.** All are exact. A *share* is in millionths, rounded down: `part × 1,000,000 / whole`, and 0 where the whole is 0. Of an
/// *order* k from 0 to 63, 2^k bytes are meant. Addresses and times may be any words of 64 bits; where a region ends is one too. All
/// regions together never have more than 2^62 bytes.
///
/// Sources: Johnstone and Wilson, "The Memory Fragmentation Problem: Solved?", 1998; Gorman and Whitcroft, "The What, The Why and the Where
/// To of Anti-Fragmentation", 2006.
public protocol FragmentationMeter: ~Copyable {
  /// A meter of a heap without regions, in which nothing has happened.
  init()

  /// Takes in what has happened since the last time, in its order; nothing may have.
  ///
  /// - Complexity: O(log blocks) for each change of blocks, O(log blocks + regions) of regions, O(blocks × log blocks) for a snapshot.
  mutating func feed(_ changes: HeapChanges)

  /// Bytes that live blocks take, and nobody asked for.
  ///
  /// - Complexity: O(1), like that of all questions that say nothing else.
  mutating func internalBytes() -> UInt64

  /// Share of `internalBytes()` in all that live blocks take.
  mutating func internalFragmentation() -> UInt64

  /// Bytes of regions that no live block takes.
  mutating func freeBytes() -> UInt64

  /// Bytes of the longest free run; 0 where there is none.
  ///
  /// - Complexity: O(log blocks).
  mutating func largestRun() -> UInt64

  /// Share of the free bytes that are not in the longest run: of one of them, where several are as long.
  ///
  /// - Complexity: O(log blocks).
  mutating func externalFragmentation() -> UInt64

  /// Bytes in free runs of less than 2^order bytes: a request for so many finds no place there.
  mutating func unusableBytes(order: Int) -> UInt64

  /// Share of `unusableBytes(order:)` in the free bytes.
  mutating func unusableIndex(order: Int) -> UInt64

  /// Appends a row for each order that has runs, the lowest first: runs of at least 2^order bytes, and less than twice as many.
  mutating func histogram(_ rows: inout RunHistogram)

  /// The four measures of Johnstone and Wilson.
  mutating func measures() -> FragmentationMeasures
}

/// How large the heap was for what lived in it: four measures that often disagree.
///
/// *live* is the sum of the bytes that live blocks were *asked* for, *heap* that of all regions' bytes. A *moment* comes right after each
/// change, even where the next has the same time. A snapshot is one change: it begins everything anew, so that moments before it count for
/// nothing any more. Where there was no moment yet, all numbers are 0.
@frozen public struct FragmentationMeasures: Equatable, Sendable {
  /// Sum over all moments of heap × (time until the next moment); and the same of live. The last moment has not lasted yet.
  public var average: FragmentationRatio
  /// Heap and live at the moment at which live was greatest: the first, of several.
  public var atPeakLive: FragmentationRatio
  /// Heap and live at the moment at which heap was greatest: the first, of several.
  public var atPeakHeap: FragmentationRatio
  /// The greatest heap and the greatest live, whenever they were.
  public var ofPeaks: FragmentationRatio

  @inlinable public init(
    average: FragmentationRatio = FragmentationRatio(), atPeakLive: FragmentationRatio = FragmentationRatio(),
    atPeakHeap: FragmentationRatio = FragmentationRatio(), ofPeaks: FragmentationRatio = FragmentationRatio()
  ) {
    self.average = average
    self.atPeakLive = atPeakLive
    self.atPeakHeap = atPeakHeap
    self.ofPeaks = ofPeaks
  }
}

/// Heap over live, as the two are: never reduced.
@frozen public struct FragmentationRatio: Equatable, Sendable {
  public var heap: UInt128
  public var live: UInt128

  @inlinable public init(heap: UInt128 = 0, live: UInt128 = 0) {
    self.heap = heap
    self.live = live
  }
}

/// Rows that say how many free runs have a length of which order.
@frozen public struct RunHistogram: ~Copyable {
  @usableFromInline var list: AnswerList

  @inlinable public init(_ list: consuming AnswerList) { self.list = list }

  /// Words appended, three a row.
  @inlinable public var wordCount: Int { list.count }

  /// - Parameters:
  ///   - runs: how many there are.
  ///   - bytes: what they have together.
  @inlinable public mutating func append(order: Int, runs: UInt64, bytes: UInt64) {
    list.append(UInt64(bitPattern: Int64(order)))
    list.append(runs)
    list.append(bytes)
  }
}
