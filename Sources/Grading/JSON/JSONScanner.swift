/// A walk over JSON text that json-c has accepted: it finds places, and refuses what json-c lets through.
///
/// json-c 0.16 accepts, even when strict: NaN and infinities, `1.`, `-.5`, `01e5`, keys in single quotes, raw control
/// characters and duplicate keys; it clamps integers past 64 bits and cuts a key at `\u0000`. Reports and grades must
/// not depend on what a reader makes of those.
struct JSONScanner {
  private let bytes: [UInt8]
  /// How far the walk has come.
  private(set) var offset: Int

  /// `offset` is where the problem is.
  struct Failure: Error {
    var offset: Int
    var problem: String
  }

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    // A byte-order mark is no part of the JSON.
    offset = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
  }

  /// Walks the whole text. It recurses, so the nesting must have been limited before.
  mutating func check() throws(Failure) { try value() }

  /// Moves to the start of the value at the end of `path`, or as near as the text goes.
  mutating func locate(_ path: [JSONKey]) {
    skipSpace()
    for step in path {
      var inner = self
      guard (try? inner.enter(step)) == true else { return }
      self = inner
    }
  }

  /// Moves to the start of one member or element of the value here; false where it has no such part.
  private mutating func enter(_ step: JSONKey) throws(Failure) -> Bool {
    let isObject = current == UInt8(ascii: "{")
    guard isObject || current == UInt8(ascii: "[") else { return false }
    offset += 1
    var index = 0
    while true {
      skipSpace()
      if current == UInt8(ascii: "]") || current == UInt8(ascii: "}") { return false }
      let name = isObject ? try key() : nil
      skipSpace()
      if name.map({ JSONKey.name($0) == step }) ?? (step.intValue == index) { return true }
      try value()
      skipSpace()
      guard current == UInt8(ascii: ",") else { return false }
      offset += 1
      index += 1
    }
  }

  private var current: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private func failure(_ problem: String) -> Failure { Failure(offset: offset, problem: problem) }

  private mutating func skipSpace() {
    while let byte = current, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { offset += 1 }
  }

  private mutating func value() throws(Failure) {
    skipSpace()
    switch current {
    case UInt8(ascii: "{"): try object()
    case UInt8(ascii: "["): try array()
    case UInt8(ascii: "\""): _ = try string()
    case let byte? where byte == UInt8(ascii: "-") || byte.isDigit: try number()
    case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
      while let byte = current, byte >= UInt8(ascii: "a"), byte <= UInt8(ascii: "z") { offset += 1 }
    case nil: throw failure("unexpected end of data")
    default: throw failure("no JSON value starts here; NaN and infinity are no JSON numbers")
    }
  }

  private mutating func object() throws(Failure) {
    offset += 1
    var names: Set<String> = []
    while true {
      skipSpace()
      if current == UInt8(ascii: "}") { break }
      let start = offset
      let name = try key()
      guard names.insert(name).inserted else {
        throw Failure(offset: start, problem: "duplicate key \"\(printable(name, maximumBytes: 80))\"")
      }
      try value()
      guard try separator(before: UInt8(ascii: "}")) else { break }
    }
    offset += 1
  }

  private mutating func array() throws(Failure) {
    offset += 1
    while true {
      skipSpace()
      if current == UInt8(ascii: "]") { break }
      try value()
      guard try separator(before: UInt8(ascii: "]")) else { break }
    }
    offset += 1
  }

  /// Passes a comma and says true, or stays at the closing bracket and says false.
  private mutating func separator(before end: UInt8) throws(Failure) -> Bool {
    skipSpace()
    guard current == UInt8(ascii: ",") else {
      guard current == end else { throw failure("expected a comma or a closing bracket") }
      return false
    }
    offset += 1
    return true
  }

  /// Passes a key and its colon.
  private mutating func key() throws(Failure) -> String {
    let start = offset
    guard current == UInt8(ascii: "\"") else { throw failure("keys are written in double quotes") }
    let inside = try string()
    let name = Self.unescaped(bytes[inside])
    guard !name.utf8.contains(0) else { throw Failure(offset: start, problem: "a key may not hold \\u0000") }
    skipSpace()
    guard current == UInt8(ascii: ":") else { throw failure("expected a colon after the key") }
    offset += 1
    return name
  }

  /// Passes a string; returns what is between the quotes.
  private mutating func string() throws(Failure) -> Range<Int> {
    offset += 1
    let start = offset
    while let byte = current, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw failure("control characters in strings are written as \\u escapes") }
      offset += byte == UInt8(ascii: "\\") ? 2 : 1
    }
    guard offset < bytes.count else { throw failure("unexpected end of data") }
    offset += 1
    return start..<(offset - 1)
  }

  /// An integer part without leading zeros, then perhaps a fraction and an exponent, of a digit or more each.
  private mutating func number() throws(Failure) {
    let start = offset
    if current == UInt8(ascii: "-") { offset += 1 }
    let isZero = current == UInt8(ascii: "0")
    let integerDigits = digits()
    var isWellFormed = integerDigits == 1 || (integerDigits > 1 && !isZero)
    var isInteger = true
    if current == UInt8(ascii: ".") {
      offset += 1
      isInteger = false
      isWellFormed = digits() > 0 && isWellFormed
    }
    if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
      offset += 1
      isInteger = false
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { offset += 1 }
      isWellFormed = digits() > 0 && isWellFormed
    }
    guard isWellFormed else {
      throw Failure(
        offset: start, problem: "a number has digits on both sides of its point, and no zeros before other digits")
    }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    guard isInteger ? (Int64(text) != nil || UInt64(text) != nil) : (Double(text)?.isFinite ?? false) else {
      throw Failure(offset: start, problem: "the number \(text.prefix(40)) is out of range")
    }
  }

  /// Passes digits and counts them.
  private mutating func digits() -> Int {
    let start = offset
    while let byte = current, byte.isDigit { offset += 1 }
    return offset - start
  }

  /// The text of a string's inside, whose escapes json-c has checked. A lone surrogate becomes U+FFFD.
  private static func unescaped(_ inside: ArraySlice<UInt8>) -> String {
    guard inside.contains(UInt8(ascii: "\\")) else { return String(decoding: inside, as: UTF8.self) }
    var units: [UInt16] = []
    // Safe to decode in pieces: an escape is ASCII and never splits a character.
    var rest = inside
    while let slash = rest.firstIndex(of: UInt8(ascii: "\\")), slash + 1 < rest.endIndex {
      units += String(decoding: rest[..<slash], as: UTF8.self).utf16
      let escape = rest[slash + 1]
      rest = rest[(slash + 2)...]
      switch escape {
      case UInt8(ascii: "u"):
        units.append(UInt16(String(decoding: rest.prefix(4), as: UTF8.self), radix: 16) ?? 0xfffd)
        rest = rest.dropFirst(4)
      case UInt8(ascii: "b"): units.append(0x08)
      case UInt8(ascii: "f"): units.append(0x0c)
      case UInt8(ascii: "n"): units.append(0x0a)
      case UInt8(ascii: "r"): units.append(0x0d)
      case UInt8(ascii: "t"): units.append(0x09)
      default: units.append(UInt16(escape))
      }
    }
    units += String(decoding: rest, as: UTF8.self).utf16
    return String(decoding: units, as: UTF16.self)
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
}
