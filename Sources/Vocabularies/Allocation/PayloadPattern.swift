/// The bytes that a block of a given key must hold: different at every position, and for every key.
///
/// The eight bytes at offset 8·j are `key + j·φ`, little-endian, where φ is the golden ratio's odd fraction; a tail shorter than
/// eight bytes has the first bytes of its word.
public enum PayloadPattern {
  @usableFromInline static let step: UInt64 = 0x9e37_79b9_7f4a_7c15

  /// The parameter of a trace whose blocks nobody is to write into.
  public static let silenceParameter = "payload.silent"

  /// The key of the block that the operation of that index made.
  @inlinable public static func key(ofOperation index: UInt64) -> UInt64 {
    // The finaliser of SplitMix64, so that keys of neighbouring operations have nothing in common.
    var z = (index &+ 1) &* step
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }

  /// The key whose pattern is that of `key` from `offset` on, a multiple of eight.
  @inlinable public static func key(_ key: UInt64, advancedBy offset: Int) -> UInt64 {
    key &+ UInt64(offset / 8) &* step
  }

  /// Writes the pattern of `key` into `count` bytes.
  @inlinable public static func fill(_ bytes: UnsafeMutableRawPointer, count: Int, key: UInt64) {
    var value = key
    var offset = 0
    if count >= 32 {
      var values = words(from: key)
      // Safe, here and below: the bytes end at or before `count`.
      while offset &+ 32 <= count {
        unsafe bytes.storeBytes(of: values, toByteOffset: offset, as: SIMD4<UInt64>.self)
        values &+= SIMD4(repeating: step &* 4)
        offset &+= 32
      }
      value = values[0]
    }
    while offset &+ 8 <= count {
      unsafe bytes.storeBytes(of: value, toByteOffset: offset, as: UInt64.self)
      value &+= step
      offset &+= 8
    }
    if offset > 0 {
      // The last eight bytes, some of them once more, instead of the rest one by one.
      if offset < count {
        unsafe bytes.storeBytes(
          of: lastWord(value, rest: count &- offset), toByteOffset: count &- 8, as: UInt64.self)
      }
      return
    }
    while offset < count {
      unsafe bytes.storeBytes(of: UInt8(truncatingIfNeeded: value), toByteOffset: offset, as: UInt8.self)
      value >>= 8
      offset &+= 1
    }
  }

  /// The offset of the first of `count` bytes that differs from the pattern of `key`, or nil where none does.
  @inlinable public static func firstDifference(_ bytes: UnsafeRawPointer, count: Int, key: UInt64) -> Int? {
    var value = key
    var offset = 0
    if count >= 64 {
      var values = words(from: key)
      let four = SIMD4(repeating: step &* 4)
      // Safe, here and below: the bytes end at or before `count`.
      while offset &+ 64 <= count {
        let low = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: SIMD4<UInt64>.self) ^ values
        let high = unsafe bytes.loadUnaligned(fromByteOffset: offset &+ 32, as: SIMD4<UInt64>.self) ^ (values &+ four)
        let both = low | high
        if both[0] | both[1] | both[2] | both[3] != 0 { break }
        values &+= four &+ four
        offset &+= 64
      }
      value = values[0]
    }
    while offset &+ 8 <= count {
      let difference = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) ^ value
      if difference != 0 { return offset &+ difference.trailingZeroBitCount / 8 }
      value &+= step
      offset &+= 8
    }
    if offset > 0, offset < count {
      let difference =
        unsafe bytes.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
        ^ lastWord(value, rest: count &- offset)
      return difference == 0 ? nil : count &- 8 &+ difference.trailingZeroBitCount / 8
    }
    while offset < count {
      if unsafe bytes.load(fromByteOffset: offset, as: UInt8.self) != UInt8(truncatingIfNeeded: value) { return offset }
      value >>= 8
      offset &+= 1
    }
    return nil
  }

  /// The pattern's first four words.
  @inlinable @inline(__always) static func words(from key: UInt64) -> SIMD4<UInt64> {
    SIMD4(key, key &+ step, key &+ step &* 2, key &+ step &* 3)
  }

  /// The last eight bytes of a pattern of eight or more, of which the last `rest`, from 1 to 7, are the first ones of `value`.
  @inlinable @inline(__always) static func lastWord(_ value: UInt64, rest: Int) -> UInt64 {
    let bits = UInt64(truncatingIfNeeded: rest &* 8)
    return (value &- step) &>> bits | value &<< (64 &- bits)
  }

  /// The byte at `offset` of the pattern of `key`.
  public static func byte(at offset: Int, key: UInt64) -> UInt8 {
    UInt8(truncatingIfNeeded: (key &+ UInt64(offset / 8) &* step) >> (8 * UInt64(offset % 8)))
  }
}
