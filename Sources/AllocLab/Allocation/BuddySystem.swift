/// Hands out blocks whose sizes are powers of two, each at a multiple of its size: the interface of a *buddy system*.
///
/// Two halves of a block are buddies. A free block splits into its halves to serve a small request, and two free buddies
/// coalesce into the block they came from. Once everything is freed, one block of the whole capacity is there again.
public protocol BuddySystem: Allocator, ~Copyable {
  /// Bytes that can be handed out: the largest power of two that is not above `heap.limit`.
  ///
  /// The heap's limit is larger by one 32nd and 64 KiB: room for the allocator's own records, behind the blocks.
  var capacity: Int { get }
}

extension BuddySystem where Self: ~Copyable {
  /// The largest power of two that is not above the limit of `heap`.
  @inlinable public static func capacity(of heap: Heap) -> Int {
    heap.limit < 1 ? 0 : 1 << (Int.bitWidth - 1 - heap.limit.leadingZeroBitCount)
  }
}
