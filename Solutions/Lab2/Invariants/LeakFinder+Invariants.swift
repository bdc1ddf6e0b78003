import AllocLab

extension LeakFinder: InvariantChecking {
  /// What the passes leave behind must hold of every pointer, whatever the order was in which they went.
  public func invariantViolations() -> [String] {
    var wrong: [String] = []
    var indirect = 0
    for (place, block) in blocks.enumerated() {
      guard let category = block.category else {
        wrong.append("block \(place) has no category")
        continue
      }
      if category == .indirect { indirect += image.blocks[place].size }
      if block.lost != 0, category != .definite {
        wrong.append("block \(place) is \(category), and has \(block.lost) lost bytes")
      }
      for word in pointers(block.start, byteCount: image.blocks[place].size) {
        guard let target = owner(of: word), target != place, let its = blocks[target].category else { continue }
        let isStart = blocks[target].start == word
        switch category {
        case .reachable where isStart && its != .reachable, .reachable where its != .reachable && its != .possible,
          .possible where its != .reachable && its != .possible:
          wrong.append("block \(place), \(category), points to block \(target), \(its)")
        default: break
        }
      }
    }
    for word in rootWords {
      guard let target = owner(of: word), let its = blocks[target].category else { continue }
      if its != .reachable, its != .possible || blocks[target].start == word {
        wrong.append("a root points to block \(target), \(its)")
      }
    }
    let lost = blocks.reduce(0) { $0 + $1.lost }
    if lost != indirect { wrong.append("\(indirect) bytes are indirect, and heads have \(lost)") }
    return wrong
  }

  private var rootWords: [UInt64] {
    Array(image.registers)
      + image.regions.filter { $0.kind != .heap }.flatMap { pointers($0.start, byteCount: $0.byteCount) }
  }

  private func pointers(_ start: UInt64, byteCount: Int) -> [UInt64] {
    stride(from: (start + 7) & ~7, to: start + UInt64(byteCount), by: 8).compactMap {
      $0 + 8 <= start + UInt64(byteCount) ? image.load($0) : nil
    }
  }

  /// Found without the page table, and without halving.
  private func owner(of word: UInt64) -> Int? { blocks.firstIndex { $0.start <= word && word < $0.end } }
}
