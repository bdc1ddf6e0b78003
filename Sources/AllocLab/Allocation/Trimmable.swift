/// An allocator that can be asked to give back to the system what no live block needs.
public protocol Trimmable: ~Copyable {
  /// Gives memory without live blocks back, with `Heap.decommit`. Its addresses stay the allocator's, and serve what comes next.
  mutating func trim()
}
