import Examining
import Vocabularies

/// What blocks and their fields hold, seen in the shared heap.
extension CompactionOracle {
  /// How many other blocks are looked at in a window.
  private static let looks = 16

  /// Fills the blocks that began in this window, and looks at others: at all of them where the judge looks at everything.
  mutating func contents(
    _ heap: HeapView, _ movers: [Int], endingIn operations: Span<UInt64>, _ firstIndex: Int
  ) -> Violation? {
    let last = CompactionOperation(word: operations[operations.count - 1])
    let index = firstIndex + operations.count - 1
    for number in movers {
      if let violation = damage(number, heap, .contentsLost, at: index) { return violation }
    }
    for number in begun where blocks[number].address >= 0 && blocks[number].key == nil {
      if let violation = staleField(number, heap, at: blocks[number].origin) { return violation }
      fill(number, heap)
    }
    if last.isAboutAll {
      for number in blocks.indices {
        if let violation = staleField(number, heap, at: index) { return violation }
      }
    }
    for _ in 0..<(last.kind == .step ? min(Self.looks, blocks.count) : last.isAboutAll ? blocks.count : 4) {
      rotation = rotation + 1 < blocks.count ? rotation + 1 : 0
      let violation =
        damage(rotation, heap, .payloadChanged, at: blocks[rotation].origin)
        ?? staleField(rotation, heap, at: index)
      if let violation { return violation }
    }
    return nil
  }

  private mutating func fill(_ number: Int, _ heap: HeapView) {
    let block = blocks[number]
    let fields = 8 * block.fields.count
    let key = PayloadPattern.key(ofOperation: UInt64(block.origin)) ^ secret
    heap.fill(at: block.address + fields, count: block.size - fields, key: key)
    blocks[number].key = key
  }

  func damage(_ number: Int, _ heap: HeapView, _ kind: ViolationKind, at index: Int) -> Violation? {
    let block = blocks[number]
    let fields = 8 * block.fields.count
    guard block.address >= 0, let key = block.key,
      let byte = heap.firstDifference(at: block.address + fields, count: block.size - fields, key: key)
    else { return nil }
    return Violation(
      kind, at: index,
      "byte \(fields + byte) of the block of operation \(block.origin), \(block.size) bytes at "
        + "\(hexadecimal(UInt64(block.address))), is not what the program wrote there")
  }

  private func staleField(_ number: Int, _ heap: HeapView, at index: Int) -> Violation? {
    let block = blocks[number]
    guard block.address >= 0 else { return nil }
    for (field, target) in block.fields.enumerated() {
      let held = heap.word(at: block.address + 8 * field)
      let right: UInt64
      if target < 0 {
        right = .max
      } else {
        // A program that lets a block end to which others refer has broken its rule, and gets no answer.
        guard blocks[Int(target)].address >= 0 else { continue }
        right = UInt64(blocks[Int(target)].address)
      }
      guard held != right else { continue }
      let what =
        target < 0 ? "no block" : "the block of operation \(blocks[Int(target)].origin), at \(hexadecimal(right))"
      return Violation(
        .staleReference, at: index,
        "field \(field) of the block of operation \(block.origin), at \(hexadecimal(UInt64(block.address))), holds "
          + "\(hexadecimal(held)), and refers to \(what)")
    }
    return nil
  }
}
