import AllocLab

extension StackUnwinder: InvariantChecking {
  /// Spans must say of every place what a search through all symbols of the module finds.
  public func invariantViolations() -> [String] {
    var wrong: [String] = []
    for (number, module) in image.modules.enumerated() {
      let its = spans.spans[(number == 0 ? 0 : spans.ends[number - 1])..<spans.ends[number]]
      for (span, next) in zip(its, its.dropFirst()) where span.start >= next.start || span.symbol == next.symbol {
        wrong.append("module \(number): a span from \(span.start) on is followed by one from \(next.start) on")
      }
      for offset in edges(of: module) {
        let (said, right) = (spans.symbol(at: offset, in: number), search(offset, module))
        if said != right { wrong.append("module \(number) at \(offset): \(said ?? -1), and by search \(right ?? -1)") }
      }
    }
    return wrong
  }

  /// Where something may change, and the byte before.
  private func edges(of module: ProcessImage.Module) -> [UInt64] {
    let starts = module.symbols.flatMap { [image.symbols[$0].start, image.symbols[$0].start + image.symbols[$0].size] }
    return starts.flatMap { $0 == 0 ? [0] : [$0 - 1, $0] }.filter { $0 < module.byteCount }
  }

  /// Of all that cover an offset, the one with the greatest start, and of those the first.
  private func search(_ offset: UInt64, _ module: ProcessImage.Module) -> Int? {
    var found: Int?
    for place in module.symbols where image.symbols[place].start <= offset {
      let symbol = image.symbols[place]
      let next = module.symbols.first { image.symbols[$0].start > symbol.start }.map { image.symbols[$0].start }
      guard offset < (symbol.size == 0 ? next ?? module.byteCount : symbol.start + symbol.size) else { continue }
      if found.map({ image.symbols[$0].start < symbol.start }) ?? true { found = place }
    }
    return found
  }
}
