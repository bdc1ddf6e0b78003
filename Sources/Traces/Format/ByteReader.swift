/// Bytes that contradict the format: where, counted from the part's start, and why.
struct ByteFault: Error, Hashable {
  var position: Int
  var reason: String
}

/// Takes little-endian integers and strings from bytes of unknown worth.
struct ByteReader {
  private let bytes: [UInt8]
  private(set) var position: Int

  init(_ bytes: [UInt8], from position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  var remaining: Int { bytes.count - position }
  var isAtEnd: Bool { remaining == 0 }

  mutating func uint8() throws(ByteFault) -> UInt8 { UInt8(truncatingIfNeeded: try integer(byteCount: 1)) }
  mutating func uint16() throws(ByteFault) -> UInt16 { UInt16(truncatingIfNeeded: try integer(byteCount: 2)) }
  mutating func uint32() throws(ByteFault) -> UInt32 { UInt32(truncatingIfNeeded: try integer(byteCount: 4)) }
  mutating func uint64() throws(ByteFault) -> UInt64 { try integer(byteCount: 8) }

  /// An unsigned LEB128 number of at most ten bytes.
  mutating func varint() throws(ByteFault) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      let byte = UInt64(try uint8())
      guard shift < 63 || byte < 2 else { break }
      value |= (byte & 0x7f) << shift
      if byte < 0x80 { return value }
    }
    throw ByteFault(position: position - 1, reason: "a number is longer than 64 bits")
  }

  /// A length and as many bytes of UTF-8.
  mutating func string() throws(ByteFault) -> String {
    let start = position
    let count = Int(try uint32())
    guard count <= remaining else {
      throw ByteFault(position: start, reason: "a text of \(count) bytes, where \(remaining) are left")
    }
    guard let text = String(validating: bytes[position..<position + count], as: UTF8.self) else {
      throw ByteFault(position: position, reason: "a text is not UTF-8")
    }
    position += count
    return text
  }

  /// As many 32-bit integers, once it is sure that they are there.
  mutating func words32(count: UInt64) throws(ByteFault) -> [UInt32] {
    let start = try reserve(count, byteCount: 4)
    return (0..<Int(count)).map { index in
      let at = start + index * 4
      return UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16 | UInt32(bytes[at + 3]) << 24
    }
  }

  /// As many 64-bit integers, once it is sure that they are there.
  mutating func words64(count: UInt64) throws(ByteFault) -> [UInt64] {
    let halves = try words32(count: count > UInt64(remaining) ? count : count * 2)
    return (0..<Int(count)).map { UInt64(halves[$0 * 2]) | UInt64(halves[$0 * 2 + 1]) << 32 }
  }

  private mutating func reserve(_ count: UInt64, byteCount: Int) throws(ByteFault) -> Int {
    guard count <= UInt64(remaining / byteCount) else {
      throw ByteFault(
        position: position, reason: "\(count) numbers of \(byteCount) bytes, where \(remaining) bytes are left")
    }
    defer { position += Int(count) * byteCount }
    return position
  }

  private mutating func integer(byteCount: Int) throws(ByteFault) -> UInt64 {
    guard byteCount <= remaining else {
      throw ByteFault(position: position, reason: "\(byteCount) bytes expected, \(remaining) left")
    }
    var value: UInt64 = 0
    for index in 0..<byteCount { value |= UInt64(bytes[position + index]) << (8 * UInt64(index)) }
    position += byteCount
    return value
  }
}

/// Gathers little-endian integers and strings.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ value: some FixedWidthInteger & UnsignedInteger) {
    var rest = UInt64(value)
    for _ in 0..<value.bitWidth / 8 {
      bytes.append(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    }
  }

  mutating func append(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func append(_ text: String) {
    append(UInt32(truncatingIfNeeded: text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  mutating func append(contentsOf more: [UInt8]) { bytes.append(contentsOf: more) }
}
