import Examining
import Vocabularies

/// An object as the judge knows it.
struct BoundsObject {
  let size: Int
  /// The index of the operation that made it.
  let origin: Int
  /// Where it lies in the heap; -1 before an access was granted.
  var base = -1
  /// How many objects had been allocated when it ended; -1 while it lives.
  private(set) var end = -1
  /// Addresses, the first a multiple of 8, that hold the program's pattern, but for the pointers that are kept there.
  private(set) var written = 0..<0
  /// Pointers that the program keeps in the object, by their addresses.
  private(set) var kept: [Int: BoundsOracle.Pointer] = [:]

  init(size: Int, origin: Int) {
    self.size = size
    self.origin = origin
  }

  var isLive: Bool { end < 0 }

  var place: String {
    base < 0 ? "" : "at \(hexadecimal(UInt64(base))) ..< \(hexadecimal(UInt64(base + size)))"
  }

  mutating func end(after allocations: Int) {
    end = allocations
    (written, kept) = (0..<0, [:])
  }

  /// The program writes its pattern there.
  mutating func note(_ bytes: Range<Int>) {
    guard !bytes.isEmpty else { return }
    if !kept.isEmpty {
      let hit = kept.keys.filter { $0 < bytes.upperBound && bytes.lowerBound < $0 + 8 }
      for address in hit { kept[address] = nil }
      if hit.contains(where: { $0 < bytes.lowerBound || $0 + 8 > bytes.upperBound }) {
        // What is left of a pointer is neither.
        (written, kept) = (bytes, [:])
        return
      }
    }
    if bytes.lowerBound <= written.upperBound, written.lowerBound <= bytes.upperBound, !written.isEmpty {
      written = min(written.lowerBound, bytes.lowerBound)..<max(written.upperBound, bytes.upperBound)
    } else if bytes.count > written.count {
      written = bytes
    }
  }

  /// The program keeps a pointer there.
  mutating func keep(_ pointer: BoundsOracle.Pointer, at address: Int) {
    if address & 7 != 0 || kept.keys.contains(where: { $0 != address && abs($0 - address) < 8 }) {
      // What is left of another is neither.
      (written, kept) = (0..<0, [:])
    }
    kept[address] = pointer
  }

  /// The first address, as far as can be told, that does not hold what the program wrote there; nil where all do.
  func difference(_ heap: HeapView, secret: UInt64) -> Int? {
    guard base >= 0, size <= heap.byteCount - base else { return nil }
    var start = written.lowerBound
    for address in kept.keys.sorted() {
      if heap.word(at: address) != kept[address]?.word { return address }
      guard written.overlaps(address..<address + 8) else { continue }
      if let found = difference(heap, start..<max(start, address), secret) { return found }
      start = max(start, address + 8)
    }
    return difference(heap, start..<max(start, written.upperBound), secret)
  }

  private func difference(_ heap: HeapView, _ bytes: Range<Int>, _ secret: UInt64) -> Int? {
    guard !bytes.isEmpty else { return nil }
    return heap.firstDifference(
      at: bytes.lowerBound, count: bytes.count, key: AddressPattern.key(at: bytes.lowerBound, secret: secret)
    )
    .map { bytes.lowerBound + $0 }
  }
}
