import Vocabularies
import Workloads

/// The judge as the program: what it writes into blocks, and when it looks at them, nobody on the other side can know.
///
/// A submission that may be unsafe code reads and writes whatever its process can. So nothing that the driver knows, writes or reports
/// there is of any use. Here the worker gets one operation after the other, or in long traces now and then many, and nothing else; and
/// between two windows the judge fills the blocks that were handed out, through its own mapping, with patterns from a secret; looks at them
/// before they end or move, and afterwards at what a move kept; and at other live blocks that are drawn. What is put right before an
/// operation returns is right.
extension AllocationOracle {
  /// What an attended replay draws from.
  struct Attendance {
    let secret: UInt64
    var generator: SeededGenerator
  }

  /// A block's bytes, and the key of their pattern.
  package struct Payload: Sendable {
    package let start: Int
    package let byteCount: Int
    package let key: UInt64
  }

  package mutating func attend(secret: UInt64) {
    attendance = Attendance(secret: secret, generator: SeededGenerator(seed: secret, purpose: "attendance"))
  }

  /// The key of the pattern that a block holds.
  func patternKey(of block: Block) -> UInt64 {
    PayloadPattern.key(ofOperation: UInt64(block.pattern) ^ (attendance?.secret ?? 0))
  }

  func payload(of block: Block) -> Payload {
    Payload(start: block.address, byteCount: block.size, key: patternKey(of: block))
  }

  /// The payloads of the live blocks, with their slots.
  package func forEachLivePayload(_ body: (_ slot: Int, Payload) -> Void) {
    for slot in liveSlots { body(Int(slot), payload(of: blocks[Int(slot)])) }
  }

  /// The payload of the live block in a slot.
  package func livePayload(of slot: Int) -> Payload? {
    slot < blocks.count && blocks[slot].address >= 0 ? payload(of: blocks[slot]) : nil
  }

  package mutating func prepare(for operations: Span<UInt64>, firstIndex: Int, heap: HeapView) -> Violation? {
    var seen: Set<Int> = []
    for place in operations.indices {
      let operation = AllocationOperation(word: operations[place])
      let slot = operation.slot
      // A mark that is taken anew in this window ends none of these: to look at them does no harm.
      for ending in slotsEnded(by: operation) where blocks[ending].address >= 0 && seen.insert(ending).inserted {
        if let violation = checkBytes(of: ending, heap) { return violation.found(at: firstIndex + place) }
      }
      guard operation.kind == .deallocate || operation.kind == .reallocate, slot < blocks.count,
        blocks[slot].address >= 0
      else { continue }
      // Only what becomes of it first is about the block that is there now.
      if operations.count > 1, !seen.insert(slot).inserted { continue }
      if let violation = checkBytes(of: slot, heap) { return violation.found(at: firstIndex + place) }
      if format == .constructed, operation.kind == .deallocate {
        let block = blocks[slot]
        let reserved = format.reservedBytes
        // Its user puts an object back as the constructor left it.
        heap.fill(
          at: block.address + reserved, count: block.size - reserved,
          key: ConstructedState.key(address: UInt64(block.address), serial: heap.word(at: block.address)))
      }
    }
    return nil
  }

  /// Looks, while a window goes on, at blocks from before it that it has not touched so far: they hold their patterns until it does.
  ///
  /// - Parameter done: how many operations are done, as the worker says. One that says too few has its own damage held against it; one
  ///   that says too many has to know its outcomes before it comes to them.
  func glanceAtUntouched(by operations: Span<UInt64>, done: Int, _ heap: HeapView) -> Violation? {
    var touched: Set<Int> = []
    // Objects that the window puts back are constructed again before it begins.
    let reach = format == .constructed ? operations.count : min(done + 1, operations.count)
    for place in 0..<reach {
      let operation = AllocationOperation(word: operations[place])
      touched.insert(operation.slot)
      for slot in slotsEnded(by: operation) { touched.insert(slot) }
    }
    for slot in older() where !touched.contains(Int(slot)) {
      if let violation = checkBytes(of: Int(slot), heap) { return violation }
    }
    return nil
  }

  /// Looks at what operations handed out or moved, and fills it.
  mutating func takeOver(_ operations: Span<UInt64>, at first: Int, _ heap: HeapView) -> Violation? {
    for place in operations.indices {
      let operation = AllocationOperation(word: operations[place])
      let slot = operation.slot
      // One that was refused leaves its block as it was.
      guard operation.asksForSize, slot < blocks.count, blocks[slot].address >= 0 else { continue }
      if let violation = takeOver(slot, operation, at: first + place, heap) { return violation }
    }
    unfilled = nil
    return nil
  }

  private mutating func takeOver(
    _ slot: Int, _ operation: AllocationOperation, at index: Int, _ heap: HeapView
  ) -> Violation? {
    let block = blocks[slot]
    let reserved = format.reservedBytes
    // Of many operations, some may be about a block that has gone, whose slot has another by now.
    guard operation.kind == .reallocate ? block.origin <= index : block.origin == index else { return nil }
    if operation.kind == .reallocate {
      if let violation = checkBytes(of: slot, heap) { return violation.found(at: index, as: .payloadLost) }
    } else if format == .constructed {
      if let violation = checkConstructed(slot, heap) { return violation }
    } else if operation.kind == .allocateZeroed,
      let offset = heap.firstNonZero(at: block.address, count: block.size)
    {
      return Violation(
        .payloadChanged, at: index,
        "byte \(offset) of b\(slot) is not zero, as was asked for: expected 0x00, found "
          + hexadecimal(heap.byte(at: block.address + offset)),
        evidence: ["it is in \(describe(slot))"])
    }
    // The pattern goes on from any of its words; the bytes of the word that was cut are the same.
    let start = max(0, block.patterned - reserved) & ~7
    let count = block.size - reserved
    blocks[slot].patterned = block.size
    guard start < count else { return nil }
    heap.fill(
      at: block.address + reserved + start, count: count - start,
      key: PayloadPattern.key(patternKey(of: block), advancedBy: start))
    return nil
  }

  private func checkConstructed(_ slot: Int, _ heap: HeapView) -> Violation? {
    guard blocks[slot].size >= format.reservedBytes else { return nil }
    if heap.word(at: blocks[slot].address) == 0 {
      return Violation(
        .constructedStateLost, at: blocks[slot].origin,
        "b\(slot) was handed out, but it is not as the constructor leaves it: it has no serial number",
        evidence: ["it is \(describe(slot))"])
    }
    return checkHandOut(of: slot, heap)
  }

  /// Looks at live blocks that nobody can foresee.
  mutating func checkDrawnBlocks(_ count: Int, _ heap: HeapView) -> Violation? {
    for _ in 0..<min(count, liveSlots.count) {
      guard let place = attendance?.generator.below(liveSlots.count) else { return nil }
      if let violation = checkBytes(of: Int(liveSlots[place]), heap) { return violation }
    }
    return nil
  }
}

extension Violation {
  /// The same, known to be so at an operation.
  fileprivate func found(at index: Int, as kind: ViolationKind? = nil) -> Violation {
    Violation(kind ?? self.kind, at: index, message, evidence: evidence)
  }
}

/// The serial numbers of objects, which the judge reads where it is their program; else the driver adds them to its outcomes.
struct SerialNumbers {
  private let isWanted: Bool
  private let heap: HeapView?
  private let format: BlockFormat
  /// By slot, the place of the operation after which its object is as it will be when the window ends.
  private var last: [Int: Int] = [:]
  private var slots: [Int] = []

  init(of operations: Span<UInt64>, in window: Window, isAttended: Bool, _ format: BlockFormat) {
    self.format = format
    heap = window.heap
    isWanted = isAttended && format == .constructed
    guard isWanted else { return }
    slots = operations.indices.map { AllocationOperation(word: operations[$0]).slot }
    for (place, slot) in slots.enumerated() where HeapContents.slot(of: operations[place]) != nil { last[slot] = place }
  }

  /// An outcome with its object's number, or with none that there is where the object is gone by now.
  func added(to outcome: UInt64, at place: Int) -> UInt64 {
    guard isWanted, outcome != AllocationVocabulary.noAddress else { return outcome }
    // Which cache it is from is the driver's to know, and lies below the serial number.
    let bare = outcome & ((1 << AllocationVocabulary.serialShift) - 1)
    let address = Int(clamping: outcome & format.addressMask)
    var serial = BlockFormat.unknownSerial
    if let heap, last[slots[place]] == place, address <= heap.byteCount - 8 {
      serial = heap.word(at: address) & BlockFormat.serialMask
    }
    return bare | serial << AllocationVocabulary.serialShift
  }
}
