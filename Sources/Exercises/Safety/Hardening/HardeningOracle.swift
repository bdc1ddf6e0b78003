package import Examining
package import Traces
import Vocabularies

/// Checks a hardened allocator: what comes of each attack, and whether the program is served all the while.
///
/// Of each attack it is enough that it is detected, stopped or harmless; which of these, the protocol says for each kind. Traces with attacks
/// come in windows of a few requests or of one attack, and there the judge is the program itself: at a window's end it looks whether new
/// blocks are empty and fills them, and whether those that ended are poisoned, through its own mapping.
package struct HardeningOracle: Oracle {
  let heapLimit: Int
  var memory: HardenedBlocks
  /// By name, the number of its block, or -1.
  private var names: [Int]
  private var guesser: AddressGuesser?
  /// How often `allocate` may report bytes that were written after their block's end.
  var suspicions = 0
  /// What an attacker has learnt last.
  var learnt: UInt64?
  /// By address, canaries that were learnt there, and in which process.
  private var canaries: [Int: (word: UInt64, life: Int)] = [:]
  private var life = 0
  /// What attacks there were in this life, the last one last.
  var attacks: [String] = []
  /// Whether bytes that are not the program's were overwritten in this life.
  var hasOverwritten = false
  var attackCount = 0
  var detected = 0
  var stopped = 0
  private var secret: UInt64?
  /// What began and ended in this window, as far as it is to be looked at when the window ends.
  private var begun: [Int] = []
  var ended: [(number: Int, operation: Int)] = []
  private var rotation = 0
  /// Whether windows have few operations.
  private let isStepwise: Bool

  /// The parameter of a trace whose addresses are guessed.
  package static let guessedParameter = "addresses.guessed"
  /// Traces of up to so many operations are looked at after each few.
  private static let stepwise = 1 << 14

  package init(for trace: Trace) {
    heapLimit = trace.heapLimit
    memory = HardenedBlocks(heapLimit: trace.heapLimit)
    names = Array(repeating: -1, count: max(trace.slotCount, 1))
    guesser = trace.parameter(Self.guessedParameter) == 1 ? AddressGuesser() : nil
    isStepwise = trace.operations.count <= Self.stepwise
  }

  package mutating func attend(secret: UInt64) { self.secret = secret }

  /// One by one, where a subject may know when it is looked at.
  package func endsWindow(_ operation: UInt64) -> Bool { isStepwise && (secret != nil || isAttack(operation)) }

  package func beginsWindow(_ operation: UInt64) -> Bool { isStepwise && isAttack(operation) }

  package var longestWindow: Int? { isStepwise ? 8 : nil }

  /// Whether bytes change that are not the allocator's to change, or all of them.
  private func isAttack(_ operation: UInt64) -> Bool {
    let kind = AttackOperation(word: operation).kind
    return kind != .allocate && kind != .deallocate
  }

  package var measurements: [Measurement] {
    let attacks =
      attackCount == 0
      ? []
      : [
        Measurement("attacks", Double(attackCount), ""), Measurement("detected", Double(detected), ""),
        Measurement("stopped", Double(stopped), ""),
      ]
    return attacks + (guesser.map { [Measurement("min-entropy", $0.bits, "bits")] } ?? [])
  }

  package mutating func check(operations: Span<UInt64>, outcomes: Span<UInt64>, in window: Window) -> Violation? {
    begun.removeAll(keepingCapacity: true)
    ended.removeAll(keepingCapacity: true)
    for place in operations.indices {
      let operation = AttackOperation(word: operations[place])
      guard operation.name < names.count else { continue }
      let index = window.firstIndex + place
      if let wrong = check(operation, outcomes[place], at: index, heapEnd: window.heapEnd) {
        return violation(wrong, at: index, operation.word, outcomes[place])
      }
    }
    guard let heap = window.heap else { return nil }
    if let (index, wrong) = remains(heap) {
      let place = index - window.firstIndex
      return violation(wrong, at: index, operations[place], outcomes[place])
    }
    return damage(heap)
  }

  private func violation(_ wrong: Wrong, at index: Int, _ operation: UInt64, _ outcome: UInt64) -> Violation {
    Violation(
      wrong.kind, at: index,
      "\(AttackVocabulary.describe(operation: operation)) → "
        + "\(AttackVocabulary.describe(outcome: outcome, of: operation)): \(wrong.message)",
      evidence: wrong.evidence + attacks.suffix(4).reversed())
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
    let ends: [ViolationKind] = [.crash, .hang, .strayAccess]
    guard hasOverwritten, ends.contains(violation.kind) else { return violation }
    return Violation(
      .recordsDestroyed, at: violation.operation,
      "after bytes were overwritten the allocator itself went wrong (\(violation.kind.rawValue)): \(violation.message)",
      evidence: attacks.suffix(4).reversed() + violation.evidence)
  }

  // MARK: - One operation

  struct Wrong {
    let kind: ViolationKind
    let message: String
    var evidence: [String] = []
  }

  private mutating func check(
    _ operation: AttackOperation, _ outcome: UInt64, at index: Int, heapEnd: Int
  ) -> Wrong? {
    let number = names[operation.name]
    switch operation.kind {
    case .allocate: return allocate(operation, outcome, at: index, heapEnd)
    case .restart:
      memory.restart()
      guesser?.restart()
      names = Array(repeating: -1, count: names.count)
      (suspicions, rotation, hasOverwritten) = (0, 0, false)
      begun.removeAll(keepingCapacity: true)
      ended.removeAll(keepingCapacity: true)
      attacks.removeAll(keepingCapacity: true)
      life += 1
      return nil
    case .forge: return deallocate(operation.number, operation, outcome, at: index)
    case nil: return nil
    default: break
    }
    guard number >= 0 else { return nil }
    let block = memory.blocks[number]
    switch operation.kind {
    case .deallocate: return deallocate(block.base &+ operation.number, operation, outcome, at: index)
    case .scribble: return scribbled(number, operation, outcome, at: index)
    case .touch: return touched(block, operation.number, outcome)
    case .learn: return learn(outcome, behind: block)
    case .replay: return replayed(number, operation, outcome, at: index)
    default: return nil
    }
  }

  /// An attacker reads a canary, and compares it with what was there in another process.
  private mutating func learn(_ outcome: UInt64, behind block: HardenedBlocks.Block) -> Wrong? {
    learnt = outcome == AttackVocabulary.none ? nil : outcome
    guard let learnt, block.state == .live else { return nil }
    defer { canaries[block.end] = (learnt, life) }
    guard let known = canaries[block.end], known.life != life, known.word == learnt else { return nil }
    return Wrong(
      kind: .canaryGuessed,
      message: "in another process the same eight bytes were behind a block that ended at this address")
  }

  private mutating func allocate(
    _ operation: AttackOperation, _ outcome: UInt64, at index: Int, _ heapEnd: Int
  ) -> Wrong? {
    let (name, size) = (operation.name, operation.size)
    names[name] = -1
    if let report = AttackVocabulary.report(of: outcome) {
      guard report == .writeAfterFree else {
        return Wrong(kind: .wrongReport, message: "that is nothing for allocate(_:) to find")
      }
      guard suspicions > 0 else {
        return Wrong(kind: .falseAlarm, message: "no byte was written of which that has not been told")
      }
      suspicions -= 1
      detected += 1
      return nil
    }
    let extent = AttackVocabulary.extent(size, alignment: operation.alignment)
    guard outcome != AttackVocabulary.none else {
      guard memory.room.mustServe(extent) else { return nil }
      return Wrong(
        kind: .failedWithRoom,
        message: "there is room: with it, all that is live or remembered takes \(memory.room.taken(with: extent) ?? 0) "
          + "bytes of a heap of \(heapLimit)")
    }
    let base = Int(clamping: outcome)
    let end = min(heapEnd, heapLimit)
    guard base <= end, size <= end - base else {
      return Wrong(kind: .outOfHeap, message: "the heap ends at \(hexadecimal(UInt64(clamping: end)))")
    }
    guard base % operation.alignment == 0 else {
      return Wrong(kind: .misaligned, message: "that is no multiple of \(operation.alignment)")
    }
    guard memory.begin(base, size, extent: extent, origin: index) else {
      return overlap(with: memory.blockOverlapping(base..<base + size))
    }
    names[name] = memory.blocks.count - 1
    begun.append(names[name])
    return guess(base, size)
  }

  private func overlap(with other: HardenedBlocks.Block?) -> Wrong {
    guard let other else { return Wrong(kind: .overlap, message: "it would share bytes with another block") }
    switch other.state {
    case .remembered:
      return Wrong(kind: .earlyReuse, message: "its bytes are those of \(other.description), which is remembered")
    case .condemned:
      return Wrong(kind: .overlap, message: "its bytes are those of \(other.description), which was told")
    case .live, .forgotten:
      return Wrong(kind: .overlap, message: "it would share bytes with \(other.description), which lives")
    }
  }

  private mutating func guess(_ base: Int, _ size: Int) -> Wrong? {
    guard guesser != nil, size <= AttackVocabulary.scattered else { return nil }
    guesser?.see(base)
    guard let guesser, let way = guesser.success else { return nil }
    return Wrong(
      kind: .predictableAddress,
      message: "an attacker knew that: \(way.summary). Of \(guesser.guesses[way.rawValue]) such guesses "
        + "\(guesser.hits[way.rawValue]) were right, and 1 in 64 may be")
  }

  // MARK: - What blocks hold

  /// Looks at the blocks that began or ended in this window, and fills the new ones; what is wrong, and with which operation.
  private mutating func remains(_ heap: HeapView) -> (Int, Wrong)? {
    for number in begun where memory.blocks[number].state == .live {
      let block = memory.blocks[number]
      if let byte = heap.firstNonZero(at: block.base, count: block.size) {
        let value = hexadecimal(UInt64(heap.byte(at: block.base + byte)))
        return (
          block.origin,
          Wrong(kind: .secretReadable, message: "byte \(byte) of the new block is \(value), not 0")
        )
      }
      let key = PayloadPattern.key(ofOperation: UInt64(block.origin)) ^ (secret ?? 0)
      heap.fill(at: block.base, count: block.size, key: key)
      memory.fill(number, key: key)
    }
    for (number, operation) in ended where memory.blocks[number].state == .remembered {
      if let wrong = unpoisoned(memory.blocks[number], heap) { return (operation, wrong) }
    }
    return nil
  }

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
    guard let key = block.key, block.end <= heap.byteCount,
      let byte = heap.firstDifference(at: block.base, count: block.size, key: key)
    else { return nil }
    return Violation(
      .payloadChanged, at: block.origin,
      "byte \(byte) of a live block of \(block.size) bytes is not what the program wrote there",
      evidence: [block.description] + attacks.suffix(4).reversed())
  }
}
