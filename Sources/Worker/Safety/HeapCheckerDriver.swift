public import AllocLab
internal import Vocabularies

/// Drives an allocator that looks after itself, and damages its records where the trace says so.
///
/// Which words are records is known without knowing the allocator. Payloads are zeroed before they are freed, so every word of
/// the heap that is not zero and that no live payload reaches into is one; unless it is what a block that moved left behind,
/// which can be told by its pattern.
///
/// A check that follows a damage directly and finds something has done what it should: the damage is undone, and the replay
/// goes on with a sound subject. Any other damage stays.
@safe public struct HeapCheckerDriver<Subject: CheckedAllocator & ~Copyable>: Driver, ~Copyable {
  private var base: AllocationDriver<CheckedSource<Subject>>
  /// The slots with a live block.
  private var live: Set<Int> = []
  /// Where blocks lay before they moved or shrank.
  private var leftBehind: [Payload] = []
  /// What the last operation changed, if it was a damage: the words as they were.
  private var undo: [(offset: Int, word: UInt64)] = []

  private typealias Record = (offset: Int, word: UInt64, isNear: Bool)

  /// How far from a live payload a word is near: behind it there may be its tag, the next block's, and links.
  private static var nearBytes: (before: Int, behind: Int) { (16, 40) }

  private struct Payload {
    var start: Int
    var byteCount: Int
    var key: UInt64
  }

  public init(_ session: Session) { base = AllocationDriver(session) }

  public mutating func perform(_ operation: UInt64) -> UInt64 { base.perform(operation) }

  public mutating func performChecked(_ word: UInt64, index: UInt64) -> UInt64 {
    base.fillLastBlock()
    let operation = AllocationOperation(word: word)
    if operation.hostility == .checkInvariants { return check() }
    undo = []
    if operation.hostility == .damage { return damage(operation) }
    let old = operation.kind == .reallocate ? payload(of: operation.slot) : nil
    let outcome = base.performChecked(word, index: index)
    switch operation.kind {
    case .allocate, .allocateZeroed:
      if outcome == AllocationVocabulary.noAddress {
        live.remove(operation.slot)
      } else {
        live.insert(operation.slot)
      }
    case .reallocate: if let old, outcome != AllocationVocabulary.noAddress { leftBehind.append(old) }
    case .deallocate:
      live.remove(operation.slot)
      if base.source.hasRejectedValidFree {
        base.source.hasRejectedValidFree = false
        return AllocationVocabulary.rejected
      }
    default: break
    }
    return outcome
  }

  private func payload(of slot: Int) -> Payload? {
    guard live.contains(slot) else { return nil }
    // Safe: the judge sends no operation whose slot is not below the slot count, and a slot has four words.
    let words = unsafe base.slots + 4 * slot
    let (address, size, key) = unsafe (words[0], words[1], words[2])
    return Payload(start: Int(truncatingIfNeeded: address), byteCount: Int(size), key: key)
  }

  private mutating func check() -> UInt64 {
    let count = base.source.invariantViolations().count
    if count > 0 {
      for (offset, word) in undo { store(word, at: offset) }
      undo = []
    }
    return UInt64(count)
  }

  private mutating func damage(_ operation: AllocationOperation) -> UInt64 {
    let records = records()
    guard !records.isEmpty else { return AllocationVocabulary.noAddress }
    let targets = Self.targets(among: records, number: operation.size)
    let (offset, word, _) = targets[operation.size / 8 % targets.count]
    // Some record that says something else of the same kind, as far as can be told by its magnitude.
    let others = records.indices.lazy.map { records[($0 + operation.size / 7) % records.count] }
    let other =
      others.first { $0.word != word && $0.word.leadingZeroBitCount == word.leadingZeroBitCount }
      ?? others.first { $0.word != word }
    let damage = RecordDamage(number: operation.slot)
    undo = [(offset, word)]
    store(damage.damaged(word, other: other?.word ?? word), at: offset)
    if damage == .swapped, let other {
      undo.append((other.offset, other.word))
      store(word, at: other.offset)
    }
    return UInt64(offset)
  }

  /// The words of which a damage may hit one.
  ///
  /// Free memory is full of words that were records once. Those next to live blocks are more likely to be records now, so every
  /// other damage hits one of them; and one in eight each the heap's first word and its last, which are often special.
  private static func targets(among records: [Record], number: Int) -> [Record] {
    let chosen =
      switch number & 7 {
      case 0: Array(records.prefix(1))
      case 2: Array(records.suffix(1))
      case 4, 6: records
      default: records.filter { $0.isNear }
      }
    return chosen.isEmpty ? records : chosen
  }

  /// The words that must be the subject's own; near are those at most `nearBytes` from a live payload.
  private mutating func records() -> [Record] {
    let stale = staleWords()
    let payloads = live.compactMap { payload(of: $0) }.filter { $0.byteCount > 0 }.sorted { $0.start < $1.start }
    var records: [Record] = []
    var next = 0
    var covered = 0
    for offset in stride(from: 0, through: base.session.heap.end.offset - 8, by: 8) {
      while next < payloads.count, payloads[next].start < offset + 8 {
        covered = max(covered, payloads[next].start + payloads[next].byteCount)
        next += 1
      }
      let word = load(at: offset)
      guard word != 0, covered <= offset, !stale.contains(offset) else { continue }
      let isBehind = next > 0 && offset - covered < Self.nearBytes.behind
      let isBefore = next < payloads.count && payloads[next].start - offset <= Self.nearBytes.before
      records.append((offset, word, isBehind || isBefore))
    }
    return records
  }

  /// The offsets of words that still hold nothing but the pattern of a block that is no longer there.
  private mutating func staleWords() -> Set<Int> {
    var stale: Set<Int> = []
    var remembered: [Payload] = []
    for payload in leftBehind {
      let words = staleWords(of: payload)
      guard !words.isEmpty else { continue }
      stale.formUnion(words)
      remembered.append(payload)
    }
    leftBehind = remembered
    return stale
  }

  private func staleWords(of payload: Payload) -> [Int] {
    let end = payload.start + payload.byteCount
    return stride(from: payload.start & ~7, to: end, by: 8).filter { offset in
      guard offset + 8 <= base.session.heap.end.offset else { return false }
      let word = load(at: offset)
      return (max(offset, payload.start)..<min(offset + 8, end)).allSatisfy { byte in
        UInt8(truncatingIfNeeded: word >> UInt64(8 * (byte - offset)))
          == PayloadPattern.byte(at: byte - payload.start, key: payload.key)
      }
    }
  }

  private func load(at offset: Int) -> UInt64 { base.session.heap.load(UInt64.self, at: Address(offset)) }

  private func store(_ word: UInt64, at offset: Int) { base.session.heap.store(word, at: Address(offset)) }
}
