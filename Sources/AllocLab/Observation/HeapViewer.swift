/// Keeps up with what a program does to its heap, and draws it: numbers by cell, from a byte a cell to the whole heap in one.
///
/// **Memory.** A *page* is 4,096 bytes at a multiple of 4,096. Each is *mapped* or not; at first none is. Addresses mean nothing here but
/// where things lie. No number that comes here is larger than 2^48, and nothing that is mapped ends beyond that.
///
/// **Blocks.** A block has an address, a size and an *overhead*: so many bytes right before its address are the allocator's metadata.
/// It *claims* all of its bytes, and a block of 0 bytes claims one at its address:
///
///     address - overhead      address                  address + max(size, 1)
///     |  metadata             |  live                  |
///     +-----------------------+------------------------+
///
/// Every claimed byte is mapped, and no byte is claimed by two blocks.
///
/// **Events.** Each says by its result whether it was *taken*. One that cannot be as it says is not taken, and changes nothing.
///
/// **Time.** `tick()` ends an interval and begins the next. The first began when the viewer did.
public protocol HeapViewer: ~Copyable {
  /// A viewer of a heap without a page.
  init()

  /// Pages are mapped from now on; nobody has touched them.
  ///
  /// Not taken: where `start` or `byteCount` is no multiple of 4,096, or one of the pages is mapped already. No bytes at all are taken.
  ///
  /// - Parameter byteCount: up to 2^47: whoever goes through all pages of it is too slow.
  mutating func mapped(_ start: UInt64, byteCount: UInt64) -> Bool

  /// Pages are no longer mapped, and forget that they were touched, and their heat.
  ///
  /// Not taken: where `start` or `byteCount` is no multiple of 4,096, one of the pages is not mapped, or a block claims a byte of one. No
  /// bytes at all are taken.
  mutating func unmapped(_ start: UInt64, byteCount: UInt64) -> Bool

  /// A block is live from now on.
  ///
  /// Not taken: where the overhead is larger than the address, or a byte that the block would claim is not mapped or is claimed.
  ///
  /// - Complexity: O(log blocks), give or take what an ordered table needs to stay one; as for all events about blocks.
  mutating func allocated(_ address: UInt64, size: UInt64, overhead: UInt64) -> Bool

  /// The block at an address is no longer live.
  ///
  /// Not taken: where no live block has exactly this address.
  mutating func freed(_ address: UInt64) -> Bool

  /// The block at `address` now lies at `target` and has another size; its overhead stays the same.
  ///
  /// Not taken: where no live block has exactly the address `address`, or where the block could not be allocated at `target` if it were
  /// freed first. It may overlap where it was itself. To the history this is one event: live bytes go from what they were before to what
  /// they are after it.
  mutating func moved(_ address: UInt64, to target: UInt64, size: UInt64) -> Bool

  /// Bytes are read or written. Every page that one of them is in is *touched*, and becomes hotter by 65,536: once, however many they are.
  ///
  /// Not taken: where one of the bytes is not mapped. No bytes at all are taken, touch nothing and heat nothing.
  ///
  /// - Parameter byteCount: up to 2^20.
  mutating func accessed(_ address: UInt64, byteCount: UInt64) -> Bool

  /// An interval ends. The heat of every page becomes half of what it was, rounded down.
  ///
  /// - Complexity: O(1), over many ticks. There may be more ticks than anything else.
  mutating func tick()

  /// Appends a number for each cell of a grid, in the order of addresses:
  ///
  /// - `live`: how many of its bytes are live: a block's, from its address on, without metadata.
  /// - `metadata`: how many are metadata of live blocks.
  /// - `free`: how many are mapped, and neither.
  /// - `touched`: how many are in a touched page.
  /// - `heat`: the greatest heat of the pages that share a byte with it; 0 where there is none.
  ///
  /// - Complexity: O(log blocks + cells + blocks, ranges or touched pages that lie in the grid).
  mutating func cells(of plane: HeapPlane, in grid: HeapGrid, _ numbers: inout CellList)

  /// Appends the history of live bytes, in at most 64 points.
  ///
  /// With t intervals by now, the one at hand included, each point stands for w of them, where w is the least power of two (1, 2, 4, …) with
  /// t ≤ 64 · w: the first point for the first w intervals, and so on; the last for those that are left. A point has the *least* and the
  /// *greatest* number of live bytes that there were at any time in its intervals, and the *last*. An interval begins with what the one
  /// before ended with, and that counts for both.
  ///
  /// - Complexity: O(1) time and memory, whatever the number of ticks.
  mutating func history(_ points: inout HistoryList)
}

/// What a cell's number says.
@frozen public enum HeapPlane: UInt64, CaseIterable, Sendable {
  case live = 0
  case metadata = 1
  case free = 2
  case touched = 3
  case heat = 4
}
