/// Moves blocks together, so that what is free lies in one piece and goes back to the system: a *compacting* allocator.
///
/// A program has `Handle`s, and asks for an address each time that it uses a block. Blocks of a program refer to each other as well: the
/// first words of a block are *reference fields*, which hold addresses. The program reads them right out of the heap, so whenever no call is
/// going on, every field holds the address at which its block lies **now**.
///
///     address(of: h)
///         |  field 0   field 1                     8 · references             size
///         +----------+----------+ - - - - - - - - +---------------------------+
///         | address  | none     |                 | bytes, yours to move only |
///         +----------+----------+ - - - - - - - - +---------------------------+
///
/// - **Blocks** begin at multiples of 16 and share no bytes. They move in `compact()` and `step(budget:)`, and nowhere else. Wherever they go,
///   they keep their bytes.
/// - **Pinned** blocks do not move: somebody outside uses their address. A block that is pinned n times is free to move after n unpins.
/// - **Space.** Used are the heap's pages that somebody touched and that were not given back since with `Heap.decommit`; your records are part
///   of it, and outside the heap you may keep 64 KiB. A block *needs* its size, at least 1, rounded up to a multiple of 16, and 16 bytes more; a handle 16,
///   for as many blocks as ever lived at once. After `compact()`, or after as many steps as it takes, no more is used than what live blocks and
///   handles need, times 1.02, and 12 KiB; and 4 KiB for each page in which a pinned block lies.
/// - **Room.** Say what blocks need that have lived since `compact()` began last, or since the heap is there, live or not, comes with the new block and with
///   the handles to at most three eighths of the heap's limit. Then no request is refused, unless a block was pinned in that compaction.
///
/// Programs keep to these rules: a block that ends is not pinned, and no field of another live block refers to it.
public protocol CompactingAllocator: ~Copyable {
  /// An allocator that has the heap to itself.
  init(heap: Heap)

  /// A new block of `size` bytes, whose reference fields hold no address.
  ///
  /// - Parameters:
  ///   - size: at least `8 * references`; may be 0, and larger than any heap.
  ///   - references: how many fields the block has, from 0 to 255.
  /// - Returns: nil, with nothing changed, where there is no room. No block moves to make some.
  mutating func allocate(_ size: Int, references: Int) -> Handle?

  /// Ends the block. Its handle may be handed out again.
  mutating func deallocate(_ handle: Handle)

  /// Where the block lies now. Two live blocks never have the same address, even of size 0.
  ///
  /// - Complexity: O(1), since a program asks for each use.
  borrowing func address(of handle: Handle) -> Address

  /// Makes a field of a live block refer to a live block, which may be the same, or to none.
  ///
  /// - Parameter field: its number, from 0 on.
  mutating func setReference(_ field: Int, of source: Handle, to target: Handle?)

  /// From now on the block stays where it is, until it was unpinned as often as it was pinned, at most 10,000 times.
  ///
  /// - Returns: its address.
  mutating func pin(_ handle: Handle) -> Address

  /// Takes back one `pin(_:)`.
  mutating func unpin(_ handle: Handle)

  /// Moves all blocks together that may move, updates every reference to them, and gives back the pages that are free then.
  ///
  /// - Complexity: O(blocks and their bytes); no block moves twice.
  mutating func compact()

  /// Does a part of that: moves blocks whose sizes sum up to at most `budget`. In the end, when it is called again and again with nothing between, as
  /// little is used as after `compact()`, if the budget is at least that of the largest block. A block that is larger than the budget stays.
  ///
  /// Where next to nothing would be gained, nothing moves: not in a heap that has just been compacted.
  /// - Parameter budget: bytes; may be 0, and more than any heap has.
  /// - Returns: the sum of the sizes of the blocks that have moved.
  mutating func step(budget: Int) -> Int
}

extension CompactingAllocator where Self: ~Copyable {
  /// What a reference field holds that refers to no block. An address it is not: the heap's first byte may be one.
  @inlinable public static var noReference: Int { -1 }
}
