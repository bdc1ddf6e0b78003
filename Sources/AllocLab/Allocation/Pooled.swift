/// A pool as an allocator: serves what fits into one of its blocks, and refuses everything else.
public struct Pooled<let size: Int, let alignment: Int, Pool: BlockPool & ~Copyable>: Allocator, ~Copyable {
  public let heap: Heap
  private var pool: Pool

  public init(heap: Heap) {
    self.heap = heap
    pool = Pool(heap: heap, block: Layout(size: size, alignment: alignment))
  }

  public mutating func allocate(_ layout: Layout) -> Address? {
    layout.size <= size && layout.alignment <= alignment ? pool.allocate() : nil
  }

  public mutating func deallocate(_ address: Address) { pool.deallocate(address) }

  /// In place, since all blocks are alike; nil where it no longer fits.
  public mutating func reallocate(_ address: Address, to layout: Layout) -> Address? {
    layout.size <= size && layout.alignment <= alignment ? address : nil
  }
}
