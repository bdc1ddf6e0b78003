import Vocabularies

/// A fast 64-bit hash of words: not cryptographic, but any change confined to one word changes it.
///
/// Each step is a bijection of the state for a given word and of the word for a given state, so a single damaged word
/// cannot be cancelled later. One multiplication a word on the critical path, plus one beside it.
package struct ContentHash: Sendable {
  private var state: UInt64
  private var count: UInt64 = 0

  package init(seed: UInt64 = 0) { state = seed ^ 0x9e37_79b9_7f4a_7c15 }

  @inline(__always)
  package mutating func update(_ word: UInt64) {
    state ^= word &* 0xc2b2_ae3d_27d4_eb4f
    state = (state << 31 | state >> 33) &* 0x9e37_79b1_85eb_ca87
    count &+= 1
  }

  package mutating func update(_ words: borrowing [UInt64]) {
    for index in words.indices { update(words[index]) }
  }

  /// Eight bytes a word, the last one filled with zeros, then the length.
  package mutating func update(bytes: some Sequence<UInt8>) {
    var word: UInt64 = 0
    var length: UInt64 = 0
    for byte in bytes {
      word |= UInt64(byte) << (8 * (length & 7))
      length += 1
      if length & 7 == 0 {
        update(word)
        word = 0
      }
    }
    update(word)
    update(length)
  }

  /// The hash of everything so far, mixed until each bit depends on each bit.
  package var value: UInt64 {
    var mixed = state ^ count
    mixed = (mixed ^ mixed >> 33) &* 0xff51_afd7_ed55_8ccd
    mixed = (mixed ^ mixed >> 33) &* 0xc4ce_b9fe_1a85_ec53
    return mixed ^ mixed >> 33
  }

  /// The hash of some bytes.
  package static func checksum(_ bytes: some Sequence<UInt8>, seed: UInt64 = 0) -> UInt64 {
    var hash = ContentHash(seed: seed)
    hash.update(bytes: bytes)
    return hash.value
  }
}

extension ContentHash {
  /// The start of a trace's hash: its vocabulary, parameters and tables, but neither its name, its seed nor its origin.
  init(of header: TraceHeader) {
    self.init()
    update(bytes: header.vocabulary.utf8)
    for parameter in header.parameters {
      update(bytes: parameter.name.utf8)
      update(UInt64(bitPattern: Int64(parameter.value)))
    }
    update(UInt64(header.parameters.count))
    for table in header.tables {
      update(bytes: table.name.utf8)
      switch table.contents {
      case .words(let words): update(words)
      case .bytes(let bytes): update(bytes: bytes)
      }
      update(UInt64(table.count) << 8 | UInt64(table.elementBytes))
    }
  }

  /// Sixteen hexadecimal digits.
  package var hexadecimal: String { Self.hexadecimal(value) }

  static func hexadecimal(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
