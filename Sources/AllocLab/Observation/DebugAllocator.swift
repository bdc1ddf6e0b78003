/// An allocator for programs that are being debugged: it finds out what they do to memory that is not theirs, and names the lines.
///
///     - - +--------+==============================+--------+- -
///         | tag    | block                        | tag    |
///     - - +--------+==============================+--------+- -
///          16 bytes  size bytes: 0 or more          16 bytes
///
/// **Blocks.** A block begins at a multiple of 16. It and its two *tags*, the 16 bytes right before its first byte and the 16 bytes right
/// behind its last one, lie in the heap, and share no byte with other blocks or their tags. That is so as long as the block is live or kept;
/// of a block of 0 bytes too. You never touch a live block's bytes, but for filling it at the start: each byte of a new block is `fresh`.
///
/// **Kept blocks.** A block that has ended is *kept*. Blocks are kept from the one that ended last back, for as long as the sum of their
/// sizes, and 64 bytes for each, is at most a 16th of the heap's limit; from the first with which the sum is larger they are *let go*, and no
/// address has anything to do with them any more. One that is too large by itself is let go at once, with all before it. Each byte of a kept
/// block is `freed`.
///
/// **Misuse.** The program may write to any tag, and to the bytes of any kept block. All else in the heap that is no live block's, is yours
/// alone. It may end, or reallocate, any address.
///
/// **Damage.** A byte of a tag, or of a kept block, is *damaged* if it is not what you left there. Look for damage
///
///   - of both tags of a block, when it is ended or reallocated;
///   - of both tags and the bytes of a kept block, when it is let go: in the operation by which it is;
///   - of all live and kept blocks, in `check` and `shutDown`.
///
/// Of each tag, and of each kept block's bytes, that are damaged there is one report: *underflow* of the tag before the block, *overflow* of
/// the one behind it, *write after free* of its bytes. Then they are sound again, whatever is in them now: only what is changed later is told
/// later.
///
/// **Reports** are appended in any order. What each field says, `MisuseReport` tells.
///
/// A heap's limit is 1 MiB to 256 MiB.
public protocol DebugAllocator: ~Copyable {
  /// An allocator over an empty heap.
  init(heap: Heap)

  /// Makes a block of `size` bytes, 0 or more, for a program's line.
  ///
  /// - Returns: its first byte; nil, and nothing changes, where the heap has no room. It has, for as long as the following sum is at most an
  ///   eighth of the heap's limit: for the new block and each that is live or kept, the smallest power of two that is as large as its size and
  ///   32 bytes, or larger, and 64 bytes more. Of every such power there count as many blocks as there ever were at once.
  /// - Complexity: O(`size`), since all bytes are filled.
  mutating func allocate(_ size: Int, as family: BlockFamily, at site: Site) -> Address?

  /// Ends the block at `address`.
  ///
  /// The address may be any number. If it is not the first byte of a live block, there is one report, and nothing changes:
  ///
  ///   - *double free*, if it is a kept block's first byte;
  ///   - *inner free*, if it is another byte of a live or kept block, or of its tags;
  ///   - *wild free*, if it is none of these.
  ///
  /// The first byte of a block of 0 bytes is the one at its address. Where a live block begins at `address`, but was made as one of another family,
  /// there is a report of a *mismatched free*, and the block ends all the same.
  ///
  /// - Complexity: O(`size`) on average for a live block, since its bytes are filled, and looked at when it is let go; anything for other
  ///   addresses.
  mutating func deallocate(
    _ address: Address, as family: BlockFamily, at site: Site, reporting reports: inout MisuseReportList)

  /// Makes a block of the family `malloc` with what is in the block at `address`, which ends.
  ///
  /// The new block is made first, so it lies elsewhere, and its site is this one. It begins with the old block's bytes, up to the smaller of
  /// both sizes; those behind them are `fresh`. Then the old block ends here, as by `deallocate` as one of the family `malloc`.
  ///
  /// - Returns: the new block's first byte. Nil where the address is no live block's first byte: then there is the report that `deallocate`
  ///   has for it, and nothing changes. Nil where there is no room for a new block beside the old one: then the old one stays live, and is of
  ///   the family and site it was, but all that is wrong with it, or with the family, is told.
  /// - Complexity: O(both sizes) on average.
  mutating func reallocate(
    _ address: Address, to size: Int, at site: Site, reporting reports: inout MisuseReportList
  ) -> Address?

  /// Looks for damage of everything.
  ///
  /// - Complexity: O(blocks + bytes of kept blocks).
  mutating func check(at site: Site, reporting reports: inout MisuseReportList)

  /// Looks for damage of everything, and tells each block that is live still as a *leak*. Nothing is asked of this allocator later.
  ///
  /// - Complexity: O(blocks + bytes of kept blocks).
  mutating func shutDown(at site: Site, reporting reports: inout MisuseReportList)
}

extension DebugAllocator where Self: ~Copyable {
  /// What new blocks are filled with, so that who reads what nobody has written gets no zeros.
  @inlinable public static var fresh: UInt8 { 0xcd }
  /// What blocks that have ended are filled with.
  @inlinable public static var freed: UInt8 { 0xdd }
}

/// How a block was made, which is how it has to be ended.
@frozen public enum BlockFamily: UInt8, CaseIterable, Sendable {
  /// By `malloc` and `free`.
  case malloc = 0
  /// By `new` and `delete`.
  case object = 1
  /// By `new[]` and `delete[]`.
  case array = 2
}

/// A line of a program.
@frozen public struct Site: Hashable, Sendable {
  /// The file's number.
  public let file: UInt16
  /// Any number.
  public let line: UInt32

  @inlinable public init(file: UInt16, line: UInt32) {
    self.file = file
    self.line = line
  }
}
