/// Small requests to one allocator, all others to another, each over its part of the heap (as in Heap Layers; Berger, Zorn,
/// McKinley 2001).
///
///     0                       upperStart                    limit
///     +-----------------------+------------------------------+
///     |  small: ≤ threshold   |  large                       |
///     +-----------------------+------------------------------+
///
/// A block's owner is known by its address. The small part may hold half of the heap.
public struct Segregator<let threshold: Int, Small: Allocator & ~Copyable, Large: Allocator & ~Copyable>: Allocator,
  ~Copyable
{
  public let heap: Heap
  private var small: Small
  private var large: Large
  /// Where the large part begins.
  private let upperStart: Int

  public init(heap: Heap) {
    self.heap = heap
    // A heap too small to be split serves the large part alone.
    let parts = heap.split(at: heap.limit / 2) ?? (heap, heap, 0)
    small = Small(heap: parts.0)
    large = Large(heap: parts.1)
    upperStart = parts.2
  }

  public mutating func allocate(_ layout: Layout) -> Address? {
    if upperStart > 0, layout.size <= threshold { return small.allocate(layout) }
    return large.allocate(layout).map { $0 + upperStart }
  }

  public mutating func deallocate(_ address: Address) {
    if address.offset < upperStart {
      small.deallocate(address)
    } else {
      large.deallocate(address - upperStart)
    }
  }

  public mutating func reallocate(_ address: Address, to layout: Layout) -> Address? {
    let isSmall = address.offset < upperStart
    if isSmall == (upperStart > 0 && layout.size <= threshold) {
      return isSmall
        ? small.reallocate(address, to: layout)
        : large.reallocate(address - upperStart, to: layout).map { $0 + upperStart }
    }
    guard let new = allocate(layout) else { return nil }
    // The smaller of both sizes is at most the threshold where the block leaves the small part, and the new size where it comes to it.
    heap.copy(
      from: address, to: new, byteCount: min(isSmall ? threshold : layout.size, heap.end - address, heap.end - new))
    deallocate(address)
    return new
  }
}
