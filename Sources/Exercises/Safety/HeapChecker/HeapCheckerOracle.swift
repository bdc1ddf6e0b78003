package import Examining
package import Traces
import Vocabularies

/// Judges a heap checker by what it finds of the damage that was done, and by what the damage does.
///
/// The judge does not know what a record means, so nobody can say whether a damage matters; but whether the allocator goes wrong
/// can be seen. The damage is done from outside, between two operations, so that nobody in the worker can know of it but from its heap.
/// One that the check right after it reports is undone. One that it does not report stays: if it is
/// harmless, nothing comes of it, and if it does harm, sooner or later an outcome is wrong, the worker crashes or hangs, or a later
/// check finds what has become of it. Then it was missed.
///
///     sound ──damage──► damaged ──check finds it──► sound
///                          │ └────check finds nothing──► missed (if ever something goes wrong)
///                          └──────no check──► ruined (something must go wrong)
///
/// A trace ends with damage that nobody asks about, after which something has to go wrong: otherwise those were not the records.
package struct HeapCheckerOracle: Oracle {
  /// What was done to a word.
  struct Damage {
    let operation: Int
    let offset: Int
    let way: RecordDamage
    /// What the word was then.
    let word: UInt64?
    /// Where it lies, as far as the judge can tell.
    let place: String
  }

  private var base: AllocationOracle
  /// All of the trace's operations.
  private let operations: [UInt64]
  /// The damage that the next operation, a check, is about.
  private var latest: Damage?
  /// What no check has reported.
  var missed: [Damage] = []
  private var damageCount = 0
  private var detectedCount = 0
  /// Whether there was damage without a check.
  private var isRuined = false
  /// Whether it has gone wrong as it should; nothing that follows means anything.
  private var isOver = false
  /// Slots below have blocks that stay for the whole trace.
  private let ballastSlots: Int
  /// What the latest damage changed: the words as they were.
  private var undo: [(offset: Int, word: UInt64)] = []

  package init(operations: [UInt64], ballastSlots: Int, base: AllocationOracle) {
    self.operations = operations
    self.ballastSlots = ballastSlots
    self.base = base
    self.base.leftBehind = []
  }

  package mutating func attend(secret: UInt64) { base.attend(secret: secret) }

  /// Nothing but what its owner or its allocator wrote lies in a block, so windows have one operation.
  package mutating func prepare(for operations: Span<UInt64>, firstIndex: Int, heap: HeapView) -> Violation? {
    guard !isOver else { return nil }
    if let violation = base.prepare(for: operations, firstIndex: firstIndex, heap: heap) {
      return verdict(onFailure: violation)
    }
    for place in operations.indices {
      let operation = AllocationOperation(word: operations[place])
      guard operation.kind == .deallocate, let payload = base.livePayload(of: operation.slot) else { continue }
      // Its owner zeroes it, so that no old payload is taken for a record.
      heap.zero(at: payload.start, count: payload.byteCount)
    }
    return nil
  }

  package func isJudges(_ operation: UInt64) -> Bool { AllocationOperation(word: operation).hostility == .damage }

  /// Damages a record; the outcome is its offset.
  package mutating func perform(_ word: UInt64, heap: HeapView, heapEnd: Int) -> UInt64 {
    let operation = AllocationOperation(word: word)
    var leftBehind = base.leftBehind ?? []
    let map = RecordMap(
      of: heap, end: max(heapEnd, base.highestUsed), base, ballastSlots: ballastSlots, leftBehind: &leftBehind)
    base.leftBehind = leftBehind
    undo = []
    let number = operation.size
    guard let target = map.target(number) else { return AllocationVocabulary.noAddress }
    let other = map.other(than: target.word, number)
    let damage = RecordDamage(number: operation.slot)
    undo.append((target.offset, target.word))
    heap.store(damage.damaged(target.word, other: other?.word ?? target.word), at: target.offset)
    if damage == .swapped, let other {
      undo.append((other.offset, other.word))
      heap.store(target.word, at: other.offset)
    }
    return UInt64(target.offset)
  }

  package func disguised(_ trace: Trace) -> Trace? { base.disguised(trace) }

  package var measurements: [Measurement] {
    base.measurements + [
      Measurement("records damaged", Double(damageCount), ""), Measurement("reported", Double(detectedCount), ""),
    ]
  }

  /// What was found before a worker ends is known only if it was looked at.
  package func endsWindow(_ operation: UInt64) -> Bool {
    AllocationOperation(word: operation).hostility.map { !$0.isFault } ?? base.endsWindow(operation)
  }

  package mutating func check(operations: Span<UInt64>, outcomes: Span<UInt64>, in window: Window) -> Violation? {
    var first = 0
    while first < operations.count, !isOver {
      // Up to the next operation that is not the allocator's oracle's to judge.
      var end = first
      while end < operations.count, !isOwn(operations[end], outcomes[end]) { end += 1 }
      if end > first || end == operations.count {
        let violation = base.check(
          operations: operations.extracting(first..<end), outcomes: outcomes.extracting(first..<end),
          in: part(of: window, first..<end, isLast: end == operations.count))
        if let violation { return verdict(onFailure: violation) }
        if end > first, AllocationOperation(word: operations[end - 1]).hostility == .restart { restart() }
      }
      guard end < operations.count else { break }
      let index = window.firstIndex + end
      if let violation = judge(AllocationOperation(word: operations[end]), outcomes[end], at: index, window) {
        return violation
      }
      first = end + 1
    }
    return nil
  }

  package mutating func finish(heap: HeapView?) -> Violation? {
    guard !isOver else { return nil }
    if let violation = base.finish(heap: heap) { return verdict(onFailure: violation) }
    guard isRuined else { return nil }
    return Violation(
      .recordsOffHeap, at: nil,
      "\(damageCount) words of the heap that are in no live block were changed, and the allocator did not mind",
      evidence: ["if it kept its records there, it would have gone wrong"])
  }

  package mutating func verdict(onEnd violation: Violation) -> Violation? {
    guard !isOver else { return nil }
    guard let latest else { return verdict(onFailure: violation) }
    // The worker ended before it had answered the check.
    return Violation(
      .damageMissed, at: violation.operation ?? latest.operation + 1,
      "invariantViolations() did not live to tell what is wrong: \(violation.message)",
      evidence: ["before, " + describe(latest)] + violation.evidence)
  }

  /// Whether the operation is about damage, or a free of a live block that was called an error.
  private func isOwn(_ word: UInt64, _ outcome: UInt64) -> Bool {
    let operation = AllocationOperation(word: word)
    if operation.kind == .deallocate { return outcome != 0 }
    return operation.hostility == .damage || operation.hostility == .checkInvariants
  }

  private func part(of window: Window, _ range: Range<Int>, isLast: Bool) -> Window {
    let place = window.damage.map { Int(clamping: $0.index) - window.firstIndex } ?? -1
    let isDamaged = range.contains(place) || isLast && place >= range.lowerBound
    return Window(
      firstIndex: window.firstIndex + range.lowerBound, damage: isDamaged ? window.damage : nil,
      heap: isLast ? window.heap : nil, heapEnd: window.heapEnd)
  }

  private mutating func judge(
    _ operation: AllocationOperation, _ outcome: UInt64, at index: Int, _ window: Window
  ) -> Violation? {
    switch operation.hostility {
    case .damage: damaged(operation, outcome, at: index, window)
    case .checkInvariants: checked(outcome, at: index, window)
    default:
      verdict(
        onFailure: Violation(
          .validFreeRejected, at: index,
          "\(AllocationVocabulary.describe(operation: operation.word)) was rejected, although it is live",
          evidence: base.evidence(about: operation.slot)))
    }
  }

  private mutating func damaged(
    _ operation: AllocationOperation, _ outcome: UInt64, at index: Int, _ window: Window
  ) -> Violation? {
    guard outcome != AllocationVocabulary.noAddress else {
      guard base.liveBlocks > 0 else { return nil }
      return Violation(
        .recordsOffHeap, at: index,
        "\(base.liveBlocks) blocks are live, and no word of the heap outside of them is anything but zero")
    }
    let offset = Int(clamping: outcome)
    let damage = Damage(
      operation: index, offset: offset, way: RecordDamage(number: operation.slot), word: window.heap?.known(at: offset),
      place: base.place(ofRecord: offset))
    damageCount += 1
    let next = index + 1 < operations.count ? AllocationOperation(word: operations[index + 1]) : nil
    if next?.hostility == .checkInvariants {
      latest = damage
    } else {
      isRuined = true
      missed.append(damage)
    }
    return nil
  }

  private mutating func checked(_ findings: UInt64, at index: Int, _ window: Window) -> Violation? {
    defer { latest = nil }
    if let latest {
      if findings > 0 {
        detectedCount += 1
        for (offset, word) in undo { window.heap?.store(word, at: offset) }
      } else {
        missed.append(latest)
      }
      return nil
    }
    guard findings > 0, !isRuined else { return nil }
    if missed.isEmpty {
      return Violation(
        .falseAlarm, at: index, "invariantViolations() found \(findings) to be wrong, but nothing was damaged",
        evidence: detectedCount > 0 ? ["all \(detectedCount) words that had been damaged are as they were again"] : [])
    }
    return Violation(
      .damageMissed, at: index,
      "invariantViolations() finds only now what was damaged before: the check right after it found nothing",
      evidence: evidence())
  }

  /// Another life: its heap has none of the damage. A restart ends its window, so nothing of it has been looked at yet.
  private mutating func restart() {
    (latest, isRuined) = (nil, false)
    missed.removeAll(keepingCapacity: true)
    undo.removeAll(keepingCapacity: true)
    base.leftBehind = []
  }

  /// What it means that something visible went wrong.
  private mutating func verdict(onFailure violation: Violation) -> Violation? {
    // Ruin is what comes of damage; but who has not found any so far cannot claim to have known.
    if isRuined, detectedCount > 0 {
      isOver = true
      return nil
    }
    guard !missed.isEmpty else { return violation }
    return Violation(
      .damageMissed, at: violation.operation,
      "invariantViolations() found nothing wrong, and then something was (\(violation.kind.rawValue)): \(violation.message)",
      evidence: evidence() + violation.evidence)
  }

  /// The damage that was not reported, the last first.
  private func evidence() -> [String] {
    let shown = missed.suffix(4).reversed().map { describe($0) }
    return missed.count > 4 ? shown + ["and \(missed.count - 4) before that"] : shown
  }

  private func describe(_ damage: Damage) -> String {
    let now = damage.word.map { ": it is now 0x\(String($0, radix: 16))" } ?? ""
    return "operation \(damage.operation) damaged the word at \(hexadecimal(damage.offset))\(damage.place), "
      + "\(damage.way.summary)\(now)"
  }
}

extension HeapView {
  /// The word at an offset that somebody claims, or nil where there is none.
  fileprivate func known(at offset: Int) -> UInt64? {
    offset >= 0 && offset <= byteCount - 8 ? word(at: offset) : nil
  }
}
