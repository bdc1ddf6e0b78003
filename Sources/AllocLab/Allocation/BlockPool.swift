/// Hands out blocks of one fixed layout: the interface of a *pool*.
///
/// Since every block is alike, a block that is not in use can hold the link to the next one, and no block needs a header.
public protocol BlockPool: ~Copyable {
  /// A pool of blocks of layout `block` over an empty heap.
  init(heap: Heap, block: Layout)

  /// A block of the pool's layout, or nil where the heap has no room for another.
  ///
  /// Of the heap's limit a page and one 32nd may go to records and to what chunks leave over; the rest is handed out, as blocks of
  /// eight bytes or more. The heap grows only when no block that was given back, or never was handed out, is left: as long as fewer
  /// are live than were before, by no more than 1 MiB in all, for records.
  mutating func allocate() -> Address?

  /// Takes back the block at `address`, which is live.
  mutating func deallocate(_ address: Address)
}
