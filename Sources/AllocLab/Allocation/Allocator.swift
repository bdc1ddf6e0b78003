/// Hands out blocks of a heap and takes them back: the general-purpose interface.
///
/// Blocks never overlap, lie wholly inside the heap, begin at a multiple of the alignment asked for, and keep their bytes until
/// they are given back. The heap belongs to the allocator alone.
public protocol Allocator: ~Copyable {
  /// An allocator over an empty heap.
  init(heap: Heap)

  /// The heap that the blocks come from.
  var heap: Heap { get }

  /// A new block of at least `layout.size` bytes at a multiple of `layout.alignment`.
  ///
  /// - Returns: nil, with nothing changed, where there is no room.
  mutating func allocate(_ layout: Layout) -> Address?

  /// Ends the block at `address`, which `allocate` or `reallocate` returned and which is still live.
  mutating func deallocate(_ address: Address)

  /// Changes the size of the block at `address`, keeping its bytes up to the smaller of the two sizes; it may move.
  ///
  /// - Returns: where the block is now, or nil, with the old block as it was, where there is no room.
  mutating func reallocate(_ address: Address, to layout: Layout) -> Address?
}

extension Allocator where Self: ~Copyable {
  /// A new block, a copy, and the end of the old one.
  ///
  /// It does not know the old block's size, so it copies as many bytes as the new block has; those past the old block's end
  /// are of no meaning, and harmless.
  /// - Complexity: O(`layout.size`).
  @inlinable public mutating func reallocate(_ address: Address, to layout: Layout) -> Address? {
    guard let new = allocate(layout) else { return nil }
    heap.copy(from: address, to: new, byteCount: min(layout.size, heap.end - address))
    deallocate(address)
    return new
  }
}
