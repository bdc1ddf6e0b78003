import Vocabularies

/// The bytes that a subject manages: a heap that the judge has mapped too, or another process's own memory.
@safe package struct HeapView {
  /// Nil where the memory is another process's.
  let base: UnsafeMutableRawPointer?
  /// Reads another process's memory, whose addresses are offsets then.
  package let memory: (any ProcessMemory)?
  /// Bytes that are mapped: the heap's limit.
  package let byteCount: Int
  /// Bytes in pages that have been touched and not given back.
  package let touchedBytes: Int

  /// - Parameter base: the first of `byteCount` bytes, which stay mapped while this view is used.
  @unsafe package init(base: UnsafeMutableRawPointer, byteCount: Int, touchedBytes: Int) {
    unsafe self.base = base
    memory = nil
    self.byteCount = byteCount
    self.touchedBytes = touchedBytes
  }

  /// All memory of another process.
  package init(of memory: any ProcessMemory) {
    unsafe base = nil
    self.memory = memory
    byteCount = AddressSpace.end
    touchedBytes = 0
  }

  /// The offset of the first byte that differs from the pattern of `key`, among `count` from `offset`; nil where none does.
  ///
  /// - Precondition: the bytes are mapped.
  package func firstDifference(at offset: Int, count: Int, key: UInt64) -> Int? {
    precondition(offset >= 0 && count >= 0 && count <= byteCount && offset <= byteCount - count)
    guard let base = unsafe base else { return firstRemoteDifference(at: offset, count: count, key: key) }
    return unsafe PayloadPattern.firstDifference(base + offset, count: count, key: key)
  }

  /// The byte at `offset`.
  package func byte(at offset: Int) -> UInt8 {
    precondition(offset >= 0 && offset < byteCount)
    guard let base = unsafe base else { return copy(offset, 1).first ?? 0 }
    return unsafe base.load(fromByteOffset: offset, as: UInt8.self)
  }

  /// The word at `offset`, little-endian.
  package func word(at offset: Int) -> UInt64 {
    precondition(offset >= 0 && offset <= byteCount - 8)
    guard let base = unsafe base else { return copy(offset, 8).reversed().reduce(0) { $0 << 8 | UInt64($1) } }
    return unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }

  /// Bytes of another process; fewer where they cannot be read.
  private func copy(_ offset: Int, _ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let copied = unsafe bytes.withUnsafeMutableBytes { unsafe memory?.copy([offset..<offset + count], to: $0) ?? 0 }
    return Array(bytes.prefix(copied))
  }

  private func firstRemoteDifference(at offset: Int, count: Int, key: UInt64) -> Int? {
    let bytes = copy(offset, count)
    let known = bytes.count
    let difference = unsafe bytes.withUnsafeBytes { bytes in
      // Safe: an empty array has no bytes to compare.
      guard let base = bytes.baseAddress else { return Int?.none }
      return unsafe PayloadPattern.firstDifference(base, count: known, key: key)
    }
    return difference ?? (known < count ? known : nil)
  }
}

/// Another process's memory.
package protocol ProcessMemory {
  /// Copies the bytes of `ranges` one after the other, up to the first that cannot be read.
  ///
  /// - Returns: how many bytes were copied.
  func copy(_ ranges: [Range<Int>], to buffer: UnsafeMutableRawBufferPointer) -> Int
}

/// The addresses that a process of this machine can have.
package enum AddressSpace {
  /// One more than the highest: 47 bits on x86-64 without five-level tables.
  package static let end = 1 << 47
}
