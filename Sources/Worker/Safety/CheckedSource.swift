public import AllocLab
internal import Vocabularies

/// An allocator that looks after itself as a source of blocks.
///
/// The parameter `checked.frees` says how frees are made: every n-th is a checked one, and none where it is 0 or absent.
public struct CheckedSource<Subject: CheckedAllocator & ~Copyable>: BlockSource, SelfChecking, ~Copyable {
  private var subject: Subject
  private let heap: Heap
  private let checkedPeriod: Int
  private var frees = 0
  /// Whether the subject refused to free a block that the driver gave back.
  var hasRejectedValidFree = false

  public init(_ session: Session) {
    subject = Subject(heap: session.heap)
    heap = session.heap
    checkedPeriod = max(0, session.parameter("checked.frees") ?? 0)
  }

  public mutating func allocate(size: Int, alignment: Int) -> UInt64 {
    outcome(subject.allocate(Layout(trustedSize: size, alignment: alignment)))
  }

  public mutating func reallocate(_ block: UInt64, size: Int, alignment: Int) -> UInt64 {
    outcome(subject.reallocate(address(block), to: Layout(trustedSize: size, alignment: alignment)))
  }

  public mutating func deallocate(_ block: UInt64) {
    frees &+= 1
    if checkedPeriod > 0, frees % checkedPeriod == 0 {
      if !subject.deallocate(checking: address(block)) { hasRejectedValidFree = true }
    } else {
      subject.deallocate(address(block))
    }
  }

  public mutating func rejects(_ block: UInt64) -> Bool { !subject.deallocate(checking: address(block)) }

  public func invariantViolations() -> [String] { subject.invariantViolations() }

  /// Zeroes the block, which its owner may do, so that no old payload can be taken for a record.
  public mutating func restore(_ block: UInt64, size: Int) { heap.fill(at: address(block), byteCount: size) }
}
