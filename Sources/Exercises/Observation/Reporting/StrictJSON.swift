/// A value of a JSON text, and where it stands: RFC 8259 to the letter, and read as if whoever wrote it meant harm.
///
/// Nothing here traps, recursion ends at a depth, and what an object has twice is refused.
package struct StrictJSON: Equatable, Sendable {
  package enum Value: Equatable, Sendable {
    case null
    case boolean(Bool)
    /// The number, if it is a whole one of 64 bits without sign, fraction or exponent.
    case number(UInt64?)
    /// As UTF-8, without escapes.
    case string([UInt8])
    case array([StrictJSON])
    case object([Member])
  }

  package struct Member: Equatable, Sendable {
    package let name: [UInt8]
    package let value: StrictJSON
  }

  /// Why a text is no JSON, and from which byte on.
  package struct Fault: Error, Equatable {
    package let offset: Int
    package let reason: String
  }

  package let value: Value
  /// Of its first byte.
  package let offset: Int

  /// The value that a text consists of.
  ///
  /// - Parameter depth: how deep arrays and objects may lie in one another.
  /// - Complexity: O(bytes), beside members of one object: those are compared.
  package init(_ text: [UInt8], depth: Int = 16) throws(Fault) {
    var reader = Reader(text: text, depth: depth)
    reader.skipSpace()
    self = try reader.value(0)
    reader.skipSpace()
    guard reader.place == text.count else {
      throw Fault(offset: reader.place, reason: "the value has ended, and there is more")
    }
  }

  private init(_ value: Value, at offset: Int) { (self.value, self.offset) = (value, offset) }

  private struct Reader {
    let text: [UInt8]
    let depth: Int
    var place = 0

    private static let memberLimit = 64

    var next: UInt8? { place < text.count ? text[place] : nil }

    func fault(_ reason: String) -> Fault { Fault(offset: place, reason: reason) }

    mutating func skipSpace() {
      while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { place += 1 }
    }

    mutating func take(_ byte: UInt8) -> Bool {
      guard next == byte else { return false }
      place += 1
      return true
    }

    mutating func value(_ level: Int) throws(Fault) -> StrictJSON {
      let start = place
      guard let first = next else { throw fault("the text ends where a value is to begin") }
      switch first {
      case UInt8(ascii: "{"):
        return StrictJSON(.object(try members(level)), at: start)
      case UInt8(ascii: "["):
        return StrictJSON(.array(try elements(level)), at: start)
      case UInt8(ascii: "\""): return StrictJSON(.string(try string()), at: start)
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        return StrictJSON(.number(try number()), at: start)
      default:
        for (word, value) in [("null", Value.null), ("true", .boolean(true)), ("false", .boolean(false))]
        where text[place...].starts(with: word.utf8) {
          place += word.utf8.count
          return StrictJSON(value, at: start)
        }
        throw fault("no value begins like this")
      }
    }

    private mutating func open(_ level: Int) throws(Fault) {
      guard level < depth else { throw fault("arrays and objects are more than \(depth) deep") }
      place += 1
      skipSpace()
    }

    private mutating func elements(_ level: Int) throws(Fault) -> [StrictJSON] {
      try open(level)
      if take(UInt8(ascii: "]")) { return [] }
      var elements: [StrictJSON] = []
      while true {
        skipSpace()
        elements.append(try value(level + 1))
        skipSpace()
        if take(UInt8(ascii: "]")) { return elements }
        guard take(UInt8(ascii: ",")) else { throw fault("an array goes on with a comma, or ends with ]") }
      }
    }

    private mutating func members(_ level: Int) throws(Fault) -> [Member] {
      try open(level)
      if take(UInt8(ascii: "}")) { return [] }
      var members: [Member] = []
      while true {
        skipSpace()
        let start = place
        guard next == UInt8(ascii: "\"") else { throw fault("a member begins with its name, in quotes") }
        let name = try string()
        guard members.count < Self.memberLimit, !members.contains(where: { $0.name == name }) else {
          throw Fault(offset: start, reason: "this member is there twice, or one too many")
        }
        skipSpace()
        guard take(UInt8(ascii: ":")) else { throw fault("behind a member's name comes a colon") }
        skipSpace()
        members.append(Member(name: name, value: try value(level + 1)))
        skipSpace()
        if take(UInt8(ascii: "}")) { return members }
        guard take(UInt8(ascii: ",")) else { throw fault("an object goes on with a comma, or ends with }") }
      }
    }

    private mutating func digits() -> Bool {
      let start = place
      while let byte = next, (0x30...0x39).contains(byte) { place += 1 }
      return place > start
    }

    private mutating func number() throws(Fault) -> UInt64? {
      let start = place
      _ = take(UInt8(ascii: "-"))
      let isZero = next == UInt8(ascii: "0")
      guard digits() else { throw fault("a number has no digit here") }
      guard !isZero || place == start + 1 || text[start] == UInt8(ascii: "-") && place == start + 2 else {
        throw Fault(offset: start, reason: "a number begins with a 0 that says nothing")
      }
      let end = place
      if take(UInt8(ascii: ".")), !digits() { throw fault("a number has no digit behind its point") }
      if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
        _ = take(UInt8(ascii: "+")) || take(UInt8(ascii: "-"))
        guard digits() else { throw fault("a number has no digit in its exponent") }
      }
      guard place == end, text[start] != UInt8(ascii: "-") else { return nil }
      return UInt64(String(decoding: text[start..<end], as: UTF8.self))
    }

    private mutating func string() throws(Fault) -> [UInt8] {
      let start = place
      place += 1
      var bytes: [UInt8] = []
      while let byte = next {
        switch byte {
        case UInt8(ascii: "\""):
          place += 1
          return bytes
        case UInt8(ascii: "\\"): bytes += try escape()
        case 0..<0x20: throw fault("a control character stands in a string, and is not escaped")
        case 0..<0x80:
          bytes.append(byte)
          place += 1
        default: bytes += try scalar()
        }
      }
      throw Fault(offset: start, reason: "a string does not end")
    }

    /// A character of two bytes or more, as it stands there.
    private mutating func scalar() throws(Fault) -> ArraySlice<UInt8> {
      let lead = text[place]
      let count = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2
      let bytes = text[place..<min(place + count, text.count)]
      guard bytes.count == count, String(validating: bytes, as: UTF8.self)?.unicodeScalars.count == 1 else {
        throw fault("this is no UTF-8")
      }
      place += count
      return bytes
    }

    private mutating func escape() throws(Fault) -> [UInt8] {
      let start = place
      place += 1
      guard let code = next else { throw fault("the text ends in an escape") }
      let plain: [UInt8: UInt8] = [
        UInt8(ascii: "\""): 0x22, UInt8(ascii: "\\"): 0x5c, UInt8(ascii: "/"): 0x2f, UInt8(ascii: "b"): 0x08,
        UInt8(ascii: "f"): 0x0c, UInt8(ascii: "n"): 0x0a, UInt8(ascii: "r"): 0x0d, UInt8(ascii: "t"): 0x09,
      ]
      if let byte = plain[code] {
        place += 1
        return [byte]
      }
      guard code == UInt8(ascii: "u") else { throw Fault(offset: start, reason: "JSON has no such escape") }
      var scalar = try unit()
      if (0xd800..<0xdc00).contains(scalar), take(UInt8(ascii: "\\")), next == UInt8(ascii: "u") {
        let low = try unit()
        guard (0xdc00..<0xe000).contains(low) else {
          throw Fault(offset: start, reason: "half of a surrogate pair stands alone")
        }
        scalar = 0x10000 + (scalar - 0xd800) << 10 + (low - 0xdc00)
      }
      guard let scalar = Unicode.Scalar(scalar) else {
        throw Fault(offset: start, reason: "half of a surrogate pair stands alone")
      }
      return Array(String(Character(scalar)).utf8)
    }

    /// The four hexadecimal digits behind a `u`.
    private mutating func unit() throws(Fault) -> UInt32 {
      place += 1
      let digits = text[place..<min(place + 4, text.count)]
      guard digits.count == 4,
        digits.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x46).contains($0) || (0x61...0x66).contains($0) }),
        let unit = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
      else { throw fault("an escape has not four hexadecimal digits") }
      place += 4
      return unit
    }
  }
}
