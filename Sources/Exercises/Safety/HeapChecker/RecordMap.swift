import Examining
import Vocabularies

/// A word that a subject keeps in its heap for itself.
struct Record {
  let offset: Int
  let word: UInt64
  /// Whether a live payload that is no ballast is near.
  let isNear: Bool
  /// Whether only ballast is near.
  let isOfBallast: Bool
}

/// Which words of a heap are records, known without knowing the allocator.
///
/// Payloads are zeroed before they are freed, so every word of the heap that is not zero and that no live payload reaches into is one;
/// unless it is what a block that moved left behind, which can be told by its pattern.
struct RecordMap {
  private let heap: HeapView
  private let wordCount: Int
  /// A live payload reaches into the word, or nothing but the pattern of one that is gone is in it.
  private var owned: Bits
  /// At most `nearBytes` from a live payload that is no ballast, and from one that is.
  private var near: Bits
  private var nearBallast: Bits

  /// How far from a live payload a word is near: behind it there may be its tag, the next block's, and links.
  private static let nearBytes = (before: 16, behind: 40)

  /// - Parameters:
  ///   - end: the heap's.
  ///   - ballastSlots: slots below have blocks that stay, and of whose records there are too many to hit any other.
  ///   - leftBehind: where blocks lay; what nothing is left of is dropped.
  /// - Complexity: O(heap).
  init(
    of heap: HeapView, end: Int, _ allocation: AllocationOracle, ballastSlots: Int,
    leftBehind: inout [AllocationOracle.Payload]
  ) {
    self.heap = heap
    wordCount = min(max(0, end), heap.byteCount) / 8
    owned = Bits(count: wordCount)
    near = owned
    nearBallast = owned
    allocation.forEachLivePayload { slot, payload in
      guard payload.byteCount > 0 else { return }
      let end = payload.start + payload.byteCount
      owned.set(payload.start / 8..<(end + 7) / 8)
      // A word before ends, and one behind begins, at most so far away.
      let around = max(0, payload.start - Self.nearBytes.before + 7) / 8..<(end + Self.nearBytes.behind + 7) / 8
      if slot < ballastSlots { nearBallast.set(around) } else { near.set(around) }
    }
    leftBehind.removeAll { payload in
      let words = staleWords(of: payload)
      for offset in words { owned.set(offset / 8) }
      return words.isEmpty
    }
  }

  /// The record that a damage hits.
  ///
  /// Free memory is full of words that were records once. Those next to live blocks are more likely to be records now, so every
  /// other damage hits one of them; and one in eight each the heap's first word and its last, which are often special.
  func target(_ number: Int) -> Record? {
    func isMeant(_ record: Record) -> Bool {
      switch number & 7 {
      case 0, 2, 4: true
      case 6: !record.isOfBallast
      default: record.isNear
      }
    }
    var (count, all) = (0, 0)
    forEachRecord {
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
    forEachRecord { record in
      guard isAny || isMeant(record) else { return true }
      if place == 0 { found = record }
      place -= 1
      return found == nil
    }
    return found
  }

  /// Some record that says something else of the same kind, as far as can be told by its magnitude, or just something else; the
  /// first from a place on that `number` says.
  func other(than word: UInt64, _ number: Int) -> Record? {
    var all = 0
    forEachRecord { _ in
      all += 1
      return true
    }
    let start = number / 7 % max(1, all)
    // Alike from the start on, and before it; different from the start on, and before it.
    var found: [Record?] = [nil, nil, nil, nil]
    var place = 0
    forEachRecord { record in
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
  private func forEachRecord(_ body: (Record) -> Bool) {
    for place in 0..<wordCount where !owned[place] {
      let word = heap.word(at: 8 * place)
      guard word != 0 else { continue }
      let isNear = near[place]
      guard
        body(Record(offset: 8 * place, word: word, isNear: isNear, isOfBallast: nearBallast[place] && !isNear))
      else { return }
    }
  }

  private func staleWords(of payload: AllocationOracle.Payload) -> [Int] {
    let end = payload.start + payload.byteCount
    return stride(from: payload.start & ~7, to: end, by: 8).filter { offset in
      guard offset + 8 <= 8 * wordCount else { return false }
      let word = heap.word(at: offset)
      return (max(offset, payload.start)..<min(offset + 8, end)).allSatisfy { byte in
        UInt8(truncatingIfNeeded: word >> UInt64(8 * (byte - offset)))
          == PayloadPattern.byte(at: byte - payload.start, key: payload.key)
      }
    }
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

    mutating func set(_ places: Range<Int>) { for place in places.clamped(to: 0..<count) { set(place) } }

    mutating func set(_ place: Int) {
      guard place >= 0, place < count else { return }
      bits[place >> 6] |= 1 << UInt64(place & 63)
    }
  }
}
