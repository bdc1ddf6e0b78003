/// A range of addresses cut into cells.
///
///     start                                   start + byteCount
///     | cell 0 | cell 1 | cell 2 | … | last  |
///
/// The last one is shorter where `cellBytes` does not divide the range. A grid may begin and end anywhere, and lie outside of the heap.
@frozen public struct HeapGrid: Equatable, Sendable {
  public let start: UInt64
  /// 0 for a grid without cells. The range ends at 2^48 at the latest.
  public let byteCount: UInt64
  /// From 1 to 2^48.
  public let cellBytes: UInt64

  @inlinable public init(start: UInt64, byteCount: UInt64, cellBytes: UInt64) {
    self.start = start
    self.byteCount = byteCount
    self.cellBytes = cellBytes
  }

  /// How many cells it has.
  @inlinable public var cellCount: Int {
    Int(truncatingIfNeeded: byteCount / cellBytes) &+ (byteCount % cellBytes == 0 ? 0 : 1)
  }
}

/// The live bytes of some intervals.
@frozen public struct HistoryPoint: Equatable, Sendable {
  public var least: UInt64
  public var greatest: UInt64
  /// At the end of the last one, or by now.
  public var last: UInt64

  @inlinable public init(least: UInt64, greatest: UInt64, last: UInt64) {
    self.least = least
    self.greatest = greatest
    self.last = last
  }
}

/// The numbers of cells, in their order.
@frozen public struct CellList: ~Copyable {
  @usableFromInline var list: AnswerList

  @inlinable public init(_ list: consuming AnswerList) { self.list = list }

  /// How many have been appended.
  @inlinable public var count: Int { list.count }

  @inlinable public mutating func append(_ number: UInt64) { list.append(number) }
}

/// Points of a history, in their order.
@frozen public struct HistoryList: ~Copyable {
  @usableFromInline var list: AnswerList

  @inlinable public init(_ list: consuming AnswerList) { self.list = list }

  /// Words appended, three a point.
  @inlinable public var wordCount: Int { list.count }

  @inlinable public mutating func append(_ point: HistoryPoint) {
    list.append(point.least)
    list.append(point.greatest)
    list.append(point.last)
  }
}
