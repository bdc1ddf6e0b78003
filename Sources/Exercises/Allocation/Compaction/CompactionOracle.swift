package import Examining
package import Traces
import Vocabularies
import Workloads

/// Checks where blocks lie, what they and their reference fields hold, how much moved, and how much is used.
///
/// Where blocks are says the worker's driver, which asks for each before and after whatever may move them. That a block is where it says is seen in
/// the shared heap: the judge itself fills blocks with patterns that nobody else knows where unsafe code is admitted. How many bytes moved
/// follows from the addresses, how much is used from the kernel, and what must be from the trace.
package struct CompactionOracle: Oracle {
  /// Bytes used over bytes needed, at all looks together.
  package static let usedMeter = "used / needed"
  /// Bytes that moved over bytes of blocks that ended.
  package static let movedMeter = "moved / ended"
  /// The parameter of traces that are measured by what moves; and the most that may, in hundredths of what ended.
  static let movedParameter = "moved.most"

  /// The parameters of a trace that is measured by what moves.
  ///
  /// - Parameter most: hundredths of the bytes that ended.
  static func moving(most: Int) -> [TraceParameter] { [TraceParameter(name: movedParameter, value: most)] }

  struct Block {
    /// -1 while no block lives in the variable.
    var address = -1
    var size = 0
    /// The index of the operation that made it.
    var origin = 0
    /// The key of the pattern that it was filled with; nil where it was not yet.
    var key: UInt64?
    var pins = 0
    /// By field, the variable that it refers to, or -1.
    var fields: [Int32] = []

    var extent: Int { max(size, 1) }
  }

  let heapLimit: Int
  private var bytes: LiveBytes
  private(set) var need: CompactionNeed
  var blocks: [Block]
  private(set) var secret: UInt64 = 0
  /// Blocks that began in this window.
  private(set) var begun: [Int] = []
  var rotation = 0
  private(set) var pins = 0

  // What was counted.
  private var used = 0.0
  private var needed = 0.0
  private(set) var moved = 0
  private var ended = 0
  private var worstStep = 0
  private let mostMoved: Int?

  package init(for trace: Trace) {
    heapLimit = trace.heapLimit
    bytes = LiveBytes(byteCount: trace.heapLimit)
    need = CompactionNeed(heapLimit: trace.heapLimit)
    blocks = Array(repeating: Block(), count: max(trace.slotCount, 1))
    // A trace may come from anywhere; no product overflows.
    mostMoved = trace.parameter(Self.movedParameter).map { max(0, min($0, 1 << 20)) }
  }

  package mutating func attend(secret: UInt64) { self.secret = secret }
  package func endsWindow(_ operation: UInt64) -> Bool { CompactionOperation(word: operation).isAboutAll }
  package func beginsWindow(_ operation: UInt64) -> Bool { CompactionOperation(word: operation).moves }

  package var measurements: [Measurement] {
    var list: [Measurement] = []
    if needed > 0 { list.append(Measurement(Self.usedMeter, used / needed, "×")) }
    if mostMoved != nil, ended > 0 {
      // What moves less than half of what ended counts as half: so that next to nothing is no ratio.
      list.append(Measurement(Self.movedMeter, Double(max(moved, ended / 2)) / Double(ended), "×"))
    }
    return list + [
      Measurement("bytes moved", Double(moved), ""), Measurement("worst step", Double(worstStep), "bytes"),
    ]
  }

  // MARK: - Operations

  package mutating func check(operations: Span<UInt64>, outcomes: Span<UInt64>, in window: Window) -> Violation? {
    begun.removeAll(keepingCapacity: true)
    var answers = window.answers
    var movers: [Int] = []
    for place in operations.indices {
      let operation = CompactionOperation(word: operations[place])
      let index = window.firstIndex + place
      var wrong: Wrong?
      if operation.isAboutAll {
        switch answers.next(outcomes[place], of: operation.word, at: index, CompactionVocabulary.self) {
        case .wrong(let violation): return violation
        case .list(let words): wrong = check(operation, words, in: window, &movers)
        }
      } else {
        wrong = request(operation, outcomes[place], at: index, min(window.heapEnd, heapLimit))
      }
      if let wrong {
        return Violation(
          wrong.kind, at: index, "\(CompactionVocabulary.describe(operation: operation.word)): \(wrong.message)")
      }
    }
    return window.heap.flatMap { contents($0, movers, endingIn: operations, window.firstIndex) }
  }

  struct Wrong {
    let kind: ViolationKind
    let message: String

    init(_ kind: ViolationKind, _ message: String) {
      self.kind = kind
      self.message = message
    }
  }

  private mutating func request(
    _ operation: CompactionOperation, _ outcome: UInt64, at index: Int, _ heapEnd: Int
  ) -> Wrong? {
    let number = operation.block
    guard number < blocks.count else { return nil }
    let lives = blocks[number].address >= 0
    guard outcome != CompactionVocabulary.moved else {
      return Wrong(.movedUnasked, "then a block lies elsewhere than before")
    }
    if operation.kind == .allocate { return lives ? nil : begin(operation, outcome, at: index, heapEnd) }
    guard lives else { return nil }
    switch operation.kind {
    case .deallocate: end(number)
    case .refer:
      guard operation.number < blocks[number].fields.count else { return nil }
      guard let target = operation.target else {
        blocks[number].fields[operation.number] = -1
        return nil
      }
      guard target < blocks.count, blocks[target].address >= 0 else { return nil }
      blocks[number].fields[operation.number] = Int32(target)
    case .pin:
      pins += blocks[number].pins == 0 ? 1 : 0
      blocks[number].pins += 1
      guard outcome == UInt64(blocks[number].address) else {
        return Wrong(
          .wrongPlace,
          "told \(hexadecimal(outcome)), and the block lies at \(hexadecimal(UInt64(blocks[number].address)))"
        )
      }
    case .unpin:
      guard blocks[number].pins > 0 else { return nil }
      blocks[number].pins -= 1
      pins -= blocks[number].pins == 0 ? 1 : 0
    default: break
    }
    return nil
  }

  private mutating func begin(
    _ operation: CompactionOperation, _ outcome: UInt64, at index: Int, _ heapEnd: Int
  ) -> Wrong? {
    let size = operation.size
    guard outcome != CompactionVocabulary.none else {
      guard need.mustServe(size) else { return nil }
      return Wrong(
        .failedWithRoom,
        "nil, though this block and all since the last compaction need no more than three eighths of a heap of \(heapLimit)"
      )
    }
    var block = Block(address: Int(clamping: outcome), size: size, origin: index)
    block.fields = Array(repeating: -1, count: operation.references)
    if let wrong = place(block, heapEnd) { return wrong }
    blocks[operation.block] = block
    need.begin(size)
    begun.append(operation.block)
    return nil
  }

  private mutating func end(_ number: Int) {
    let block = blocks[number]
    bytes.remove(block.address, block.extent)
    need.end(block.size)
    ended += block.size
    if block.pins > 0 { pins -= 1 }
    blocks[number] = Block()
  }

  /// Marks a block's bytes, where they are those of no other.
  private mutating func place(_ block: Block, _ heapEnd: Int) -> Wrong? {
    let (base, extent) = (block.address, block.extent)
    let told = hexadecimal(UInt64(clamping: base))
    guard base >= 0, base <= heapEnd, extent <= heapEnd - base else {
      return Wrong(
        .outOfHeap,
        "a block of \(block.size) bytes lies at \(told), and the heap ends at \(hexadecimal(UInt64(heapEnd)))")
    }
    guard base % 16 == 0 else { return Wrong(.misaligned, "\(told) is no multiple of 16") }
    guard bytes.insert(base, extent) else {
      let other = blocks.first {
        $0.address >= 0 && $0.origin != block.origin && $0.address < base + extent && base < $0.address + $0.extent
      }
      let whose = other.map {
        "the block of operation \($0.origin), \($0.size) bytes at \(hexadecimal(UInt64($0.address)))"
      }
      return Wrong(.overlap, "\(block.size) bytes at \(told) share bytes with \(whose ?? "another block")")
    }
    return nil
  }

  // MARK: - Moves

  private mutating func check(
    _ operation: CompactionOperation, _ words: ArraySlice<UInt64>, in window: Window, _ movers: inout [Int]
  ) -> Wrong? {
    guard let middle = words.firstIndex(of: CompactionVocabulary.none), middle + 1 < words.endIndex else {
      return Wrong(.wrongPlace, "the list of moves has no middle")
    }
    if let (number, address) = pairs(words[..<middle]).first {
      return Wrong(
        .movedUnasked,
        "before this call the block of operation \(blocks[number].origin) has moved, from "
          + "\(hexadecimal(UInt64(blocks[number].address))) to \(hexadecimal(address))")
    }
    guard operation.moves else { return look(operation, window) }
    if let wrong = move(pairs(words[(middle + 2)...]), in: window, &movers) { return wrong }
    let sum = movers.reduce(0) { $0 + blocks[$1].size }
    moved += sum
    guard operation.kind == .step else {
      need.compacted(pins: pins)
      return nil
    }
    worstStep = max(worstStep, sum)
    guard sum <= operation.number else {
      return Wrong(.overBudget, "blocks of \(sum) bytes have moved: " + list(movers))
    }
    let told = Int(Int64(bitPattern: words[middle + 1]))
    guard told == sum else {
      return Wrong(.miscountedMoves, "told \(told), and blocks of \(sum) bytes have moved")
    }
    return nil
  }

  /// Live blocks and the addresses that are claimed for them, of a list.
  private func pairs(_ words: ArraySlice<UInt64>) -> [(number: Int, address: UInt64)] {
    stride(from: words.startIndex, to: words.endIndex - 1, by: 2).compactMap { place in
      let number = Int(clamping: words[place])
      guard number < blocks.count, blocks[number].address >= 0 else { return nil }
      return (number, words[place + 1])
    }
  }

  private func list(_ movers: [Int]) -> String {
    movers.prefix(4).map { "b\($0) of \(blocks[$0].size)" }.joined(separator: ", ") + (movers.count > 4 ? ", …" : "")
  }

  private mutating func move(
    _ pairs: [(number: Int, address: UInt64)], in window: Window, _ movers: inout [Int]
  ) -> Wrong? {
    // All leave before the first arrives: one may lie where another was.
    for (number, address) in pairs {
      let block = blocks[number]
      guard block.pins == 0 else {
        return Wrong(
          .pinnedMoved,
          "the block of operation \(block.origin) is pinned, and went from \(hexadecimal(UInt64(block.address))) to "
            + hexadecimal(address))
      }
      bytes.remove(block.address, block.extent)
    }
    for (number, address) in pairs {
      blocks[number].address = Int(clamping: address)
      if let wrong = place(blocks[number], min(window.heapEnd, heapLimit)) { return wrong }
      movers.append(number)
    }
    return nil
  }

  private mutating func look(_ operation: CompactionOperation, _ window: Window) -> Wrong? {
    guard let heap = window.heap else { return nil }
    let pages = pinnedPages
    used += Double(heap.touchedBytes)
    needed += Double(need.bytes + CompactionNeed.slack + CompactionNeed.page * pages)
    guard operation.number == 1, heap.touchedBytes > need.most(pages: pages) else { return nil }
    let pinned = pages > 0 ? ", and pinned ones lie in \(pages) pages" : ""
    return Wrong(
      .spaceKept,
      "\(heap.touchedBytes) bytes are used. \(need.count) live blocks need \(need.bytes) with their handles\(pinned): at most "
        + "\(need.most(pages: pages)) may be used")
  }

  /// In how many pages pinned blocks lie.
  private var pinnedPages: Int {
    guard pins > 0 else { return 0 }
    var pages: Set<Int> = []
    for block in blocks where block.pins > 0 {
      pages.formUnion(block.address / CompactionNeed.page...(block.address + block.extent - 1) / CompactionNeed.page)
    }
    return pages.count
  }

  package mutating func finish(heap: HeapView?) -> Violation? {
    if let heap {
      for number in blocks.indices {
        if let violation = damage(number, heap, .payloadChanged, at: blocks[number].origin) { return violation }
      }
    }
    guard let mostMoved, (moved - 4096) * 100 > mostMoved * max(ended, 1) else { return nil }
    return Violation(
      .movesTooMuch, at: nil,
      "blocks of \(moved) bytes have moved, and blocks of \(ended) bytes have ended: "
        + "\(mostMoved * ended / 100 + 4096) may move")
  }
}
