/// What a lab's `config.h` defines: integers, and products, sums and shifts of them.
package enum CSAppConfiguration {
  /// The value of a macro, or nil where the text defines none of that name that is a constant.
  package static func value(of name: String, in text: String) -> Int? {
    for line in text.split(whereSeparator: \.isNewline) {
      let words = line.drop { $0 == " " || $0 == "\t" }
      guard words.hasPrefix("#") else { continue }
      let rest = words.dropFirst().drop { $0 == " " || $0 == "\t" }
      guard rest.hasPrefix("define") else { continue }
      let definition = rest.dropFirst(6).drop { $0 == " " || $0 == "\t" }
      guard definition.hasPrefix(name), let after = definition.dropFirst(name.count).first,
        after == " " || after == "\t"
      else { continue }
      var expression = String(definition.dropFirst(name.count))
      for comment in ["//", "/*"] {
        if let start = expression.firstRange(of: comment) { expression = String(expression[..<start.lowerBound]) }
      }
      var parser = Expression(Array(expression.utf8))
      return parser.parse()
    }
    return nil
  }

  /// Recursive descent over `+ -`, `* /`, `<<` and parentheses, as C binds them.
  private struct Expression {
    private let bytes: [UInt8]
    private var place = 0
    private var depth = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes.filter { $0 != 0x20 && $0 != 0x09 && $0 != 0x0d } }

    mutating func parse() -> Int? {
      guard let value = shift(), place == bytes.count else { return nil }
      return value
    }

    private mutating func take(_ text: StaticString) -> Bool {
      let wanted = Array("\(text)".utf8)
      guard bytes[place...].starts(with: wanted) else { return false }
      place += wanted.count
      return true
    }

    private mutating func shift() -> Int? {
      guard var value = sum() else { return nil }
      while take("<<") {
        guard let count = sum(), (0..<48).contains(count), value.magnitude < 1 << 14 || count < 30 else { return nil }
        value <<= count
      }
      return value
    }

    private mutating func sum() -> Int? {
      guard var value = product() else { return nil }
      while true {
        let isPlus = take("+")
        guard isPlus || take("-") else { return value }
        guard let next = product() else { return nil }
        let (result, overflows) =
          isPlus ? value.addingReportingOverflow(next) : value.subtractingReportingOverflow(next)
        guard !overflows else { return nil }
        value = result
      }
    }

    private mutating func product() -> Int? {
      guard var value = number() else { return nil }
      while true {
        let isTimes = take("*")
        guard isTimes || take("/") else { return value }
        guard let next = number(), isTimes || next != 0 else { return nil }
        let (result, overflows) =
          isTimes ? value.multipliedReportingOverflow(by: next) : value.dividedReportingOverflow(by: next)
        guard !overflows else { return nil }
        value = result
      }
    }

    private mutating func number() -> Int? {
      if take("(") {
        depth += 1
        defer { depth -= 1 }
        guard depth < 32, let value = shift(), take(")") else { return nil }
        return value
      }
      // Casts such as (size_t) are no constants to this reader; suffixes are passed over.
      let isHexadecimal =
        bytes[place...].starts(with: Array("0x".utf8)) || bytes[place...].starts(with: Array("0X".utf8))
      if isHexadecimal { place += 2 }
      let start = place
      while place < bytes.count, isHexadecimal ? Self.isHex(bytes[place]) : Self.isDigit(bytes[place]) { place += 1 }
      let value = Int(String(decoding: bytes[start..<place], as: UTF8.self), radix: isHexadecimal ? 16 : 10)
      while place < bytes.count, Array("uUlL".utf8).contains(bytes[place]) { place += 1 }
      return value
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isHex(_ byte: UInt8) -> Bool {
      isDigit(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }
  }
}
