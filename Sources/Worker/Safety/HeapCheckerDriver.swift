public import AllocLab
internal import Vocabularies

/// Drives an allocator that looks after itself. What is done to its records, the judge does from outside, and nobody here is told of it.
public struct HeapCheckerDriver<Subject: CheckedAllocator & ~Copyable>: Driver, ~Copyable {
  private var base: AllocationDriver<CheckedSource<Subject>>

  public init(_ session: Session) { base = AllocationDriver(session) }

  public mutating func perform(_ operation: UInt64) -> UInt64 { base.perform(operation) }

  public mutating func performChecked(_ word: UInt64, index: UInt64) -> UInt64 {
    let operation = AllocationOperation(word: word)
    if operation.hostility == .checkInvariants {
      base.fillLastBlock()
      return UInt64(base.source.invariantViolations().count)
    }
    let outcome = base.performChecked(word, index: index)
    if operation.kind == .deallocate, base.source.hasRejectedValidFree {
      base.source.hasRejectedValidFree = false
      return AllocationVocabulary.rejected
    }
    return outcome
  }
}
