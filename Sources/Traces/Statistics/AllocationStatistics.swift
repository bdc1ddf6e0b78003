package import Vocabularies

/// What an allocation trace asks for, taken in one word at a time.
package struct AllocationStatistics: Sendable {
  /// Operations by the raw value of their kind; the last is of those that are of no kind.
  private var operationCounts = [Int](repeating: 0, count: 32)
  package private(set) var operationCount = 0
  package private(set) var peakLiveBlocks = 0
  package private(set) var liveBlocks = 0
  /// The operation after which the live bytes were at their peak first.
  package private(set) var peakOperation = 0
  /// Blocks by size: bucket `n` holds those of 2ⁿ⁻¹ ..< 2ⁿ bytes, bucket 0 those of none. Reallocations count again.
  package private(set) var sizeHistogram = [Int](repeating: 0, count: 65)
  /// Blocks that ended, by how many operations after their allocation: bucket `n` holds 2ⁿ⁻¹ ..< 2ⁿ.
  package private(set) var lifetimeHistogram = [Int](repeating: 0, count: 65)
  /// One more than the highest slot of a block.
  package private(set) var usedSlotCount = 0
  package private(set) var invalidCount = 0
  /// Live bytes over time.
  package private(set) var liveSeries = PeakSeries()

  private let slotCount: Int
  private var slots = SlotTable()
  private var order = HandOutOrder()
  private var threads: Set<Int> = []
  private var lastClock = 0
  /// The last operation that may have used memory again that was freed.
  private var lastRequest = -1
  // Sizes reach 2⁶³: their sums need more.
  private var live: Int128 = 0
  private var peak: Int128 = 0
  private var total: Int128 = 0

  /// Slots from `slotCount` on are invalid.
  package init(slotCount: Int = AllocationOperation.slotLimit) { self.slotCount = slotCount }

  /// At most `Int.max`, as all byte counts here.
  package var peakLiveBytes: Int { Int(clamping: peak) }
  /// Of the blocks that live now.
  package var liveBytes: Int { Int(clamping: live) }
  /// All bytes ever asked for; a reallocation counts its new size.
  package var totalBytes: Int { Int(clamping: total) }
  /// At least 1: a trace that names no thread has one.
  package var threadCount: Int { max(1, threads.count) }

  package func count(of kind: AllocationOperation.Kind) -> Int { operationCounts[Int(kind.rawValue)] }
  /// Operations that are of no kind.
  package var unknownCount: Int { operationCounts[31] }

  /// Takes one operation in, and tells what is wrong with it. Wrong ones count where a sense can be made of them.
  @discardableResult
  package mutating func accept(_ word: UInt64) -> AllocationFault? {
    let operation = AllocationOperation(word: word)
    let fault = apply(operation)
    operationCounts[Int(operation.kind?.rawValue ?? 31)] += 1
    if fault != nil { invalidCount += 1 }
    if live > peak {
      peak = live
      peakOperation = operationCount
    }
    peakLiveBlocks = max(peakLiveBlocks, liveBlocks)
    liveSeries.append(liveBytes)
    operationCount += 1
    return fault
  }

  private mutating func apply(_ operation: AllocationOperation) -> AllocationFault? {
    let slot = operation.slot
    guard let kind = operation.kind else { return .unknownKind(operation.kindCode) }
    switch kind {
    case .allocate, .allocateZeroed, .reallocate, .deallocate: break
    case .thread:
      // The operations before the first mark are a thread's too.
      if threads.isEmpty, operationCount > 0, slot != 0 { threads.insert(0) }
      threads.insert(slot)
      return nil
    case .clock:
      defer { lastClock = max(lastClock, operation.size) }
      return operation.size < lastClock ? .clockRunsBackwards(from: lastClock, to: operation.size) : nil
    case .reap: return nil
    case .mark:
      order.mark(slot)
      return nil
    case .release:
      guard order.holds(slot) else { return .useOfVoidMark(slot) }
      for slot in order.since(slot) where slots[slot].isLive { end(slots[slot], slot) }
      order.release(to: slot)
      return nil
    case .reset:
      for slot in 0..<usedSlotCount where slots[slot].isLive { end(slots[slot], slot) }
      order.reset()
      return nil
    case .hostile: return bear(operation)
    }
    guard slot < slotCount else { return .slotBeyondCount(slot, count: slotCount) }
    usedSlotCount = max(usedSlotCount, slot + 1)
    let block = slots[slot]
    switch kind {
    case .allocate, .allocateZeroed:
      lastRequest = operationCount
      if block.isLive { end(block, slot) }
      begin(slot, size: operation.size)
      if block.isLive {
        order.append(slot)
        return .allocationOfLiveSlot(slot)
      }
    case .reallocate:
      guard block.isLive else { return .useOfDeadSlot(slot) }
      lastRequest = operationCount
      live += Int128(operation.size) - Int128(block.size)
      total += Int128(operation.size)
      sizeHistogram[Self.bucket(operation.size)] += 1
      slots[slot].size = operation.size
    case .deallocate:
      guard block.isLive else { return .useOfDeadSlot(slot) }
      end(block, slot)
    case .reap, .thread, .clock, .hostile, .mark, .release, .reset: break
    }
    if operation.asksForSize { order.append(slot) }
    return nil
  }

  private mutating func begin(_ slot: Int, size: Int) {
    slots[slot] = SlotTable.Block(size: size, birth: operationCount)
    live += Int128(size)
    total += Int128(size)
    liveBlocks += 1
    sizeHistogram[Self.bucket(size)] += 1
  }

  private mutating func end(_ block: SlotTable.Block, _ slot: Int) {
    live -= Int128(block.size)
    liveBlocks -= 1
    lifetimeHistogram[Self.bucket(operationCount - block.birth)] += 1
    slots[slot] = SlotTable.Block(size: -1, birth: operationCount)
  }

  private func bear(_ operation: AllocationOperation) -> AllocationFault? {
    let slot = operation.slot
    guard slot < slotCount else { return .slotBeyondCount(slot, count: slotCount) }
    switch operation.hostility {
    case .doubleFree, .interiorFree, .misalignedFree: break
    case .restart: return liveBlocks > 0 ? .restartWithLiveBlocks(liveBlocks) : nil
    default: return nil
    }
    let block = slots[slot]
    if operation.hostility == .doubleFree {
      // Freed memory that may have been handed out again is somebody's.
      return !block.isLive && block.birth > lastRequest ? nil : .doubleFreeOfUsedMemory(slot)
    }
    return block.isLive ? nil : .useOfDeadSlot(slot)
  }

  /// How many bits a number has.
  package static func bucket(_ number: Int) -> Int { Int.bitWidth - number.leadingZeroBitCount }
}

/// What can be wrong with an operation of an allocation trace.
package enum AllocationFault: Hashable, Sendable, CustomStringConvertible {
  case unknownKind(UInt8)
  case slotBeyondCount(Int, count: Int)
  case allocationOfLiveSlot(Int)
  case useOfDeadSlot(Int)
  case doubleFreeOfUsedMemory(Int)
  case clockRunsBackwards(from: Int, to: Int)
  case restartWithLiveBlocks(Int)
  case useOfVoidMark(Int)

  package var description: String {
    switch self {
    case .unknownKind(let code): "\(code) is no kind of operation"
    case .slotBeyondCount(let slot, let count): "slot \(slot), where the trace has \(count)"
    case .allocationOfLiveSlot(let slot): "allocates slot \(slot), whose block still lives"
    case .useOfDeadSlot(let slot): "uses slot \(slot), where no block lives"
    case .doubleFreeOfUsedMemory(let slot):
      "frees slot \(slot) twice, whose memory may be in use since it was freed"
    case .clockRunsBackwards(let from, let to): "the clock goes back from \(from) ms to \(to) ms"
    case .restartWithLiveBlocks(let count): "ends an allocator with \(count) live blocks"
    case .useOfVoidMark(let number): "goes back to mark \(number), which does not hold"
    }
  }
}
