public import AllocLab
public import Vocabularies

/// What the allocation driver needs of a subject, whichever protocol the subject has. Addresses are outcome words.
public protocol BlockSource: ~Copyable {
  init(_ session: Session)
  mutating func allocate(size: Int, alignment: Int) -> UInt64
  /// A block whose bytes are zero; nil where the subject has no such request, and the driver zeroes a block itself.
  mutating func allocateZeroed(size: Int, alignment: Int) -> UInt64?
  mutating func reallocate(_ address: UInt64, size: Int, alignment: Int) -> UInt64
  mutating func deallocate(_ address: UInt64)
  mutating func reap() -> UInt64
  /// Takes a mark of that number, in place of those of the same number and above.
  mutating func mark(_ number: Int)
  /// Ends what was handed out since a mark; nothing where it does not hold.
  mutating func release(to number: Int)
  /// Ends all blocks, and voids all marks.
  mutating func reset()
  /// Frees an address that may be no live block's start; whether the subject noticed. Never asked of subjects that do not promise to.
  mutating func rejects(_ address: UInt64) -> Bool
  /// Frees C's null pointer, where the subject's interface has one.
  mutating func freeNull()
  /// The next allocation or deallocation goes by C's `realloc`, where the subject's interface has that.
  mutating func goByReallocation()
  /// Where an address lies in memory. A matter of the type, as the next two are: to ask the value would copy a subject that is large.
  static func pointer(to address: UInt64, in session: Session) -> UnsafeMutableRawPointer
  /// Whether the driver may write to `size` bytes from an address on: they are where the subject's blocks can be.
  static func isInside(_ address: UInt64, size: Int, in session: Session) -> Bool
  /// Bytes at the start of every block that stay the subject's: the driver writes none of its pattern there.
  static var reservedBytes: Int { get }
  /// In a checked replay, what is known about a block that was handed out, added to the outcome for the judge to see.
  mutating func annotate(_ address: UInt64) -> UInt64
  /// In a checked replay, after a block has been handed out and before the pattern is written: what is wrong with it.
  mutating func inspect(_ address: UInt64, size: Int) -> (offset: Int, expected: UInt8, found: UInt8)?
  /// In a checked replay, before a block is given back: puts it into the state that the subject may expect.
  mutating func restore(_ address: UInt64, size: Int)
}

extension BlockSource where Self: ~Copyable {
  @inlinable public mutating func allocateZeroed(size: Int, alignment: Int) -> UInt64? { nil }
  @inlinable public static func pointer(to address: UInt64, in session: Session) -> UnsafeMutableRawPointer {
    // Safe: a pointer is only used once its bytes have been found to be inside the heap.
    unsafe session.heapBase + Int(address & AllocationVocabulary.addressMask)
  }
  @inlinable public static func isInside(_ address: UInt64, size: Int, in session: Session) -> Bool {
    let end = UInt64(session.heap.end.offset)
    let offset = address & AllocationVocabulary.addressMask
    return offset <= end && UInt64(size) <= end - offset
  }
  @inlinable public mutating func reallocate(_ address: UInt64, size: Int, alignment: Int) -> UInt64 {
    AllocationVocabulary.noAddress
  }
  @inlinable public mutating func reap() -> UInt64 { 0 }
  @inlinable public mutating func mark(_ number: Int) {}
  @inlinable public mutating func release(to number: Int) {}
  @inlinable public mutating func reset() {}
  @inlinable public mutating func rejects(_ address: UInt64) -> Bool { false }
  @inlinable public mutating func freeNull() {}
  @inlinable public mutating func goByReallocation() {}
  @inlinable public static var reservedBytes: Int { 0 }
  @inlinable public mutating func annotate(_ address: UInt64) -> UInt64 { address }
  @inlinable public mutating func inspect(_ address: UInt64, size: Int) -> (offset: Int, expected: UInt8, found: UInt8)?
  {
    nil
  }
  @inlinable public mutating func restore(_ address: UInt64, size: Int) {}
}

@inlinable @inline(__always) func outcome(_ address: Address?) -> UInt64 {
  address.map { UInt64(bitPattern: Int64($0.offset)) } ?? AllocationVocabulary.noAddress
}

@inlinable @inline(__always) func address(_ outcome: UInt64) -> Address {
  Address(Int(truncatingIfNeeded: outcome))
}

/// A general-purpose allocator as a source of blocks.
@frozen public struct AllocatorSource<Subject: Allocator & ~Copyable>: BlockSource, ~Copyable {
  @usableFromInline var subject: Subject
  @inlinable public init(_ session: Session) { subject = Subject(heap: session.heap) }
  @inlinable public mutating func allocate(size: Int, alignment: Int) -> UInt64 {
    outcome(subject.allocate(Layout(trustedSize: size, alignment: alignment)))
  }
  @inlinable public mutating func reallocate(_ block: UInt64, size: Int, alignment: Int) -> UInt64 {
    outcome(subject.reallocate(address(block), to: Layout(trustedSize: size, alignment: alignment)))
  }
  @inlinable public mutating func deallocate(_ block: UInt64) { subject.deallocate(address(block)) }
}

/// A pool as a source of blocks, all of the layout that the parameters `block.size` and `block.alignment` give.
@frozen public struct PoolSource<Subject: BlockPool & ~Copyable>: BlockSource, ~Copyable {
  @usableFromInline var subject: Subject
  @inlinable public init(_ session: Session) {
    subject = Subject(
      heap: session.heap,
      block: Layout(
        size: session.parameter("block.size") ?? 16, alignment: session.parameter("block.alignment") ?? 1))
  }
  @inlinable public mutating func allocate(size: Int, alignment: Int) -> UInt64 { outcome(subject.allocate()) }
  @inlinable public mutating func deallocate(_ block: UInt64) { subject.deallocate(address(block)) }
}

extension AllocatorSource: SelfChecking where Subject: InvariantChecking & ~Copyable {
  public func invariantViolations() -> [String] { subject.invariantViolations() }
}

extension PoolSource: SelfChecking where Subject: InvariantChecking & ~Copyable {
  public func invariantViolations() -> [String] { subject.invariantViolations() }
}
