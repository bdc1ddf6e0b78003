public import AllocLab
public import Vocabularies

/// Drives a hardened allocator, and does what attackers do: their code is none of the subject's.
///
/// Nothing is written into live blocks but by attacks; the judge fills them, and looks at them, through a mapping of its own.
@safe @frozen public struct HardeningDriver<Subject: HardenedAllocator & ~Copyable>: Driver, ~Copyable {
  @usableFromInline var subject: Subject
  @usableFromInline let session: Session
  /// A word for each name: the size, and the address in the low half; or `AttackVocabulary.none`.
  @usableFromInline let names: UnsafeMutablePointer<UInt64>
  @usableFromInline let nameCount: Int
  /// The canary that the attacker has learnt.
  private var learnt: UInt64 = 0

  public init(_ session: Session) {
    subject = Subject(heap: session.heap)
    self.session = session
    unsafe names = session.slots
    // A slot has room for several words, of which none but a name's is needed here.
    nameCount = Int(clamping: session.control.slotCount) * Channel.slotWords
    forgetNames()
  }

  // Safe, here and below: a name is used where it is below the count alone.
  private func forgetNames() {
    for name in 0..<nameCount { unsafe names[name] = AttackVocabulary.none }
  }

  @inlinable @inline(__always) public mutating func perform(_ word: UInt64) -> UInt64 {
    let operation = AttackOperation(word: word)
    let name = operation.name
    guard name < nameCount else { return 0 }
    if operation.kindCode == 0 { return allocate(name, operation.size, operation.alignment) }
    guard operation.kindCode == 1 else { return attack(operation) }
    let block = unsafe names[name]
    guard block != AttackVocabulary.none else { return 0 }
    return deallocate(Int(truncatingIfNeeded: block & 0xffff_ffff) &+ operation.number)
  }

  @inlinable @inline(__always) mutating func allocate(_ name: Int, _ size: Int, _ alignment: Int) -> UInt64 {
    let outcome: UInt64
    do throws(MemoryCorruption) {
      let block = try subject.allocate(Layout(trustedSize: size, alignment: alignment))
      outcome = block.map { UInt64(bitPattern: Int64($0.offset)) } ?? AttackVocabulary.none
    } catch {
      outcome = AttackVocabulary.report | UInt64(error.rawValue)
    }
    // No heap has an address that needs more bits; the judge says what is wrong with such a one.
    let isAddress = outcome >> 32 == 0 && size < 1 &<< 31
    unsafe names[name] = isAddress ? outcome | UInt64(truncatingIfNeeded: size) &<< 32 : AttackVocabulary.none
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
    let word = unsafe names[operation.name]
    guard word != AttackVocabulary.none else { return 0 }
    let block = Int(truncatingIfNeeded: word & 0xffff_ffff)
    let end = block + Int(truncatingIfNeeded: word >> 32)
    switch operation.kind {
    case .scribble: return UInt64(scribble(block &+ operation.offset, operation.count))
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
