import Glibc

/// An entropy coder of byte symbols: range asymmetric numeral systems, four states taking turns, static frequencies.
///
/// A stream of `n` symbols, each with a *context* below `contextCount` that chooses its frequencies:
///
///     contextCount × table:  symbol count u16, then per symbol: gap to the previous one u8, frequency − 1 varint
///     four states u64 · word count varint · that many words u32
///
/// The frequencies of a table sum to 2¹². The encoder starts each state at `restState` and runs from the last symbol to
/// the first; so the decoder, running forward, must end there, which doubles as a check.
/// Source: J. Duda, "Asymmetric numeral systems", arXiv:1311.2540; the layout follows F. Giesen's rANS notes.
enum SymbolCoder {
  static let precision: UInt64 = 12
  static let total = 1 << 12
  static let restState: UInt64 = 1 << 31
  static let contextLimit = 32

  static func encode(
    _ symbols: [UInt8], contexts: [UInt8]?, contextCount: Int, into writer: inout ByteWriter
  ) {
    let counts = histogram(symbols, contexts: contexts, contextCount: contextCount)
    var frequencies = [UInt32](repeating: 0, count: counts.count)
    var starts = frequencies
    for context in 0..<contextCount {
      let range = context << 8..<context << 8 + 256
      let table = normalized(counts[range])
      var start: UInt32 = 0
      for (symbol, frequency) in table.enumerated() {
        frequencies[range.lowerBound + symbol] = frequency
        starts[range.lowerBound + symbol] = start
        start += frequency
      }
      append(table, into: &writer)
    }
    var states: [4 of UInt64] = .init(repeating: restState)
    var words: [UInt32] = []
    for index in stride(from: symbols.count - 1, through: 0, by: -1) {
      let entry = Int(contexts?[index] ?? 0) << 8 | Int(symbols[index])
      let frequency = UInt64(frequencies[entry])
      var state = states[index & 3]
      if state >= ((restState >> precision) << 32) * frequency {
        words.append(UInt32(truncatingIfNeeded: state))
        state >>= 32
      }
      states[index & 3] = (state / frequency) << precision + state % frequency + UInt64(starts[entry])
    }
    for lane in 0..<4 { writer.append(states[lane]) }
    writer.append(varint: UInt64(words.count))
    for word in words.reversed() { writer.append(word) }
  }

  /// Which context a symbol has.
  enum Contexts {
    case single
    /// One for each symbol, all below the count.
    case given([UInt8], count: Int)
    /// The symbol before it; 0 before the first. Symbols must be below the count.
    case previous(count: Int)

    var count: Int {
      switch self {
      case .single: 1
      case .given(_, let count), .previous(let count): count
      }
    }
  }

  /// The `count` symbols of a stream. The caller bounds `count`.
  static func decode(_ count: Int, contexts: Contexts, from reader: inout ByteReader) throws(ByteFault) -> [UInt8] {
    var table: [UInt32] = []
    table.reserveCapacity(contexts.count << 12)
    var symbolLimit = 256
    if case .previous(let count) = contexts { symbolLimit = count }
    for _ in 0..<contexts.count { try appendTable(from: &reader, symbolLimit: symbolLimit, into: &table) }
    var states: [4 of UInt64] = .init(repeating: 0)
    for lane in 0..<4 {
      states[lane] = try reader.uint64()
      guard states[lane] >= restState, states[lane] >> 63 == 0 else {
        throw ByteFault(position: reader.position - 8, reason: "a coder state is out of range")
      }
    }
    let words = try reader.words32(count: try reader.varint())
    var decoder = Decoder(table: table, words: words, states: states)
    var symbols = [UInt8](repeating: 0, count: count)
    switch contexts {
    case .single:
      for index in 0..<count { symbols[index] = decoder.next(lane: index & 3, context: 0) }
    case .given(let given, _):
      for index in 0..<count { symbols[index] = decoder.next(lane: index & 3, context: given[index]) }
    case .previous:
      var previous: UInt8 = 0
      for index in 0..<count {
        previous = decoder.next(lane: index & 3, context: previous)
        symbols[index] = previous
      }
    }
    guard decoder.isAtRest else {
      throw ByteFault(position: reader.position, reason: "a coded stream does not end where it should")
    }
    return symbols
  }

  private struct Decoder {
    /// Per context 2¹² entries: symbol in bits 0 ..< 8, frequency − 1 in 8 ..< 20, position in its range in 20 ..< 32.
    let table: [UInt32]
    let words: [UInt32]
    var states: [4 of UInt64]
    var position = 0

    init(table: [UInt32], words: [UInt32], states: [4 of UInt64]) {
      self.table = table
      self.words = words
      self.states = states
    }

    @inline(__always)
    mutating func next(lane: Int, context: UInt8) -> UInt8 {
      var state = states[lane]
      let entry = UInt64(table[Int(context) << 12 | Int(truncatingIfNeeded: state & 0xfff)])
      // Never grows: frequency ≤ 2¹², and the position is below the frequency.
      state = ((entry >> 8 & 0xfff) &+ 1) &* (state >> 12) &+ (entry >> 20)
      if state < SymbolCoder.restState {
        // Past the last word zeros come, and the states do not end at rest.
        state = state << 32 | (position < words.count ? UInt64(words[position]) : 0)
        position &+= 1
      }
      states[lane] = state
      return UInt8(truncatingIfNeeded: entry)
    }

    var isAtRest: Bool {
      position == words.count
        && (0..<4).allSatisfy { states[$0] == SymbolCoder.restState }
    }
  }
}

extension SymbolCoder {
  static func histogram(_ symbols: [UInt8], contexts: [UInt8]?, contextCount: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: contextCount << 8)
    for index in symbols.indices { counts[Int(contexts?[index] ?? 0) << 8 | Int(symbols[index])] += 1 }
    return counts
  }

  /// About how many bits a stream takes, tables included.
  static func estimatedBits(_ symbols: [UInt8], contexts: [UInt8]?, contextCount: Int) -> Double {
    let counts = histogram(symbols, contexts: contexts, contextCount: contextCount)
    var bits = 256.0
    for context in 0..<contextCount {
      let table = counts[context << 8..<context << 8 + 256]
      let sum = Double(table.reduce(0, +))
      for count in table where count > 0 { bits += 16 + Double(count) * log2(sum / Double(count)) }
    }
    return bits
  }

  /// Frequencies in proportion to the counts, at least 1 where a count is, summing to 2¹²; none of no counts.
  static func normalized(_ counts: ArraySlice<Int>) -> [UInt32] {
    let sum = counts.reduce(0, +)
    guard sum > 0 else { return [UInt32](repeating: 0, count: counts.count) }
    var table = counts.map { $0 == 0 ? 0 : max(1, $0 * total / sum) }
    var excess = table.reduce(0, +) - total
    while excess != 0 {
      // 256 symbols of 4 096: the largest always has something to give.
      let largest = table.indices.max { table[$0] < table[$1] } ?? 0
      let step = excess > 0 ? min(excess, table[largest] / 2) : excess
      table[largest] -= step
      excess -= step
    }
    return table.map { UInt32($0) }
  }

  private static func append(_ table: [UInt32], into writer: inout ByteWriter) {
    let used = table.indices.filter { table[$0] > 0 }
    writer.append(UInt16(used.count))
    var next = 0
    for symbol in used {
      writer.append(UInt8(symbol - next))
      writer.append(varint: UInt64(table[symbol] - 1))
      next = symbol + 1
    }
  }

  private static func appendTable(
    from reader: inout ByteReader, symbolLimit: Int, into table: inout [UInt32]
  ) throws(ByteFault) {
    let start = reader.position
    let used = Int(try reader.uint16())
    var next = 0
    var sum = 0
    for _ in 0..<used {
      let symbol = next + Int(try reader.uint8())
      let frequency = Int(clamping: try reader.varint() & 0xffff) + 1
      guard symbol < symbolLimit, frequency <= total - sum else {
        throw ByteFault(position: start, reason: "a frequency table holds what it cannot")
      }
      for position in 0..<frequency {
        table.append(UInt32(symbol) | UInt32(frequency - 1) << 8 | UInt32(position) << 20)
      }
      sum += frequency
      next = symbol + 1
    }
    // A context that never occurs has no symbols.
    if used == 0 {
      table.append(contentsOf: repeatElement(UInt32(total - 1) << 8, count: total))
    } else if sum != total {
      throw ByteFault(position: start, reason: "the frequencies of a table sum to \(sum), not to \(total)")
    }
  }
}
