/// How the values of one column, a bit field of all words of a block, are written as numbers.
enum ColumnCoding: UInt8, CaseIterable {
  /// All the same: no stream at all.
  case constant = 0
  /// Each as it is.
  case direct = 1
  /// The difference from the one before.
  case delta = 2
  /// One more than the index in a table of at most 255 frequent values, or 0, and the value follows among the rare ones.
  case dictionary = 3
  /// How many words ago it last occurred, or 0, and its difference from the newcomer before follows among the rare ones.
  case recency = 4
}

/// A column as two streams of numbers: one for each word, and one of the rare values that the first cannot say.
struct EncodedColumn {
  var coding: ColumnCoding
  /// Of `dictionary`: ascending. Of `constant`: the value.
  var table: [UInt64] = []
  var symbols: [UInt8] = []
  var rare: [UInt8] = []
  var extra = BitWriter()
  private var rareExtra: [(UInt64, UInt8)] = []

  init?(_ values: [UInt64], coding: ColumnCoding) {
    self.coding = coding
    symbols.reserveCapacity(values.count)
    switch coding {
    case .constant:
      guard let first = values.first, values.allSatisfy({ $0 == first }) else { return nil }
      table = [first]
    case .direct:
      for value in values { append(value) }
    case .delta:
      var previous: UInt64 = 0
      for value in values {
        append(NumberCode.zigzag(value &- previous))
        previous = value
      }
    case .dictionary: encodeByDictionary(values)
    case .recency: encodeByRecency(values)
    }
    for (number, symbol) in rareExtra { extra.append(extraOf: number, symbol: symbol) }
  }

  private mutating func append(_ number: UInt64) {
    let symbol = NumberCode.symbol(of: number)
    symbols.append(symbol)
    extra.append(extraOf: number, symbol: symbol)
  }

  private mutating func append(rare number: UInt64) {
    let symbol = NumberCode.symbol(of: number)
    rare.append(symbol)
    rareExtra.append((number, symbol))
  }

  private mutating func encodeByDictionary(_ values: [UInt64]) {
    var counts: [UInt64: Int] = [:]
    for value in values { counts[value, default: 0] += 1 }
    // A value that occurs once or twice costs less among the rare ones.
    let frequent = counts.filter { $0.value > 2 || counts.count <= 16 }
      .sorted { ($0.value, $1.key) > ($1.value, $0.key) }.prefix(255)
    table = frequent.map(\.key).sorted()
    var indices: [UInt64: UInt8] = [:]
    for (index, value) in table.enumerated() { indices[value] = UInt8(index + 1) }
    for value in values {
      let index = indices[value] ?? 0
      symbols.append(index)
      if index == 0 { append(rare: value) }
    }
  }

  private mutating func encodeByRecency(_ values: [UInt64]) {
    var last: [UInt64: Int] = [:]
    var newcomer: UInt64 = 0
    for (index, value) in values.enumerated() {
      if let before = last.updateValue(index, forKey: value) {
        append(UInt64(index - before))
      } else {
        append(0)
        append(rare: NumberCode.zigzag(value &- newcomer))
        newcomer = value
      }
    }
  }

  /// About how many bits this takes.
  func estimatedBits(contexts: [UInt8]?, contextCount: Int) -> Double {
    if coding == .constant { return 16 }
    return SymbolCoder.estimatedBits(symbols, contexts: contexts, contextCount: contextCount)
      + SymbolCoder.estimatedBits(rare, contexts: nil, contextCount: 1)
      + Double(table.count) * 12 + Double(extra.words.count) * 64
  }
}

extension EncodedColumn {
  /// Coding u8; the table, as differences; the two streams; the extra bits of all numbers.
  func write(contexts: [UInt8]?, contextCount: Int, into writer: inout ByteWriter) {
    writer.append(coding.rawValue)
    if coding == .constant || coding == .dictionary {
      writer.append(varint: UInt64(table.count))
      var previous: UInt64 = 0
      for value in table {
        writer.append(varint: value &- previous)
        previous = value
      }
    }
    if coding == .constant { return }
    SymbolCoder.encode(symbols, contexts: contexts, contextCount: contextCount, into: &writer)
    if coding == .dictionary || coding == .recency {
      writer.append(varint: UInt64(rare.count))
      if !rare.isEmpty { SymbolCoder.encode(rare, contexts: nil, contextCount: 1, into: &writer) }
    }
    writer.append(varint: UInt64(extra.words.count))
    for word in extra.words { writer.append(word) }
  }
}

/// A column as it is read back.
struct DecodedColumn {
  let values: [UInt64]
  /// The symbols, where there are few enough to serve as contexts: see `BlockCoder`.
  let contexts: (symbols: [UInt8], count: Int)?

  /// Reads the column of `count` words.
  ///
  /// `outer` are the contexts of a later column; nil for the first one, whose symbols' contexts are their predecessors.
  init(_ count: Int, outer: SymbolCoder.Contexts?, from reader: inout ByteReader) throws(ByteFault) {
    let start = reader.position
    guard let coding = ColumnCoding(rawValue: try reader.uint8()) else {
      throw ByteFault(position: start, reason: "unknown column coding")
    }
    var table: [UInt64] = []
    if coding == .constant || coding == .dictionary {
      let entries = try reader.varint()
      guard entries <= 255, coding == .dictionary || entries == 1 else {
        throw ByteFault(position: start, reason: "a column's table has \(entries) entries")
      }
      var value: UInt64 = 0
      for _ in 0..<entries {
        value &+= try reader.varint()
        table.append(value)
      }
    }
    if coding == .constant {
      values = [UInt64](repeating: table[0], count: count)
      contexts = nil
      return
    }
    let givesContexts = outer == nil && coding == .dictionary && table.count < SymbolCoder.contextLimit
    let symbols = try SymbolCoder.decode(
      count, contexts: outer ?? (givesContexts ? .previous(count: table.count + 1) : .single), from: &reader)
    var rare: [UInt8] = []
    if coding == .dictionary || coding == .recency {
      let rareCount = try reader.varint()
      var escapes = 0
      for symbol in symbols where symbol == 0 { escapes += 1 }
      guard rareCount == UInt64(escapes) else {
        throw ByteFault(position: reader.position, reason: "\(rareCount) rare values, where \(escapes) are called for")
      }
      if escapes > 0 { rare = try SymbolCoder.decode(escapes, contexts: .single, from: &reader) }
    }
    var bits = BitReader(try reader.words64(count: try reader.varint()))
    var values = [UInt64](repeating: 0, count: count)
    let isSound =
      switch coding {
      case .constant: true
      case .direct: Self.resolveDirect(symbols, &bits, &values)
      case .delta: Self.resolveDelta(symbols, &bits, &values)
      case .dictionary: Self.resolveDictionary(symbols, table, rare, &bits, &values)
      case .recency: Self.resolveRecency(symbols, rare, &bits, &values)
      }
    guard isSound, bits.isExhausted else {
      throw ByteFault(position: start, reason: "a column refers to what is not there")
    }
    self.values = values
    contexts = givesContexts ? (symbols, table.count + 1) : nil
  }

  private static func resolveDirect(_ symbols: [UInt8], _ bits: inout BitReader, _ values: inout [UInt64]) -> Bool {
    for index in symbols.indices { values[index] = bits.number(symbols[index]) }
    return true
  }

  private static func resolveDelta(_ symbols: [UInt8], _ bits: inout BitReader, _ values: inout [UInt64]) -> Bool {
    var value: UInt64 = 0
    for index in symbols.indices {
      value &+= NumberCode.unzigzag(bits.number(symbols[index]))
      values[index] = value
    }
    return true
  }

  private static func resolveDictionary(
    _ symbols: [UInt8], _ table: [UInt64], _ rare: [UInt8], _ bits: inout BitReader, _ values: inout [UInt64]
  ) -> Bool {
    var next = 0
    for index in symbols.indices {
      let symbol = Int(symbols[index])
      guard symbol <= table.count else { return false }
      if symbol > 0 {
        values[index] = table[symbol &- 1]
      } else {
        values[index] = bits.number(rare[next])
        next &+= 1
      }
    }
    return true
  }

  private static func resolveRecency(
    _ symbols: [UInt8], _ rare: [UInt8], _ bits: inout BitReader, _ values: inout [UInt64]
  ) -> Bool {
    // The numbers of all words come first, then those of the newcomers; a distance is at most a block's length.
    var newcomers: [Int] = []
    newcomers.reserveCapacity(rare.count)
    var distances = [UInt32](repeating: 0, count: symbols.count)
    for index in symbols.indices {
      let distance = bits.number(symbols[index])
      guard distance <= UInt64(index) else { return false }
      distances[index] = UInt32(truncatingIfNeeded: distance)
    }
    var newcomer: UInt64 = 0
    var next = 0
    for index in symbols.indices {
      let distance = Int(distances[index])
      if distance > 0 {
        values[index] = values[index &- distance]
      } else {
        newcomer &+= NumberCode.unzigzag(bits.number(rare[next]))
        values[index] = newcomer
        next &+= 1
      }
    }
    return true
  }
}
