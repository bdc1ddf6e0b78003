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
  /// Where blocks lay before they moved or shrank.
  private var leftBehind: [Payload] = []
  /// What the last operation changed, if it was a damage: the words as they were.
  private var undo: [(offset: Int, word: UInt64)] = []

  /// Slots below this have blocks that stay for the whole trace, and of whose records there are too many to hit any other.
  private let ballastSlots: Int
  private let slotCount: Int
  /// The slots with a live block.
  private var live: Bits

  private struct Record {
    var offset: Int
    var word: UInt64
    /// Whether a live payload that is no ballast is near.
    var isNear: Bool
    /// Whether only ballast is near.
    var isOfBallast: Bool
  }

  /// How far from a live payload a word is near: behind it there may be its tag, the next block's, and links.
  private static var nearBytes: (before: Int, behind: Int) { (16, 40) }

  private struct Payload {
    var start: Int
    var byteCount: Int
    var key: UInt64
  }

  public init(_ session: Session) {
    base = AllocationDriver(session)
    ballastSlots = session.parameter("ballast.slots") ?? 0
    slotCount = Int(clamping: session.control.slotCount)
    live = Bits(count: slotCount)
  }

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
        live.set(operation.slot, false)
      } else {
        live.set(operation.slot, true)
      }
    case .reallocate: if let old, outcome != AllocationVocabulary.noAddress { leftBehind.append(old) }
    case .deallocate:
      live.set(operation.slot, false)
      if base.source.hasRejectedValidFree {
        base.source.hasRejectedValidFree = false
        return AllocationVocabulary.rejected
      }
    default: break
    }
    return outcome
  }

  private func payload(of slot: Int) -> Payload? {
    guard live[slot] else { return nil }
    // Safe: the judge sends no operation whose slot is not below the slot count, and a slot has four words.
    let words = unsafe base.slots + Channel.slotWords * slot
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
    let map = mapOfHeap()
    let number = operation.size
    guard let target = target(number, in: map) else { return AllocationVocabulary.noAddress }
    let other = other(than: target.word, number, in: map)
    let damage = RecordDamage(number: operation.slot)
    undo = [(target.offset, target.word)]
    store(damage.damaged(target.word, other: other?.word ?? target.word), at: target.offset)
    if damage == .swapped, let other {
      undo.append((other.offset, other.word))
      store(target.word, at: other.offset)
    }
    return UInt64(target.offset)
  }

  /// The record that a damage hits.
  ///
  /// Free memory is full of words that were records once. Those next to live blocks are more likely to be records now, so every
  /// other damage hits one of them; and one in eight each the heap's first word and its last, which are often special.
  private func target(_ number: Int, in map: HeapMap) -> Record? {
    func isMeant(_ record: Record) -> Bool {
      switch number & 7 {
      case 0, 2, 4: true
      case 6: !record.isOfBallast
      default: record.isNear
      }
    }
    var (count, all) = (0, 0)
    forEachRecord(in: map) {
      all += 1
      if isMeant($0) { count += 1 }
      return true
    }
    let isAny = count == 0
    var place =
      switch number & 7 {
      case 0: 0
      case 2: all - 1
      default: number / 8 % max(1, isAny ? all : count)
      }
    var found: Record?
    forEachRecord(in: map) { record in
      guard isAny || isMeant(record) else { return true }
      if place == 0 { found = record }
      place -= 1
      return found == nil
    }
    return found
  }

  /// Some record that says something else of the same kind, as far as can be told by its magnitude, or just something else; the
  /// first from a place on that `number` says.
  private func other(than word: UInt64, _ number: Int, in map: HeapMap) -> Record? {
    var all = 0
    forEachRecord(in: map) { _ in
      all += 1
      return true
    }
    let start = number / 7 % max(1, all)
    // Alike from the start on, and before it; different from the start on, and before it.
    var found: [Record?] = [nil, nil, nil, nil]
    var place = 0
    forEachRecord(in: map) { record in
      defer { place += 1 }
      guard record.word != word else { return true }
      let isAlike = record.word.leadingZeroBitCount == word.leadingZeroBitCount
      let rank = (isAlike ? 0 : 2) + (place >= start ? 0 : 1)
      if found[rank] == nil { found[rank] = record }
      return found[0] == nil
    }
    return found.lazy.compactMap { $0 }.first
  }

  /// The words that must be the subject's own, in order, until `body` says that it has seen enough.
  private func forEachRecord(in map: HeapMap, _ body: (Record) -> Bool) {
    for place in 0..<map.wordCount where !map.owned[place] {
      let word = load(at: 8 * place)
      guard word != 0 else { continue }
      let (isNear, isOfBallast) = (map.near[place], map.nearBallast[place] && !map.near[place])
      guard body(Record(offset: 8 * place, word: word, isNear: isNear, isOfBallast: isOfBallast)) else { return }
    }
  }

  /// Bits for the heap's words: what this driver needs lies in the worker's private memory, which the subject is charged for.
  private struct HeapMap {
    let wordCount: Int
    /// A live payload reaches into the word, or nothing but the pattern of one that is gone is in it.
    var owned: Bits
    /// At most `nearBytes` from a live payload that is no ballast, and from one that is.
    var near: Bits
    var nearBallast: Bits
  }

  /// A set of small numbers, a bit each.
  private struct Bits {
    private var bits: [UInt64]
    private let count: Int

    init(count: Int) {
      bits = Array(repeating: 0, count: (count + 63) / 64)
      self.count = count
    }

    subscript(place: Int) -> Bool { place >= 0 && place < count && bits[place >> 6] >> UInt64(place & 63) & 1 == 1 }

    mutating func set(_ place: Int, _ isSet: Bool = true) {
      guard place >= 0, place < count else { return }
      let bit: UInt64 = 1 << UInt64(place & 63)
      bits[place >> 6] = isSet ? bits[place >> 6] | bit : bits[place >> 6] & ~bit
    }

    mutating func set(_ places: Range<Int>) { for place in places.clamped(to: 0..<count) { set(place) } }
  }

  private mutating func mapOfHeap() -> HeapMap {
    let wordCount = base.session.heap.end.offset / 8
    let none = Bits(count: wordCount)
    var map = HeapMap(wordCount: wordCount, owned: none, near: none, nearBallast: none)
    for slot in 0..<slotCount {
      guard let payload = payload(of: slot), payload.byteCount > 0 else { continue }
      let end = payload.start + payload.byteCount
      map.owned.set(payload.start / 8..<(end + 7) / 8)
      // A word before ends, and one behind begins, at most so far away.
      let near = max(0, payload.start - Self.nearBytes.before + 7) / 8..<(end + Self.nearBytes.behind + 7) / 8
      if slot < ballastSlots { map.nearBallast.set(near) } else { map.near.set(near) }
    }
    var remembered: [Payload] = []
    for payload in leftBehind {
      let words = staleWords(of: payload)
      for offset in words { map.owned.set(offset / 8) }
      if !words.isEmpty { remembered.append(payload) }
    }
    leftBehind = remembered
    return map
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
