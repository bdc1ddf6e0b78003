/// Unpacks DEFLATE, the compression of zip and gzip, as RFC 1951 describes it: in memory-safe code, since the bytes are a stranger's.
///
/// It never gives more than it is allowed, so what a bomb costs is known beforehand.
struct Inflate {
  enum Problem: Error, Equatable {
    /// It is no DEFLATE, or ends too early.
    case damaged
    /// It unpacks to more than is allowed.
    case tooLarge
  }

  private let bytes: ArraySlice<UInt8>
  private var place: Int
  private var (bits, count): (UInt32, UInt32) = (0, 0)
  private var output: [UInt8] = []
  private let limit: Int

  private init(_ bytes: ArraySlice<UInt8>, limit: Int) {
    self.bytes = bytes
    self.limit = limit
    place = bytes.startIndex
  }

  /// - Returns: what was packed, and where in `bytes` the first byte behind it is.
  /// - Complexity: O(`limit` + bytes).
  static func unpack(
    _ bytes: ArraySlice<UInt8>, limit: Int
  ) throws(Problem) -> (bytes: [UInt8], end: Int) {
    var inflate = Inflate(bytes, limit: limit)
    var isLast = false
    while !isLast {
      isLast = try inflate.take(1) == 1
      switch try inflate.take(2) {
      case 0: try inflate.copyStored()
      case 1: try inflate.decode(fixedLengths, fixedDistances)
      case 2: try inflate.decodeDynamic()
      default: throw .damaged
      }
    }
    return (inflate.output, inflate.place)
  }

  /// Canonical Huffman codes: how many there are of each length, and their symbols in order.
  private struct Codes {
    var counts = [Int](repeating: 0, count: 16)
    var symbols: [Int]

    /// - Throws: `damaged` where there are more codes than fit. Fewer are fine: one that is missing is found when it is met.
    init(_ lengths: some Collection<Int>) throws(Problem) {
      for length in lengths { counts[length] += 1 }
      var (left, offsets) = (1, [Int](repeating: 0, count: 16))
      for length in 1...15 {
        left = left << 1 - counts[length]
        if left < 0 { throw .damaged }
        if length < 15 { offsets[length + 1] = offsets[length] + counts[length] }
      }
      symbols = [Int](repeating: 0, count: lengths.count)
      for (symbol, length) in lengths.enumerated() where length > 0 {
        symbols[offsets[length]] = symbol
        offsets[length] += 1
      }
      counts[0] = 0
    }
  }

  private static let fixedLengths = fixed((0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })
  private static let fixedDistances = fixed([Int](repeating: 5, count: 30))
  private static func fixed(_ lengths: [Int]) -> Codes {
    guard let codes = try? Codes(lengths) else { preconditionFailure("the codes of RFC 1951, 3.2.6, are complete") }
    return codes
  }

  private mutating func take(_ wanted: UInt32) throws(Problem) -> Int {
    while count < wanted {
      guard place < bytes.endIndex else { throw .damaged }
      bits |= UInt32(bytes[place]) << count
      place += 1
      count += 8
    }
    let value = bits & (1 << wanted - 1)
    bits >>= wanted
    count -= wanted
    return Int(value)
  }

  private mutating func symbol(_ codes: Codes) throws(Problem) -> Int {
    var (code, first, index) = (0, 0, 0)
    for length in 1...15 {
      code |= try take(1)
      let count = codes.counts[length]
      if code - count < first { return codes.symbols[index + code - first] }
      index += count
      first = (first + count) << 1
      code <<= 1
    }
    throw .damaged
  }

  private mutating func copyStored() throws(Problem) {
    (bits, count) = (0, 0)
    guard bytes.endIndex - place >= 4 else { throw .damaged }
    let size = Int(bytes[place]) | Int(bytes[place + 1]) << 8
    guard size ^ 0xffff == Int(bytes[place + 2]) | Int(bytes[place + 3]) << 8 else { throw .damaged }
    place += 4
    guard bytes.endIndex - place >= size else { throw .damaged }
    guard output.count + size <= limit else { throw .tooLarge }
    output += bytes[place..<place + size]
    place += size
  }

  private static let lengthBases = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
  ]
  private static let lengthBits: [UInt32] = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
  ]

  /// The smallest distance of a symbol, and how many bits are added. Source: RFC 1951, 3.2.5.
  private static func distance(_ symbol: Int) -> (base: Int, bits: UInt32) {
    guard symbol >= 4 else { return (symbol + 1, 0) }
    let bits = symbol / 2 - 1
    return (1 + (2 + symbol % 2) << bits, UInt32(bits))
  }

  private mutating func decode(_ lengths: Codes, _ distances: Codes) throws(Problem) {
    while true {
      let symbol = try symbol(lengths)
      if symbol == 256 { return }
      if symbol < 256 {
        guard output.count < limit else { throw .tooLarge }
        output.append(UInt8(symbol))
        continue
      }
      guard symbol - 257 < Self.lengthBases.count else { throw .damaged }
      let length = Self.lengthBases[symbol - 257] + (try take(Self.lengthBits[symbol - 257]))
      let code = try self.symbol(distances)
      guard code < 30 else { throw .damaged }
      let (base, more) = Self.distance(code)
      let distance = base + (try take(more))
      guard distance <= output.count else { throw .damaged }
      guard output.count + length <= limit else { throw .tooLarge }
      for _ in 0..<length { output.append(output[output.count - distance]) }
    }
  }

  private mutating func decodeDynamic() throws(Problem) {
    let (literals, distances, codes) = (try take(5) + 257, try take(5) + 1, try take(4) + 4)
    guard literals <= 286, distances <= 30 else { throw .damaged }
    var lengths = [Int](repeating: 0, count: 19)
    for place in [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15].prefix(codes) {
      lengths[place] = try take(3)
    }
    let lengthCodes = try Codes(lengths)
    lengths = []
    while lengths.count < literals + distances {
      let symbol = try symbol(lengthCodes)
      guard symbol >= 16 else {
        lengths.append(symbol)
        continue
      }
      guard symbol != 16 || !lengths.isEmpty else { throw .damaged }
      let value = symbol == 16 ? lengths[lengths.count - 1] : 0
      let repeats = symbol == 18 ? 11 + (try take(7)) : symbol == 17 ? 3 + (try take(3)) : 3 + (try take(2))
      guard lengths.count + repeats <= literals + distances else { throw .damaged }
      lengths += [Int](repeating: value, count: repeats)
    }
    guard lengths[256] > 0 else { throw .damaged }
    try decode(Codes(lengths[..<literals]), Codes(Array(lengths[literals...])))
  }
}
