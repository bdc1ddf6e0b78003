import AllocLab

/// Each module's code as spans that do not overlap, each with the symbol that is told there.
struct SymbolSpans {
  struct Span: Equatable {
    let start: UInt64
    /// None where it is negative.
    let symbol: Int
  }

  /// All modules', one's after the other's.
  private(set) var spans: [Span] = []
  /// By module, where its spans end.
  private(set) var ends: [Int] = []

  /// - Complexity: O(symbols).
  init(of image: ProcessImage) {
    for module in image.modules {
      sweep(image, module)
      ends.append(spans.count)
    }
  }

  /// Goes through the starts; open are the symbols that have not ended, the one that is told on top.
  private mutating func sweep(_ image: ProcessImage, _ module: ProcessImage.Module) {
    let first = spans.count
    var open: [(end: UInt64, symbol: Int)] = []
    var place = module.symbols.lowerBound
    while place < module.symbols.upperBound {
      let start = image.symbols[place].start
      close(&open, until: start, first)
      var next = place
      while next < module.symbols.upperBound, image.symbols[next].start == start { next += 1 }
      let nextStart = next < module.symbols.upperBound ? image.symbols[next].start : module.byteCount
      // The lowest number goes on top.
      for symbol in (place..<next).reversed() {
        let size = image.symbols[symbol].size
        let end = size == 0 ? nextStart : start + size
        // One below that ends no later is never seen.
        while let top = open.last, top.end <= end { open.removeLast() }
        open.append((end, symbol))
      }
      add(start, place, first)
      place = next
    }
    close(&open, until: module.byteCount, first)
  }

  /// Ends the open symbols that end up to there; each uncovers the one below, or nothing.
  private mutating func close(_ open: inout [(end: UInt64, symbol: Int)], until limit: UInt64, _ first: Int) {
    while let top = open.last, top.end <= limit {
      open.removeLast()
      add(top.end, open.last?.symbol ?? -1, first)
    }
  }

  private mutating func add(_ start: UInt64, _ symbol: Int, _ first: Int) {
    if spans.count > first, spans[spans.count - 1].start == start { spans.removeLast() }
    spans.append(Span(start: start, symbol: symbol))
  }

  /// The symbol that is told at an offset in a module.
  ///
  /// - Complexity: O(log spans).
  func symbol(at offset: UInt64, in module: Int) -> Int? {
    var (low, high) = (module == 0 ? 0 : ends[module - 1], ends[module])
    let first = low
    while low < high {
      let middle = (low + high) / 2
      if spans[middle].start <= offset { low = middle + 1 } else { high = middle }
    }
    guard low > first, spans[low - 1].symbol >= 0 else { return nil }
    return spans[low - 1].symbol
  }
}
