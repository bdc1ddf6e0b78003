/// Numbers of 64 bits as one byte symbol each and some bits that follow as they are.
///
/// Numbers below 16 are their own symbols. Of a larger one of `n` bits, the symbol tells `n` and the two bits after the
/// leading one: `16 + 4 (n − 5) + those two`, which reaches 255 for n = 64; the other `n − 3` bits follow.
enum NumberCode {
  @inline(__always)
  static func symbol(of number: UInt64) -> UInt8 {
    if number < 16 { return UInt8(truncatingIfNeeded: number) }
    let width = 64 - number.leadingZeroBitCount
    return UInt8(truncatingIfNeeded: 16 + 4 * (width - 5) + Int(truncatingIfNeeded: number >> UInt64(width - 3) & 3))
  }

  @inline(__always)
  static func extraBitCount(of symbol: UInt8) -> Int { symbol < 16 ? 0 : (Int(symbol) - 16) >> 2 + 2 }

  /// The number, given its extra bits.
  @inline(__always)
  static func number(_ symbol: UInt8, extra: UInt64) -> UInt64 {
    if symbol < 16 { return UInt64(symbol) }
    return (4 | UInt64(symbol) & 3) << UInt64(truncatingIfNeeded: extraBitCount(of: symbol)) | extra
  }

  /// Differences near zero as small numbers: 0, −1, 1, −2, 2 …
  @inline(__always)
  static func zigzag(_ difference: UInt64) -> UInt64 {
    let signed = Int64(bitPattern: difference)
    return UInt64(bitPattern: signed << 1 ^ signed >> 63)
  }

  @inline(__always)
  static func unzigzag(_ number: UInt64) -> UInt64 { number >> 1 ^ (0 &- (number & 1)) }
}

/// Gathers bits, the lowest first, into 64-bit words.
struct BitWriter {
  private(set) var words: [UInt64] = []
  private var used = 64

  mutating func append(_ value: UInt64, count: Int) {
    guard count > 0 else { return }
    let bits = count == 64 ? value : value & (1 << UInt64(count) - 1)
    if used < 64 { words[words.count - 1] |= bits << UInt64(used) }
    let fitting = 64 - used
    if count > fitting {
      words.append(fitting == 0 ? bits : bits >> UInt64(fitting))
      used = count - fitting
    } else {
      used += count
    }
  }

  /// The bits of a number that its symbol leaves out.
  mutating func append(extraOf number: UInt64, symbol: UInt8) {
    append(number, count: NumberCode.extraBitCount(of: symbol))
  }
}

/// Takes bits as `BitWriter` left them; past the end zeros come, and `isExhausted` tells.
struct BitReader {
  private let words: [UInt64]
  private var position = 0

  init(_ words: [UInt64]) { self.words = words }

  /// Whether all words were used and no more was asked for.
  var isExhausted: Bool { (position + 63) >> 6 == words.count }

  @inline(__always)
  mutating func take(_ count: Int) -> UInt64 {
    if count == 0 { return 0 }
    let index = position >> 6
    let shift = UInt64(truncatingIfNeeded: position & 63)
    position &+= count
    guard index < words.count else { return 0 }
    var value = words[index] &>> shift
    if shift != 0, index &+ 1 < words.count { value |= words[index &+ 1] &<< (64 &- shift) }
    return value & (UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- count))
  }

  /// The number that `symbol` begins.
  @inline(__always)
  mutating func number(_ symbol: UInt8) -> UInt64 {
    NumberCode.number(symbol, extra: take(NumberCode.extraBitCount(of: symbol)))
  }
}
