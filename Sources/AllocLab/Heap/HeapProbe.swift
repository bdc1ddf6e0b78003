/// Where a *probed* heap writes down every load and every store: the judge replays them through caches of its own.
///
/// Probed is a heap of an `AllocLab` that was compiled with `ALLOCLAB_PROBED`. Elsewhere nobody writes here, and no access does
/// anything more: what writes is not compiled. An access is a word, as `HeapAccessRecord` in `Vocabularies` reads it:
///
///      63   62     61   60        40 39            0
///     +------+---+-------+-----------+---------------+
///     | lost | 0 | store |   bytes   |    address    |
///     +------+---+-------+-----------+---------------+
@safe @frozen public struct HeapProbe {
  @usableFromInline var words: UnsafeMutablePointer<UInt64>?
  @usableFromInline var capacity = 0
  @usableFromInline var count = 0
  @usableFromInline var lost = 0
  /// The heap's first byte: parts of a heap have others.
  @usableFromInline let base: UnsafeMutableRawPointer

  /// A probe of the heap that begins at `base`, which writes nothing yet.
  @unsafe public init(base: UnsafeMutableRawPointer) { unsafe self.base = base }

  /// From now on accesses are written behind what the list has, with room left for as many words as `end(_:)` and the caller add.
  ///
  /// - Parameter limit: the most words.
  public mutating func begin(_ list: borrowing AnswerList, limit: Int) {
    // Safe: the words are those that the list has room for.
    unsafe words = list.base + min(list.count, list.capacity)
    capacity = max(0, min(limit, list.capacity &- list.count &- 2))
    (count, lost) = (0, 0)
  }

  /// From now on nothing is written; what was is part of the list. Accesses beyond the limit are told by their number.
  public mutating func end(_ list: inout AnswerList) {
    unsafe words = nil
    list.take(count)
    if lost > 0 { list.append(1 &<< 63 | UInt64(truncatingIfNeeded: lost)) }
  }

  /// Writes an access down.
  @inlinable mutating func record(_ pointer: UnsafeMutableRawPointer, _ byteCount: Int, isStore: Bool) {
    guard let words = unsafe words else { return }
    guard count < capacity else {
      lost &+= 1
      return
    }
    let address = UInt64(truncatingIfNeeded: unsafe pointer - base) & 0xff_ffff_ffff
    // Safe: the place is below the capacity.
    unsafe words[count] = address | UInt64(min(byteCount, 0x1f_ffff)) &<< 40 | (isStore ? 1 &<< 61 : 0)
    count &+= 1
  }
}
