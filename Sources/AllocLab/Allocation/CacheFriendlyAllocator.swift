/// Places blocks so that a program's caches have what it uses next: the interface of a *cache-conscious allocator* (Chilimbi, Hill and
/// Larus, "Cache-Conscious Structure Layout", 1999).
///
/// The program says with each request near which other block it will use the new one, and which thread will. What is counted are misses of
/// simulated caches: those of the program, which depend on where its blocks lie, and those of the allocator's own loads and stores in
/// the heap. So a record in front of each block costs twice: it takes room in lines that the program walks over, and is accessed itself.
///
/// Three promises are kept whatever the hint is:
/// - a block of at most 64 bytes whose alignment is at most 64 lies within one line of 64 bytes; larger ones begin at a multiple of 16;
/// - no line has bytes of live blocks of two owners;
/// - no request is refused as long as the live blocks, and this one, fit into an eighth of the heap's limit, each counted with its size, or
///   its alignment or 64 where that is larger, rounded up to a power of two, and 64 bytes more, and each power of two with as many blocks as
///   ever lived of it at once. All this while the heap does not refuse to grow before its limit.
///
/// What an allocator keeps in its own stored properties is as good as in registers, and costs nothing; what is kept in arrays and
/// dictionaries is bounded. Records belong in the heap.
public protocol CacheFriendlyAllocator: ~Copyable {
  /// An allocator that has the heap to itself.
  init(heap: Heap)

  /// A new block of at least `layout.size` bytes, which may be 0; two live blocks never have the same address. Sizes may be larger than
  /// any heap.
  ///
  /// - Parameters:
  ///   - hint: the address of a block that is used together with this one; nil where there is none. It is no more than a hint: that block may
  ///     have ended, or belong to another owner, and now and then it is wrong.
  ///   - owner: the thread that will use the block, and that is asking now: 0 or 1.
  /// - Returns: nil, with nothing changed, where there is no room.
  mutating func allocate(_ layout: Layout, near hint: Address?, owner: Int) -> Address?

  /// Ends the block at `address`, which is live.
  ///
  /// - Parameter thread: that is asking, which need not be the owner.
  mutating func deallocate(_ address: Address, by thread: Int)
}
