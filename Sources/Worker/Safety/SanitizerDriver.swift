public import AllocLab
public import Vocabularies

/// Drives a sanitizer: keeps the program's addresses, asks before each access, and in a checked replay makes those that are no faults.
///
/// What is written or copied becomes the pattern of its addresses, which nobody but the program may change.
@safe @frozen public struct SanitizerDriver<Subject: ShadowSanitizer & ~Copyable>: Driver, ~Copyable {
  @usableFromInline var subject: Subject
  @usableFromInline let session: Session
  /// An address for each name of the program, or `AccessVocabulary.noAddress`.
  @usableFromInline let names: UnsafeMutablePointer<UInt64>
  @usableFromInline let nameCount: Int
  /// Whether nothing is written.
  @usableFromInline let isSilent: Bool

  @inlinable public init(_ session: Session) {
    subject = Subject(heap: session.heap)
    self.session = session
    unsafe names = session.slots
    // A slot has room for several words, of which none but a name's is needed here.
    nameCount = Int(clamping: session.control.slotCount) * Channel.slotWords
    isSilent = session.parameter(PayloadPattern.silenceParameter) == 1
    // Safe, here and below: a name is used where it is below the count alone.
    for name in 0..<nameCount { unsafe names[name] = UInt64(bitPattern: Int64(AccessVocabulary.noAddress)) }
  }

  @inlinable @inline(__always) func address(_ name: Int) -> Int { unsafe Int(truncatingIfNeeded: names[name]) }

  @inlinable @inline(__always) public mutating func perform(_ word: UInt64) -> UInt64 {
    let operation = AccessOperation(word: word)
    let name = operation.name
    guard name < nameCount else { return 0 }
    let kind = operation.kindCode
    guard kind >= 2, kind <= 4 else { return performSeldom(operation) }
    let base = address(name)
    guard base != AccessVocabulary.noAddress else { return 0 }
    let place = Address(base &+ operation.offset)
    if kind == 2 { return verdict(subject.read(place, byteCount: operation.count)) }
    if kind == 3 { return verdict(subject.write(place, byteCount: operation.count)) }
    return verdict(subject.use(place, byteCount: operation.count))
  }

  @inlinable public mutating func performChecked(_ word: UInt64, index: UInt64) -> UInt64 {
    let outcome = perform(word)
    let operation = AccessOperation(word: word)
    guard outcome == 0, !isSilent, operation.name < nameCount else { return outcome }
    let base = address(operation.name)
    guard base != AccessVocabulary.noAddress else { return outcome }
    switch operation.kind {
    case .write: fill(base &+ operation.offset, operation.count)
    case .copy where operation.other < nameCount && address(operation.other) != AccessVocabulary.noAddress:
      fill(base, operation.number)
    default: break
    }
    return outcome
  }

  /// Writes the pattern of the addresses, where they are in the heap; the judge says whether they are the program's.
  @inlinable func fill(_ address: Int, _ byteCount: Int) {
    let end = session.heap.end.offset
    guard address >= 0, byteCount > 0, address <= end, byteCount <= end - address else { return }
    let bytes = AddressPattern.written(address, byteCount)
    // Safe: the bytes are inside the heap.
    unsafe PayloadPattern.fill(
      session.heapBase + bytes.lowerBound, count: bytes.count, key: AddressPattern.key(at: bytes.lowerBound))
  }

  /// The operations that are not worth a place in the innermost loop.
  @inlinable @inline(never) mutating func performSeldom(_ operation: AccessOperation) -> UInt64 {
    let (name, other) = (operation.name, operation.other)
    let base = address(name)
    switch operation.kind {
    case .allocate:
      let object = subject.allocate(operation.size)?.offset
      // Safe: the name is below the count.
      unsafe names[name] = UInt64(bitPattern: Int64(object ?? AccessVocabulary.noAddress))
      return object.map { UInt64(bitPattern: Int64($0)) } ?? AccessVocabulary.none
    case .deallocate:
      guard base != AccessVocabulary.noAddress else { return 0 }
      return verdict(subject.deallocate(Address(base)))
    case .copy:
      guard other < nameCount, base != AccessVocabulary.noAddress else { return 0 }
      let source = address(other)
      guard source != AccessVocabulary.noAddress else { return 0 }
      return verdict(subject.copy(from: Address(source), to: Address(base), byteCount: operation.number))
    case .point:
      guard other < nameCount else { return 0 }
      let start = address(other)
      let end = start == AccessVocabulary.noAddress ? start : start &+ operation.distance
      // Safe: the name is below the count.
      unsafe names[name] = UInt64(bitPattern: Int64(end))
      return 0
    default: return 0
    }
  }

  @inlinable @inline(__always) func verdict(_ fault: MemoryFault?) -> UInt64 {
    guard let fault else { return 0 }
    return AccessVocabulary.fault(fault.kind.rawValue, at: fault.address.offset, object: fault.object?.offset)
  }
}
