public import AllocLab
public import Vocabularies

/// Drives a temporal checker: keeps the program's pointers, forges some, and does what the program does with memory that is granted.
///
/// The words are the subject's, and mean nothing here. In a checked replay the program's writes are made; pointers that it keeps in memory
/// go there in every replay, where the address is inside the heap.
@safe @frozen public struct TemporalDriver<Subject: TemporalChecker & ~Copyable>: Driver, ~Copyable {
  @usableFromInline var subject: Subject
  @usableFromInline let session: Session
  /// A word for each name of the program.
  @usableFromInline let names: UnsafeMutablePointer<UInt64>
  @usableFromInline let nameCount: Int
  /// Whether nothing but pointers is written.
  @usableFromInline let isSilent: Bool

  @inlinable public init(_ session: Session) {
    subject = Subject(heap: session.heap)
    self.session = session
    unsafe names = session.slots
    // A slot has room for several words, of which none but a name's is needed here.
    nameCount = Int(clamping: session.control.slotCount) * Channel.slotWords
    isSilent = session.parameter(PayloadPattern.silenceParameter) == 1
    // Safe, here and below: a name is used where it is below the count alone.
    for name in 0..<nameCount { unsafe names[name] = PointerVocabulary.none }
  }

  @inlinable @inline(__always) public mutating func perform(_ word: UInt64) -> UInt64 {
    let operation = PointerOperation(word: word)
    let name = operation.name
    guard name < nameCount else { return PointerVocabulary.none }
    if operation.kindCode == 2 || operation.kindCode == 3 { return resolve(name) }
    if operation.kindCode == 4 {
      let pointer = unsafe names[name]
      return pointer != PointerVocabulary.none && subject.deallocate(pointer) ? 1 : 0
    }
    if operation.kindCode == 0 {
      let pointer = subject.allocate(operation.number) ?? PointerVocabulary.none
      unsafe names[name] = pointer
      return pointer
    }
    return performSeldom(operation)
  }

  @inlinable public mutating func performChecked(_ word: UInt64, index: UInt64) -> UInt64 {
    let outcome = perform(word)
    let operation = PointerOperation(word: word)
    guard operation.kindCode == 3, !isSilent, isInside(outcome, operation.number) else { return outcome }
    let bytes = AddressPattern.written(Int(outcome), operation.number)
    // Safe: the bytes are inside the heap.
    unsafe PayloadPattern.fill(
      session.heapBase + bytes.lowerBound, count: bytes.count, key: AddressPattern.key(at: bytes.lowerBound))
    return outcome
  }

  /// The operations that are not worth a place in the innermost loop.
  @inlinable @inline(never) mutating func performSeldom(_ operation: PointerOperation) -> UInt64 {
    let (name, other) = (operation.name, operation.other)
    switch operation.kind {
    case .advance:
      let pointer = unsafe names[name]
      guard pointer != PointerVocabulary.none else { return pointer }
      let forged = WordForgery(number: operation.number).forged(pointer)
      unsafe names[name] = forged
      return forged
    case .copy:
      guard other < nameCount else { return PointerVocabulary.none }
      unsafe names[name] = names[other]
      return 0
    case .store:
      guard other < nameCount else { return PointerVocabulary.none }
      let outcome = resolve(name)
      if isInside(outcome, 8) {
        // Safe, here and below: the bytes are inside the heap.
        unsafe session.heapBase.storeBytes(of: names[other], toByteOffset: Int(outcome), as: UInt64.self)
      }
      return outcome
    case .load:
      guard other < nameCount else { return PointerVocabulary.none }
      let outcome = resolve(other)
      if isInside(outcome, 8) {
        unsafe names[name] = session.heapBase.loadUnaligned(fromByteOffset: Int(outcome), as: UInt64.self)
      }
      return outcome
    default: return PointerVocabulary.none
    }
  }

  @inlinable @inline(__always) mutating func resolve(_ name: Int) -> UInt64 {
    let pointer = unsafe names[name]
    guard pointer != PointerVocabulary.none else { return pointer }
    return outcome(subject.resolve(pointer))
  }

  /// Whether the program's bytes are there at all; the judge says whether they are the program's.
  @inlinable func isInside(_ outcome: UInt64, _ byteCount: Int) -> Bool {
    let end = UInt64(session.heap.end.offset)
    return byteCount >= 0 && outcome <= end && UInt64(byteCount) <= end - outcome
  }
}
