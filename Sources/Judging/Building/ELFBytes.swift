/// The bytes of an ELF file, which may be anyone's.
struct ELFBytes {
  let bytes: [UInt8]

  /// A little-endian number, or nil where it is not all inside the file, or is far too large for a place in it.
  func number(at offset: Int, bytes count: Int) -> Int? {
    guard offset >= 0, offset <= bytes.count - count else { return nil }
    let value = bytes[offset..<offset + count].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return value < 1 << 40 ? Int(value) : nil
  }

  /// A string that ends with a zero byte, of at most 64 bytes.
  func text(at offset: Int) -> String? {
    guard offset >= 0, offset < bytes.count else { return nil }
    return String(decoding: bytes[offset...].prefix(64).prefix { $0 != 0 }, as: UTF8.self)
  }
}
