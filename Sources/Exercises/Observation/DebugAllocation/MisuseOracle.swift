package import Examining
package import Traces
import Vocabularies

/// Checks a debug allocator: whether it tells all that a program does wrong, nothing else, and each thing as it is.
///
/// Traces of misuse come in windows of a few operations, and there the judge is the program itself: at a window's end it looks whether new
/// blocks are fresh and fills them, and looks at those that ended; between windows it damages tags and kept blocks, through its own mapping.
package struct MisuseOracle: Oracle {
  let heapLimit: Int
  /// The program's lines.
  let sites: SiteTable
  var memory: DebuggedBlocks
  /// By name, the number of its block, or -1.
  var names: [Int]
  /// What the program wrote to each block: the operations' indices and words.
  var writes: [Int: [(index: Int, word: UInt64)]] = [:]
  /// The block that the judge has just written to.
  private var written: Int?
  private var hasOverwritten = false
  private var writeCount = 0
  private(set) var reportCount = 0
  private var secret: UInt64?
  /// What began and ended in this window, as far as it is to be looked at when the window ends.
  var begun: [Begun] = []
  var ended: [(number: Int, operation: Int)] = []
  private var rotation = 0
  /// Whether windows have few operations.
  private let isStepwise: Bool

  /// A block that is new.
  struct Begun {
    let number: Int
    /// How many of its bytes it has from another one, and the key of their pattern, where that is known.
    var kept = 0
    var key: UInt64?
  }

  /// Traces of up to so many operations are looked at after each few.
  private static let stepwise = 1 << 14

  package init(for trace: Trace) {
    heapLimit = trace.heapLimit
    sites = SiteTable(trace.tables)
    memory = DebuggedBlocks(heapLimit: trace.heapLimit)
    names = Array(repeating: -1, count: max(trace.slotCount, 1))
    isStepwise = trace.operations.count <= Self.stepwise
  }

  package mutating func attend(secret: UInt64) { self.secret = secret }

  /// One by one, where a subject may know when it is looked at.
  package func endsWindow(_ operation: UInt64) -> Bool {
    isAlone(operation) || isStepwise && secret != nil
  }

  package func beginsWindow(_ operation: UInt64) -> Bool { isAlone(operation) }

  package var longestWindow: Int? { isStepwise ? 8 : nil }

  /// What is reallocated is filled before, and looked at afterwards; and where a heap ends is known before the program does.
  private func isAlone(_ operation: UInt64) -> Bool {
    let kind = MisuseOperation(word: operation).kind
    return kind == .shutDown || isStepwise && kind == .reallocate
  }

  package var measurements: [Measurement] {
    [Measurement("writes", Double(writeCount), ""), Measurement("reports", Double(reportCount), "")]
  }

  // MARK: - What the program writes

  package func isJudges(_ operation: UInt64) -> Bool { MisuseOperation(word: operation).kindCode == 4 }

  /// Changes bytes of tags and of kept blocks; how many.
  package mutating func perform(_ word: UInt64, heap: HeapView, heapEnd: Int) -> UInt64 {
    let operation = MisuseOperation(word: word)
    guard operation.name < names.count, names[operation.name] >= 0 else { return 0 }
    let number = names[operation.name]
    let base = memory.blocks[number].base
    var count: UInt64 = 0
    for offset in memory.writable(number, from: operation.number, count: operation.count) {
      guard heap.change(base + offset, by: Self.change) else { continue }
      memory.change(number, at: offset, by: Self.change)
      count += 1
    }
    if count > 0 { (written, hasOverwritten) = (number, true) }
    return count
  }

  /// No byte stays what it was, nor is it again after some more changes.
  private static let change: UInt8 = 0x55

  // MARK: - Windows

  package mutating func check(operations: Span<UInt64>, outcomes: Span<UInt64>, in window: Window) -> Violation? {
    begun.removeAll(keepingCapacity: true)
    ended.removeAll(keepingCapacity: true)
    // Of programs before the last one nobody knows where their heaps ended.
    let isOneProgram = operations.count == 1 || !operations.indices.contains { isEnd(operations[$0]) }
    let heapEnd = isOneProgram ? min(window.heapEnd, heapLimit) : heapLimit
    var answers = window.answers
    for place in operations.indices {
      let (word, outcome, index) = (operations[place], outcomes[place], window.firstIndex + place)
      let look = Look(
        operation: MisuseOperation(word: word), outcome: outcome, index: index, heapEnd: heapEnd,
        site: sites.word(MisuseOperation(word: word).site))
      var list: ArraySlice<UInt64> = []
      if MisuseVocabulary.isAnswered(word) {
        switch answers.next(outcome, of: word, at: index, MisuseVocabulary.self) {
        case .wrong(let violation): return violation
        case .list(let words): list = words
        }
      }
      if let wrong = check(look, list) { return violation(wrong, at: index, word, outcome) }
    }
    guard let heap = window.heap else { return nil }
    if let (index, wrong) = remains(heap) {
      let place = index - window.firstIndex
      return violation(wrong, at: index, operations[place], outcomes[place])
    }
    return damage(heap)
  }

  private func isEnd(_ operation: UInt64) -> Bool { MisuseOperation(word: operation).kind == .shutDown }

  private func violation(_ wrong: Wrong, at index: Int, _ word: UInt64, _ outcome: UInt64) -> Violation {
    Violation(
      wrong.kind, at: index,
      "\(MisuseVocabulary.describe(operation: word, sites)) → \(MisuseVocabulary.describe(outcome: outcome, of: word)): "
        + wrong.message,
      evidence: wrong.evidence)
  }

  package mutating func finish(heap: HeapView?) -> Violation? {
    guard let heap else { return nil }
    for number in memory.live.sorted() {
      if let violation = damage(number, heap) { return violation }
    }
    return nil
  }

  /// A worker that ended after bytes were overwritten ended because of it.
  package mutating func verdict(onEnd violation: Violation) -> Violation? {
    let ends: [ViolationKind] = [.crash, .strayAccess]
    guard hasOverwritten, ends.contains(violation.kind) else { return violation }
    return Violation(
      .recordsDestroyed, at: violation.operation,
      "after tags or kept blocks were overwritten the allocator itself went wrong (\(violation.kind.rawValue)): "
        + violation.message,
      evidence: violation.evidence)
  }

  /// An operation as it is looked at.
  struct Look {
    let operation: MisuseOperation
    let outcome: UInt64
    let index: Int
    let heapEnd: Int
    let site: UInt64
  }

  struct Wrong {
    let kind: ViolationKind
    let message: String
    var evidence: [String] = []
  }

  private mutating func check(_ look: Look, _ list: ArraySlice<UInt64>) -> Wrong? {
    let (operation, site) = (look.operation, look.site)
    switch operation.kind {
    case .forge: return deallocate(operation.forged, look, list)
    case .check: return compare(list, with: memory.check(at: site))
    case .shutDown:
      let right = memory.check(at: site) + memory.leaks(at: site)
      if let wrong = compare(list, with: right) { return wrong }
      restart()
      return nil
    default: break
    }
    guard operation.name < names.count else { return nil }
    let number = names[operation.name]
    if operation.kind == .allocate {
      names[operation.name] = -1
      return allocate(look)
    }
    guard number >= 0 else { return nil }
    let base = memory.blocks[number].base
    switch operation.kind {
    case .write:
      if let written { writes[written, default: []].append((look.index, operation.word)) }
      if written != nil { writeCount += 1 }
      written = nil
      return nil
    case .deallocate: return deallocate(base &+ operation.number, look, list)
    case .reallocate: return reallocate(base, look, list)
    case .reallocateInner: return reallocate(base &+ operation.number, look, list)
    default: return nil
    }
  }

  private mutating func restart() {
    memory.restart()
    names = Array(repeating: -1, count: names.count)
    writes.removeAll()
    begun.removeAll(keepingCapacity: true)
    ended.removeAll(keepingCapacity: true)
    (rotation, hasOverwritten) = (0, false)
  }

  /// Compares the reports of a list with those that have to be.
  mutating func compare(_ list: ArraySlice<UInt64>, with right: [MisuseClaim]) -> Wrong? {
    guard let said = MisuseClaim.all(in: list) else {
      return Wrong(
        kind: .incompleteAnswer,
        message: "a report has \(MisuseVocabulary.reportWords) words, and there are \(list.count)")
    }
    reportCount += said.count
    let comparison = MisuseComparison(said: said, right: right)
    guard !comparison.missing.isEmpty || !comparison.extra.isEmpty else { return nil }
    let (missing, extra) = comparison.closest
    let wrong = MisuseDifference(missing: missing, extra: extra, sites)
    return Wrong(kind: wrong.kind, message: wrong.message, evidence: evidence(missing, extra))
  }

  // MARK: - What blocks hold

  /// A secret that no subject knows may go into what the judge fills blocks with.
  func key(_ index: Int) -> UInt64 { PayloadPattern.key(ofOperation: UInt64(index)) ^ (secret ?? 0) }

  /// How many blocks are looked at in a window.
  private static let looks = 8

  private mutating func damage(_ heap: HeapView) -> Violation? {
    for _ in 0..<min(Self.looks, memory.blocks.count) {
      rotation = rotation + 1 < memory.blocks.count ? rotation + 1 : 0
      if let violation = damage(rotation, heap) { return violation }
    }
    return nil
  }

  private func damage(_ number: Int, _ heap: HeapView) -> Violation? {
    let block = memory.blocks[number]
    guard block.base + block.size <= heap.byteCount else { return nil }
    if isStepwise, block.state == .kept, !block.wasDamaged,
      let byte = heap.firstOther(at: block.base, count: block.size, than: MisuseVocabulary.freed)
    {
      return Violation(
        .markMissing, at: block.origin, "byte \(byte) of a kept block is not 0xdd, and the program wrote nothing there",
        evidence: [block.description])
    }
    guard let key = block.key, let byte = heap.firstDifference(at: block.base, count: block.size, key: key)
    else { return nil }
    return Violation(
      .payloadChanged, at: block.origin,
      "byte \(byte) of a live block of \(block.size) bytes is not what the program wrote there",
      evidence: [block.description])
  }
}

extension HeapView {
  /// Adds to a byte.
  ///
  /// - Returns: false where it is not in the heap.
  fileprivate func change(_ address: Int, by difference: UInt8) -> Bool {
    guard byteCount >= 8, address >= 0, address < byteCount else { return false }
    let place = min(address, byteCount - 8)
    let shift = UInt64(8 * (address - place))
    let word = word(at: place)
    let byte = UInt8(truncatingIfNeeded: word >> shift) &+ difference
    store(word & ~(0xff << shift) | UInt64(byte) << shift, at: place)
    return true
  }

  /// The offset of the first byte that is another one, among `count` from `offset` on; nil where none is.
  func firstOther(at offset: Int, count: Int, than byte: UInt8) -> Int? {
    let pattern = UInt64(byte) &* 0x0101_0101_0101_0101
    var place = 0
    while place + 8 <= count, word(at: offset + place) == pattern { place += 8 }
    return (place..<max(place, count)).first { self.byte(at: offset + $0) != byte }
  }
}
