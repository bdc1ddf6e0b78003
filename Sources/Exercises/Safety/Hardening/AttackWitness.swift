package import Examining
import Traces
import Vocabularies

/// Says what came of an attack, on whatever allocator: nothing is wrong to it, and what it saw is a measurement.
///
/// It believes the addresses that it is told, since it is asked about libraries and reference solutions alone; and it looks at blocks
/// through the judge's own mapping, or in the process.
package struct AttackWitness: Oracle {
  /// What an attack comes to, by the names of `HardenedAllocator`; and a fault inside the allocator, which ends the program by luck.
  package enum End: String, Sendable, CaseIterable { case detected, stopped, harmless, crashed, succeeded }

  private struct Block {
    let bytes: Range<Int>
    var isLive = true
    /// What it held when it was written to last.
    var content: [UInt8] = []
  }

  private let goal: AttackTable.Goal
  private let operations: [UInt64]
  private var blocks: [Block] = []
  /// By name, the number of its block.
  private var names: [Int: Int] = [:]
  private var lastEnded: Int?
  private var isDetected = false
  private var isStopped = false
  private var isCrashed = false
  private var hasSucceeded = false
  private var silentEnds = 0

  package init(_ goal: AttackTable.Goal, on operations: [UInt64]) {
    self.goal = goal
    self.operations = operations
  }

  package func endsWindow(_ operation: UInt64) -> Bool { true }

  private var end: End {
    if hasSucceeded || goal == .silence && silentEnds > 0 { return .succeeded }
    return isDetected ? .detected : isStopped ? .stopped : isCrashed ? .crashed : .harmless
  }

  package var measurements: [Measurement] { [Measurement(end.rawValue, 1, "")] }

  package mutating func check(operations: Span<UInt64>, outcomes: Span<UInt64>, in window: Window) -> Violation? {
    for place in operations.indices {
      check(AttackOperation(word: operations[place]), outcomes[place], window.heap)
    }
    return nil
  }

  private mutating func check(_ operation: AttackOperation, _ outcome: UInt64, _ heap: HeapView?) {
    if AttackVocabulary.report(of: outcome) != nil {
      isDetected = true
      return
    }
    if operation.kind == .allocate {
      names[operation.name] = nil
      guard outcome != AttackVocabulary.none else { return }
      begin(operation.name, Int(clamping: outcome), operation.size, heap)
      return
    }
    guard let number = names[operation.name] else { return }
    let bytes = blocks[number].bytes
    switch operation.kind {
    case .deallocate where operation.number == 0: finish(number, heap)
    case .scribble:
      isStopped = isStopped || outcome < UInt64(operation.count)
      let start = bytes.lowerBound + operation.offset
      let changed = start..<start + Int(clamping: min(outcome, UInt64(operation.count)))
      if goal == .neighbour {
        hasSucceeded =
          hasSucceeded
          || blocks.indices.contains { $0 != number && blocks[$0].isLive && blocks[$0].bytes.overlaps(changed) }
      }
      if changed == bytes { blocks[number].content = heap?.bytes(in: bytes) ?? [] }
    case .touch:
      isStopped = isStopped || outcome == 0
      hasSucceeded = hasSucceeded || goal == .access && outcome == 1
    default: break
    }
  }

  private mutating func begin(_ name: Int, _ base: Int, _ size: Int, _ heap: HeapView?) {
    let bytes = base..<base + size
    for block in blocks where block.bytes.overlaps(bytes) {
      if block.isLive, goal == .overlap { hasSucceeded = true }
      if goal == .secrets, !block.isLive, heap?.bytes(in: bytes).contains(where: { $0 != 0 }) == true {
        hasSucceeded = true
      }
    }
    if goal == .reuse, let lastEnded, blocks[lastEnded].bytes.overlaps(bytes) { hasSucceeded = true }
    blocks.append(Block(bytes: bytes))
    names[name] = blocks.count - 1
  }

  private mutating func finish(_ number: Int, _ heap: HeapView?) {
    let block = blocks[number]
    if block.isLive { lastEnded = number }
    blocks[number].isLive = false
    if goal == .silence { silentEnds += 1 }
    if goal == .remains, !block.content.isEmpty, let heap {
      let same = zip(heap.bytes(in: block.bytes), block.content).count { $0 == $1 }
      hasSucceeded = hasSucceeded || same > block.content.count / 2
    }
  }

  /// A library says what it has found by ending the program; a fault in what the attacker does is one that stops it.
  package mutating func verdict(onEnd violation: Violation) -> Violation? {
    let place = violation.operation ?? -1
    guard operations.indices.contains(place), violation.kind == .crash || violation.kind == .hang else {
      return violation
    }
    let kind = AttackOperation(word: operations[place]).kind
    let isFault = ["a segmentation fault", "a bus error"].contains { violation.message.hasPrefix($0) }
    switch kind {
    case .scribble, .touch: isStopped = true
    default:
      if isFault || violation.kind == .hang { isCrashed = true } else { isDetected = true }
    }
    return nil
  }
}

extension HeapView {
  /// Bytes from a range; fewer where some are not there.
  fileprivate func bytes(in range: Range<Int>) -> [UInt8] {
    let range = range.clamped(to: 0..<byteCount)
    if let memory {
      var bytes = [UInt8](repeating: 0, count: range.count)
      let count = unsafe bytes.withUnsafeMutableBytes { unsafe memory.copy([range], to: $0) }
      return Array(bytes.prefix(count))
    }
    return range.map { byte(at: $0) }
  }
}
