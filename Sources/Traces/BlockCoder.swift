/// Packs and unpacks the words of one block, without regard to what they mean.
enum BlockCoder {
  static func encode(_ words: [UInt64]) -> [UInt8] {
    var bytes: [UInt8] = [0]
    bytes.reserveCapacity(words.count * 8 + 1)
    for word in words {
      for shift in stride(from: UInt64(0), to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
    return bytes
  }

  /// Replaces the contents of `words` with the `count` words of a block.
  static func decode(_ bytes: [UInt8], count: Int, into words: inout [UInt64]) throws(ByteFault) {
    var reader = ByteReader(bytes)
    let coding = try reader.uint8()
    guard coding == 0 else { throw ByteFault(position: 0, reason: "unknown block coding \(coding)") }
    words.removeAll(keepingCapacity: true)
    for _ in 0..<count { words.append(try reader.uint64()) }
    guard reader.isAtEnd else { throw ByteFault(position: reader.position, reason: "the block goes on past its words") }
  }
}
