/// Hands out blocks of one fixed layout: the interface of a *pool*.
///
/// Since every block is alike, a block that is not in use can hold the link to the next one, and no block needs a header.
public protocol BlockPool: ~Copyable {
  /// A pool of blocks of layout `block` over an empty heap.
  init(heap: Heap, block: Layout)

  /// A block of the pool's layout, or nil where the heap has no room for another.
  mutating func allocate() -> Address?

  /// Takes back the block at `address`, which is live.
  mutating func deallocate(_ address: Address)
}
