/// An allocator that can end all of its blocks at once.
public protocol Resettable: ~Copyable {
  /// Ends every live block. The memory stays the allocator's, and serves what comes next.
  mutating func reset()
}
