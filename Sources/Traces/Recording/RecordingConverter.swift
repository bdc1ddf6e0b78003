import Vocabularies

/// Turns the events of a recording into the operations of a trace: addresses become slots, the lowest free one first.
struct RecordingConverter {
  /// The operations since they were last taken away.
  private(set) var operations: [UInt64] = []
  /// Operations made in all, without those skipped.
  private(set) var operationCount = 0
  private(set) var summary = RecordingSummary()

  private var blocks = RecordingBlocks()
  private var slots = RecordingSlots()
  /// The block that each thread is moving.
  private var moving: [UInt32: (address: UInt64, slot: UInt32?)] = [:]
  /// The numbers of the threads in the trace, in the order in which they appear.
  private var threads: [UInt32: Int] = [:]
  private var thread: UInt32?
  /// The current thread's number in the trace, and the one that the trace was last told; it begins with 0.
  private var threadSlot = 0
  private var toldThread = 0
  private var clock: UInt64
  private var milliseconds: UInt64 = 0
  private var skipping: Int

  /// A block from before the trace begins, which has no slot.
  private static let before = UInt32.max

  /// - Parameters:
  ///   - start: when the program began, in microseconds.
  ///   - skip: how many operations to leave out at first.
  init(start: UInt64, skip: Int = 0) {
    clock = start
    skipping = skip
  }

  /// One more than the highest slot.
  var slotCount: Int { slots.count }

  mutating func removeOperations() { operations.removeAll(keepingCapacity: true) }

  /// Adds the operations of one event. False when there are more live blocks than slots: the trace ends there.
  mutating func append(_ event: RecordingEvent) -> Bool {
    if thread != event.thread { switchThread(to: event.thread) }
    if event.clock > clock { mark(event.clock) }
    switch event.kind {
    case .allocate: return begin(.allocate, event)
    case .allocateZeroed: return begin(.allocateZeroed, event)
    case .deallocate:
      guard let slot = blocks.remove(event.address) else {
        summary.unknownBlocks += 1
        break
      }
      end(slot)
    case .moveFrom:
      moving[event.thread] = (event.address, blocks.remove(event.address))
    case .moveTo:
      return finishMove(event)
    case .moveFailed:
      summary.failedMoves += 1
      if let (address, slot) = moving.removeValue(forKey: event.thread), let slot { blocks.insert(address, slot) }
    case .prefix: break
    }
    return true
  }

  private mutating func begin(_ kind: AllocationOperation.Kind, _ event: RecordingEvent) -> Bool {
    endUnseen(at: event.address)
    var slot = Self.before
    if skipping == 0 {
      guard let free = slots.take() else { return false }
      slot = UInt32(free)
    }
    blocks.insert(event.address, slot)
    emit(kind, slot: slot, event)
    summary.peakBlocks = max(summary.peakBlocks, slots.takenCount)
    return true
  }

  private mutating func finishMove(_ event: RecordingEvent) -> Bool {
    let moved = moving.removeValue(forKey: event.thread)
    guard let slot = moved?.slot, slot != Self.before || skipping > 0 else {
      // The block is older than the recording, or than what is left of it.
      if moved?.slot == nil { summary.unknownBlocks += 1 }
      return begin(.allocate, event)
    }
    endUnseen(at: event.address)
    blocks.insert(event.address, slot)
    emit(.reallocate, slot: slot, event)
    return true
  }

  /// Ends the block that still is at an address which is handed out again: its end was not seen.
  private mutating func endUnseen(at address: UInt64) {
    guard let slot = blocks.remove(address) else { return }
    summary.unseenEnds += 1
    end(slot)
  }

  private mutating func end(_ slot: UInt32) {
    guard slot != Self.before else {
      if skipping > 0 { leaveOut() }
      return
    }
    slots.release(Int(slot))
    emit(AllocationOperation(.deallocate, slot: Int(slot)))
  }

  private mutating func emit(_ kind: AllocationOperation.Kind, slot: UInt32, _ event: RecordingEvent) {
    if skipping > 0 { return leaveOut() }
    let size = Int(clamping: event.size)
    let alignment = 1 << Int(min(event.alignmentShift, 31))
    summary.allocations += 1
    emit(AllocationOperation(kind, slot: Int(slot), size: size, alignment: alignment))
  }

  private mutating func emit(_ operation: AllocationOperation) {
    if toldThread != threadSlot {
      toldThread = threadSlot
      emit(AllocationOperation(.thread, slot: threadSlot))
    }
    operations.append(operation.word)
    operationCount += 1
  }

  private mutating func leaveOut() {
    skipping -= 1
    summary.skipped += 1
  }

  private mutating func switchThread(to number: UInt32) {
    thread = number
    let index = threads[number] ?? threads.count
    threads[number] = index
    summary.threads = threads.count
    threadSlot = min(index, AllocationOperation.slotLimit - 1)
  }

  private mutating func mark(_ now: UInt64) {
    let elapsed = (now - clock) / 1000
    guard elapsed > milliseconds else { return }
    milliseconds = elapsed
    if skipping == 0 { emit(AllocationOperation(.clock, size: Int(clamping: elapsed))) }
  }
}
