import Vocabularies
package import Workloads

/// What is true of the addresses of an image's code.
package struct CodeNames {
  /// As it is answered.
  package struct Location: Equatable, Sendable {
    package var module: UInt64
    package var symbol = UnwindVocabulary.none
    package var offset: UInt64 = 0
    package var file = UnwindVocabulary.none
    package var line: UInt64 = 0

    package var words: [UInt64] { [module, symbol, offset, file, line] }
  }

  private let image: ProcessImageTables
  /// By module: where each symbol ends, and how far it and those before it reach.
  private var ends: [[(end: UInt64, reach: UInt64)]] = []
  /// By module: how many symbols the modules before have.
  private var firstSymbols: [Int] = []

  package init(of image: ProcessImageTables) {
    self.image = image
    var first = 0
    for module in image.modules {
      var list: [(end: UInt64, reach: UInt64)] = []
      var next = module.byteCount
      for (place, symbol) in module.symbols.enumerated().reversed() {
        // The start of the next symbol that does not start here.
        if place + 1 < module.symbols.count, module.symbols[place + 1].start > symbol.start {
          next = module.symbols[place + 1].start
        }
        list.append((symbol.size == 0 ? next : symbol.start + symbol.size, 0))
      }
      list.reverse()
      var reach: UInt64 = 0
      for place in list.indices {
        reach = max(reach, list[place].end)
        list[place].reach = reach
      }
      ends.append(list)
      firstSymbols.append(first)
      first += module.symbols.count
    }
  }

  /// Nil where nothing is known.
  ///
  /// - Complexity: O(log symbols + log lines), and the symbols that end before the place and start behind the one that covers it.
  package func location(of address: UInt64, isReturnAddress: Bool) -> Location? {
    guard !isReturnAddress || address > 0 else { return nil }
    let place = isReturnAddress ? address - 1 : address
    guard let number = image.module(at: place) else { return nil }
    let module = image.modules[number]
    let offset = place - module.start
    var found = Location(module: UInt64(number))
    if let symbol = symbol(at: offset, in: number) {
      found.symbol = UInt64(firstSymbols[number] + symbol)
      found.offset = address - module.start - module.symbols[symbol].start
    }
    if let row = Self.last(module.lines.count, { module.lines[$0].start <= offset }) {
      let line = module.lines[row]
      if line.file != UnwindVocabulary.none, line.line > 0 { (found.file, found.line) = (line.file, line.line) }
    }
    return found
  }

  private func symbol(at offset: UInt64, in module: Int) -> Int? {
    let symbols = image.modules[module].symbols
    guard var place = Self.last(symbols.count, { symbols[$0].start <= offset }) else { return nil }
    while place >= 0, ends[module][place].reach > offset {
      if ends[module][place].end > offset {
        let start = symbols[place].start
        var lowest = place
        while place > 0, symbols[place - 1].start == start {
          place -= 1
          if ends[module][place].end > offset { lowest = place }
        }
        return lowest
      }
      place -= 1
    }
    return nil
  }

  /// The last place for which something holds, which holds for all before it.
  private static func last(_ count: Int, _ holds: (Int) -> Bool) -> Int? {
    var (found, step) = (0, 1)
    while step <= count { step *= 2 }
    while step > 0 {
      if found + step <= count, holds(found + step - 1) { found += step }
      step /= 2
    }
    return found == 0 ? nil : found - 1
  }
}
