public import AllocLab
public import Vocabularies

/// Arenas that share a heap as a source of blocks: as many as the parameter `arena.count` says, from 1 to 16.
///
/// A request is for the arena whose number is the size modulo their count. Marks and resets are for all of them.
@safe @frozen public struct ArenaSource<Subject: Arena & ~Copyable>: BlockSource, ~Copyable {
  @usableFromInline let session: Session
  @usableFromInline let arenas: UnsafeMutablePointer<Subject>
  @usableFromInline let arenaCount: Int
  /// By their numbers, each of all arenas in turn; empty where a number was left out.
  @usableFromInline var marks: [[Subject.Mark]] = []

  public init(_ session: Session) {
    self.session = session
    arenaCount = max(1, min(session.parameter(AllocationVocabulary.arenaCountParameter) ?? 1, 16))
    unsafe arenas = .allocate(capacity: arenaCount)
    // Safe: `number` is below the capacity.
    for number in 0..<arenaCount { unsafe (arenas + number).initialize(to: Subject(heap: session.heap)) }
  }

  deinit {
    unsafe arenas.deinitialize(count: arenaCount)
    unsafe arenas.deallocate()
  }

  @inlinable public mutating func allocate(size: Int, alignment: Int) -> UInt64 {
    let layout = Layout(trustedSize: size, alignment: alignment)
    // Safe, here and below: there is at least one arena, and a number is below their count.
    if arenaCount == 1 { return unsafe outcome(arenas[0].allocate(layout)) }
    let number = size % arenaCount
    return word(unsafe arenas[number].allocate(layout), number)
  }

  /// In the arena that the block is from: it cannot move to another.
  @inlinable public mutating func reallocate(_ block: UInt64, size: Int, alignment: Int) -> UInt64 {
    let layout = Layout(trustedSize: size, alignment: alignment)
    if arenaCount == 1 { return unsafe outcome(arenas[0].reallocate(address(block), to: layout)) }
    let number = owner(of: block)
    return word(
      unsafe arenas[number].reallocate(address(block & AllocationVocabulary.addressMask), to: layout), number)
  }

  @inlinable public mutating func deallocate(_ block: UInt64) {
    if arenaCount == 1 { return unsafe arenas[0].deallocate(address(block)) }
    unsafe arenas[owner(of: block)].deallocate(address(block & AllocationVocabulary.addressMask))
  }

  public mutating func mark(_ number: Int) {
    if marks.count > number { marks.removeLast(marks.count - number) }
    while marks.count < number { marks.append([]) }
    marks.append([])
    for arena in 0..<arenaCount { marks[number].append(unsafe arenas[arena].mark()) }
  }

  public mutating func release(to number: Int) {
    guard number < marks.count, !marks[number].isEmpty else { return }
    for arena in 0..<arenaCount { unsafe arenas[arena].release(to: marks[number][arena]) }
    marks.removeLast(marks.count - number - 1)
  }

  public mutating func reset() {
    for arena in 0..<arenaCount { unsafe arenas[arena].reset() }
    marks.removeAll(keepingCapacity: true)
  }

  @inlinable func owner(of block: UInt64) -> Int {
    Int(block &>> AllocationVocabulary.cacheShift & 15) % arenaCount
  }

  @inlinable func word(_ block: Address?, _ number: Int) -> UInt64 {
    guard let block else { return AllocationVocabulary.noAddress }
    let address = UInt64(truncatingIfNeeded: block.offset) & AllocationVocabulary.addressMask
    return address | UInt64(number) &<< AllocationVocabulary.cacheShift
  }
}

extension ArenaSource: SelfChecking where Subject: InvariantChecking & ~Copyable {
  /// Of all arenas in turn, each sentence with the number of its arena where there are several.
  public func invariantViolations() -> [String] {
    (0..<arenaCount).flatMap { number in
      // Safe: `number` is below the capacity, and all arenas are initialized.
      let violations = unsafe arenas[number].invariantViolations()
      return arenaCount == 1 ? violations : violations.map { "arena \(number): \($0)" }
    }
  }
}
