import AllocLab

/// The names of a profile's functions, numbered from 0 on, in each form that a report needs.
struct FunctionNames {
  /// The function of each symbol.
  private(set) var ofSymbol: [Int] = []
  /// What a stack without frames has.
  let unknown: Int
  /// As lines have them.
  private(set) var written = ByteStrings()
  /// As JSON has them, in quotes.
  private(set) var quoted = ByteStrings()
  /// The place of each in the order of their bytes.
  private(set) var ranks: [Int]

  var count: Int { written.count }

  /// - Complexity: O(bytes of all names), and sorting.
  init(of stacks: CallStacks) {
    let unnamed = Array("[unknown]".utf8)
    var numbers: [[UInt8]: Int] = [unnamed: 0]
    var names = [unnamed]
    unknown = 0
    for symbol in 0..<stacks.symbolCount {
      // Arrays of bytes: strings that look alike are equal.
      let bytes = Array(stacks.name(symbol))
      let name = bytes.isEmpty ? unnamed : bytes
      let number = numbers[name] ?? names.count
      if number == names.count {
        numbers[name] = number
        names.append(name)
      }
      ofSymbol.append(number)
    }
    ranks = [Int](repeating: 0, count: names.count)
    let order = names.indices.sorted { names[$0].lexicographicallyPrecedes(names[$1]) }
    for (rank, function) in order.enumerated() { ranks[function] = rank }
    for name in names {
      Self.write(name, &written)
      Self.quote(name, &quoted)
    }
  }

  private static let digits: [UInt8] = Array("0123456789ABCDEF".utf8)

  private static func write(_ name: [UInt8], _ strings: inout ByteStrings) {
    for byte in name {
      if byte <= 0x20 || byte == 0x7f || byte == UInt8(ascii: "%") || byte == UInt8(ascii: ";") {
        strings.append(UInt8(ascii: "%"))
        strings.append(digits[Int(byte >> 4)])
        strings.append(digits[Int(byte & 15)])
      } else {
        strings.append(byte)
      }
    }
    strings.end()
  }

  private static func quote(_ name: [UInt8], _ strings: inout ByteStrings) {
    strings.append(UInt8(ascii: "\""))
    // Decoding repairs what is no UTF-8.
    for byte in String(decoding: name, as: UTF8.self).utf8 {
      if byte < 0x20 {
        for digit in "\\u00".utf8 { strings.append(digit) }
        strings.append(digits[Int(byte >> 4)])
        strings.append(digits[Int(byte & 15)])
      } else {
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { strings.append(UInt8(ascii: "\\")) }
        strings.append(byte)
      }
    }
    strings.append(UInt8(ascii: "\""))
    strings.end()
  }
}

/// Strings of bytes, one behind the other.
///
///     bytes   m a i n p a r s e
///     ends            4         9
struct ByteStrings {
  private var bytes: [UInt8] = []
  private var ends: [Int] = []

  var count: Int { ends.count }

  subscript(place: Int) -> ArraySlice<UInt8> { bytes[(place == 0 ? 0 : ends[place - 1])..<ends[place]] }

  mutating func append(_ byte: UInt8) { bytes.append(byte) }

  /// Ends a string; the next begins.
  mutating func end() { ends.append(bytes.count) }
}
