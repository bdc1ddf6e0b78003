public import AllocLab
public import Vocabularies

/// Drives a hardened allocator, and does what attackers do: their code is none of the subject's.
///
/// Nothing is written into live blocks but by attacks; the judge fills them, and looks at them, through a mapping of its own.
@safe @frozen public struct HardeningDriver<Subject: HardenedAllocator & ~Copyable>: Driver, ~Copyable {
  @usableFromInline var subject: Subject
  @usableFromInline let session: Session
  /// Two words for each name: the address, or `AttackVocabulary.none`, and the size.
  @usableFromInline let names: UnsafeMutablePointer<UInt64>
  @usableFromInline let nameCount: Int
  /// The canary that the attacker has learnt.
  private var learnt: UInt64 = 0

  public init(_ session: Session) {
    subject = Subject(heap: session.heap)
    self.session = session
    unsafe names = session.slots
    // A slot has room for several words, of which two are a name's.
    nameCount = Int(clamping: session.control.slotCount) * Channel.slotWords / 2
    forgetNames()
  }

  // Safe, here and below: a name is used where it is below the count alone.
  private func forgetNames() {
    for name in 0..<nameCount { unsafe names[2 * name] = AttackVocabulary.none }
  }

  @inlinable @inline(__always) public mutating func perform(_ word: UInt64) -> UInt64 {
    let operation = AttackOperation(word: word)
    let name = operation.name
    guard name < nameCount else { return 0 }
    if operation.kindCode == 0 { return allocate(name, operation.size, operation.alignment) }
    guard operation.kindCode == 1 else { return attack(operation) }
    let address = unsafe names[2 &* name]
    guard address != AttackVocabulary.none else { return 0 }
    return deallocate(Int(truncatingIfNeeded: address) &+ operation.number)
  }

  @inlinable @inline(__always) mutating func allocate(_ name: Int, _ size: Int, _ alignment: Int) -> UInt64 {
    let outcome: UInt64
    do throws(MemoryCorruption) {
      let block = try subject.allocate(Layout(trustedSize: size, alignment: alignment))
      outcome = block.map { UInt64(bitPattern: Int64($0.offset)) } ?? AttackVocabulary.none
    } catch {
      outcome = AttackVocabulary.report | UInt64(error.rawValue)
    }
    unsafe names[2 &* name] = outcome < AttackVocabulary.report ? outcome : AttackVocabulary.none
    unsafe names[2 &* name &+ 1] = UInt64(bitPattern: Int64(size))
    return outcome
  }

  @inlinable @inline(__always) mutating func deallocate(_ address: Int) -> UInt64 {
    do throws(MemoryCorruption) {
      try subject.deallocate(Address(address))
      return 0
    } catch {
      return AttackVocabulary.report | UInt64(error.rawValue)
    }
  }

  /// What no well-behaved program does.
  @usableFromInline @inline(never) mutating func attack(_ operation: AttackOperation) -> UInt64 {
    switch operation.kind {
    case .forge: return deallocate(operation.number)
    case .restart:
      session.emptyHeap()
      subject = Subject(heap: session.heap)
      forgetNames()
      return 0
    default: break
    }
    let address = unsafe names[2 * operation.name]
    guard address != AttackVocabulary.none else { return 0 }
    let block = Int(truncatingIfNeeded: address)
    let end = unsafe block &+ Int(truncatingIfNeeded: names[2 * operation.name + 1])
    switch operation.kind {
    case .scribble:
      return UInt64(scribble(block &+ operation.offset, operation.count))
    case .touch: return session.mayAccess(block &+ operation.number) ? 1 : 0
    case .learn:
      learnt = exchange(end, nil)
      return learnt
    case .replay: return exchange(end, learnt)
    default: return 0
    }
  }

  /// Changes bytes one by one, up to the first that may not be accessed; how many.
  private func scribble(_ start: Int, _ count: Int) -> Int {
    for place in 0..<count {
      let address = start &+ place
      guard session.mayAccess(address) else { return place }
      // Safe, here and below: the byte is inside the heap. No byte stays what it was, nor is it again after some more changes.
      unsafe session.heapBase.storeBytes(
        of: session.heapBase.load(fromByteOffset: address, as: UInt8.self) &+ 0x55, toByteOffset: address,
        as: UInt8.self)
    }
    return count
  }

  /// The eight bytes at an address, which become others where there are any; `none` where they may not be accessed.
  private func exchange(_ address: Int, _ new: UInt64?) -> UInt64 {
    guard session.mayAccess(address), session.mayAccess(address + 7) else { return AttackVocabulary.none }
    let old = unsafe session.heapBase.loadUnaligned(fromByteOffset: address, as: UInt64.self)
    if let new { unsafe session.heapBase.storeBytes(of: new, toByteOffset: address, as: UInt64.self) }
    return old
  }
}
