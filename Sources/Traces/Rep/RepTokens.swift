/// The words of a `.rep` file with their lines; comments are left out.
struct RepTokens {
  enum Kind {
    case number(Int)
    /// `a`, `r` or `f`.
    case letter(UInt8)
    case other(String)
  }

  struct Token {
    var kind: Kind
    /// Counted from 1.
    var line: Int
    /// A number that does not fit, taken as the nearest that does.
    var isClamped = false
  }

  private let bytes: [UInt8]
  private var position = 0
  private var line = 1
  private var pending: Token?

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    pending = scan()
  }

  func peek() -> Token? { pending }

  mutating func advance() { pending = scan() }

  /// Passes over the rest of a line.
  mutating func skip(line: Int) { while let token = pending, token.line == line { advance() } }

  private mutating func scan() -> Token? {
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\n"):
        line += 1
        position += 1
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), 0x0b, 0x0c: position += 1
      case UInt8(ascii: "#"): while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
      default: return word()
      }
    }
    return nil
  }

  private mutating func word() -> Token {
    let start = position
    while position < bytes.count, !Self.isBlank(bytes[position]) { position += 1 }
    let text = bytes[start..<position]
    if text.count == 1, let letter = text.first,
      [UInt8(ascii: "a"), UInt8(ascii: "r"), UInt8(ascii: "f")].contains(letter)
    {
      return Token(kind: .letter(letter), line: line)
    }
    let isNegative = text.first == UInt8(ascii: "-")
    let digits = isNegative ? text.dropFirst() : text
    guard !digits.isEmpty, digits.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) else {
      return Token(kind: .other(String(decoding: text.prefix(20), as: UTF8.self)), line: line)
    }
    var value = 0
    var isClamped = false
    for digit in digits {
      let tens = value.multipliedReportingOverflow(by: 10)
      let sum = tens.partialValue.addingReportingOverflow(Int(digit - UInt8(ascii: "0")))
      isClamped = isClamped || tens.overflow || sum.overflow
      value = isClamped ? .max : sum.partialValue
    }
    return Token(kind: .number(isNegative ? -value : value), line: line, isClamped: isClamped)
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "#") || byte >= 9 && byte <= 13
  }
}
