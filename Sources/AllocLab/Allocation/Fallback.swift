/// Requests to one allocator first, and what it refuses to another, each over its part of the heap (after D's
/// `std.experimental.allocator`; Alexandrescu 2013).
///
/// A block's owner is known by its address. The first part may hold half of the heap.
public struct Fallback<Primary: Allocator & ~Copyable, Secondary: Allocator & ~Copyable>: Allocator, ~Copyable {
  public let heap: Heap
  private var primary: Primary
  private var secondary: Secondary
  /// Where the secondary's part begins; 0 where the heap is too small to be split, and serves the secondary alone.
  private let upperStart: Int

  public init(heap: Heap) {
    self.heap = heap
    let parts = heap.split(at: heap.limit / 2) ?? (heap, heap, 0)
    primary = Primary(heap: parts.0)
    secondary = Secondary(heap: parts.1)
    upperStart = parts.2
  }

  public mutating func allocate(_ layout: Layout) -> Address? {
    if upperStart > 0, let block = primary.allocate(layout) { return block }
    return secondary.allocate(layout).map { $0 + upperStart }
  }

  public mutating func deallocate(_ address: Address) {
    if address.offset < upperStart {
      primary.deallocate(address)
    } else {
      secondary.deallocate(address - upperStart)
    }
  }

  public mutating func reallocate(_ address: Address, to layout: Layout) -> Address? {
    if address.offset < upperStart {
      if let block = primary.reallocate(address, to: layout) { return block }
      guard let new = secondary.allocate(layout).map({ $0 + upperStart }) else { return nil }
      // Past the old block's end there may be other blocks' bytes, which mean nothing and are the caller's to overwrite.
      heap.copy(from: address, to: new, byteCount: min(layout.size, heap.end - address))
      primary.deallocate(address)
      return new
    }
    return secondary.reallocate(address - upperStart, to: layout).map { $0 + upperStart }
  }
}
