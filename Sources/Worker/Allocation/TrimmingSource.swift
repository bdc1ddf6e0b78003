public import AllocLab

/// An allocator that can be trimmed, as a source of blocks.
@frozen public struct TrimmingSource<Subject: Allocator & Trimmable & ~Copyable>: BlockSource, ~Copyable {
  @usableFromInline var subject: Subject
  @inlinable public init(_ session: Session) { subject = Subject(heap: session.heap) }
  @inlinable public mutating func allocate(size: Int, alignment: Int) -> UInt64 {
    outcome(subject.allocate(Layout(trustedSize: size, alignment: alignment)))
  }
  @inlinable public mutating func reallocate(_ block: UInt64, size: Int, alignment: Int) -> UInt64 {
    outcome(subject.reallocate(address(block), to: Layout(trustedSize: size, alignment: alignment)))
  }
  @inlinable public mutating func deallocate(_ block: UInt64) { subject.deallocate(address(block)) }
  /// A trim answers nothing: what it gave back is seen from outside.
  @inlinable public mutating func reap() -> UInt64 {
    subject.trim()
    return 0
  }
}

extension TrimmingSource: SelfChecking where Subject: InvariantChecking & ~Copyable {
  public func invariantViolations() -> [String] { subject.invariantViolations() }
}
