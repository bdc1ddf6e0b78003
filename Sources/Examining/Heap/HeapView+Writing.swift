import Vocabularies

/// What the judge writes into a heap in the stead of the program whose heap it is; nothing where the memory is another process's.
extension HeapView {
  /// Writes the pattern of `key` into `count` bytes from `offset` on.
  ///
  /// - Precondition: here and below, the bytes are mapped.
  package func fill(at offset: Int, count: Int, key: UInt64) {
    guard let start = unsafe writable(at: offset, count) else { return }
    unsafe PayloadPattern.fill(start, count: count, key: key)
  }

  /// Zeroes `count` bytes from `offset` on.
  package func zero(at offset: Int, count: Int) {
    guard let start = unsafe writable(at: offset, count) else { return }
    unsafe start.initializeMemory(as: UInt8.self, repeating: 0, count: count)
  }

  /// Writes a word, little-endian.
  package func store(_ word: UInt64, at offset: Int) {
    guard let start = unsafe writable(at: offset, 8) else { return }
    unsafe start.storeBytes(of: word, as: UInt64.self)
  }

  /// The offset of the first byte that is not zero, among `count` from `offset` on; nil where all are.
  package func firstNonZero(at offset: Int, count: Int) -> Int? {
    guard let start = unsafe writable(at: offset, count) else { return nil }
    var first = 0
    // Safe, here and below: the bytes are mapped.
    while first + 8 <= count, unsafe start.loadUnaligned(fromByteOffset: first, as: UInt64.self) == 0 { first += 8 }
    for place in first..<count where unsafe start.load(fromByteOffset: place, as: UInt8.self) != 0 { return place }
    return nil
  }

  private func writable(at offset: Int, _ count: Int) -> UnsafeMutableRawPointer? {
    precondition(offset >= 0 && count >= 0 && count <= byteCount && offset <= byteCount - count)
    return unsafe base.map { unsafe $0 + offset }
  }
}
