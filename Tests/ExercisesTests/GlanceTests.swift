import Examining
import Exercises
import Testing
import Traces
import Vocabularies

/// Looks in the middle of a window, at heaps as the worker leaves them there.
struct GlanceTests {
  private let replay = Middle()

  @Test func aRightHeapIsFoundRight() {
    replay.place(0, 40, at: 0)
    replay.place(1, 24, at: 64)
    replay.place(0, 80, at: 128, moves: true)
    #expect(replay.glance() == nil)
  }

  @Test func aChangedBlockIsSeen() {
    replay.place(0, 40, at: 0)
    replay.place(1, 24, at: 64)
    replay.heap[8] ^= 1
    #expect(replay.glance()?.kind == .payloadChanged)
    #expect(replay.glance()?.message.hasPrefix("byte 8 of b0 changed") == true)
  }

  @Test func whatAMoveLostIsSeenForAsLongAsTheBlockLives() {
    replay.place(0, 40, at: 0)
    replay.place(0, 80, at: 128, moves: true, keeps: 16)
    #expect(replay.glance()?.message.hasPrefix("byte 16 of b0 changed") == true)
    replay.place(1, 8, at: 64)
    #expect(replay.glance()?.message.hasPrefix("byte 16 of b0 changed") == true)
    replay.place(0, 200, at: 256, moves: true)
    #expect(replay.glance()?.message.hasPrefix("byte 16 of b0 changed") == true)
  }

  @Test func theBlockUnderWayIsLeftOut() {
    replay.place(0, 40, at: 0)
    replay.place(1, 24, at: 64)
    replay.heap[8] ^= 1
    #expect(replay.glance(underWay: AllocationOperation(.deallocate, slot: 0)) == nil)
    #expect(replay.glance(underWay: AllocationOperation(.deallocate, slot: 1)) != nil)
  }

  @Test func theLastBlockIsNotFilledYet() {
    replay.place(0, 40, at: 0)
    #expect(replay.heap[..<40].allSatisfy { $0 == 0 })
    #expect(replay.glance() == nil)
    replay.place(1, 8, at: 64)
    replay.heap[8] ^= 1
    #expect(replay.glance() != nil)
  }

  /// A worker that is stopped before it has begun has not filled the last block of the window before.
  @Test func theLastBlockOfTheWindowBeforeIsNotFilledYet() {
    replay.place(0, 40, at: 0)
    #expect(replay.endWindow() == nil)
    #expect(replay.glance() == nil)
    replay.place(1, 8, at: 64)
    #expect(replay.glance() == nil)
    replay.heap[8] ^= 1
    #expect(replay.glance() != nil)
  }

  /// Claims that can be anything are no reason to trap; the window's end deals with them.
  @Test(arguments: [4097, 1 << 31, 1 << 63 - 1, 1 << 63, .max - 1] as [UInt64])
  func anyOutcomeIsBorne(outcome: UInt64) {
    replay.place(0, 40, at: 0)
    replay.claim(AllocationOperation(.allocate, slot: 1, size: 4096), outcome)
    replay.claim(AllocationOperation(.reallocate, slot: 2, size: 8), outcome)
    replay.claim(AllocationOperation(.deallocate, slot: 3), outcome)
    #expect(replay.glance() == nil)
  }

  /// A window that goes on, and a heap that is filled as the driver fills it: each block when the next operation begins.
  private final class Middle {
    var heap = [UInt8](repeating: 0, count: 4096)
    private var oracle: AllocationOracle
    private var firstIndex = 0
    private var operations: [UInt64] = []
    private var outcomes: [UInt64] = []
    private var unfilled: (address: Int, from: Int, count: Int, pattern: Int)?
    private var patterns: [Int: (pattern: Int, address: Int, size: Int)] = [:]

    init() {
      let trace = Trace(
        vocabulary: AllocationVocabulary.name, name: "test",
        parameters: [TraceParameter(name: "heap.limit", value: 4096)], slotCount: 16, operations: [])
      oracle = AllocationOracle(for: trace, [])
    }

    func place(_ slot: Int, _ size: Int, at address: Int, moves: Bool = false, keeps: Int? = nil) {
      fillLast()
      let index = firstIndex + operations.count
      let old = moves ? patterns[slot] : nil
      if let old {
        for byte in 0..<min(keeps ?? old.size, old.size, size) { heap[address + byte] = heap[old.address + byte] }
      }
      claim(AllocationOperation(moves ? .reallocate : .allocate, slot: slot, size: size), UInt64(address))
      let pattern = old?.pattern ?? index
      patterns[slot] = (pattern, address, size)
      unfilled = (address, old.map { min($0.size, size) } ?? 0, size, pattern)
    }

    func claim(_ operation: AllocationOperation, _ outcome: UInt64) {
      fillLast()
      operations.append(operation.word)
      outcomes.append(outcome)
    }

    private func fillLast() {
      guard let last = unfilled else { return }
      unfilled = nil
      let key = PayloadPattern.key(ofOperation: UInt64(last.pattern))
      for byte in last.from..<last.count {
        heap[last.address + byte] = PayloadPattern.byte(at: byte, key: key)
      }
    }

    /// The oracle checks what has been done so far.
    func endWindow() -> Violation? {
      let (all, done) = (operations, outcomes)
      (firstIndex, operations, outcomes) = (firstIndex + operations.count, [], [])
      return heap.withUnsafeMutableBytes { bytes in
        guard let base = bytes.baseAddress else { return nil }
        let view = HeapView(base: base, byteCount: 4096, touchedBytes: 0)
        let window = Window(firstIndex: firstIndex - all.count, damage: nil, heap: view, heapEnd: 4096)
        return oracle.check(operations: all.span, outcomes: done.span, in: window)
      }
    }

    func glance(underWay: AllocationOperation = AllocationOperation(.deallocate, slot: 9)) -> Violation? {
      let (all, outcomes) = (operations + [underWay.word], outcomes)
      return heap.withUnsafeMutableBytes { bytes in
        guard let base = bytes.baseAddress else { return nil }
        let view = HeapView(base: base, byteCount: 4096, touchedBytes: 0)
        return oracle.glance(operations: all.span, outcomes: outcomes.span, firstIndex: firstIndex, heap: view)
      }
    }
  }
}
