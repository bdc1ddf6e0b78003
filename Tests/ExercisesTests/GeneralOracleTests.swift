import Examining
import Testing
import Traces
import Vocabularies

/// Subjects whose blocks lie anywhere in a process's memory, which is looked at from outside.
@Suite struct GeneralOracleTests {
  /// Memory of another process: what lies in `bytes` from `start` on; the rest is not there.
  final class Memory: ProcessMemory {
    let start: Int
    var bytes: [UInt8]
    var calls = 0

    init(start: Int, count: Int) {
      self.start = start
      bytes = Array(repeating: 0, count: count)
    }

    func copy(_ ranges: [Range<Int>], to buffer: UnsafeMutableRawBufferPointer) -> Int {
      calls += 1
      var done = 0
      for range in ranges {
        let known = range.clamped(to: start..<start + bytes.count)
        guard known.lowerBound == range.lowerBound else { break }
        for address in known {
          buffer[done] = bytes[address - start]
          done += 1
        }
        if known != range { break }
      }
      return done
    }

    func fill(_ address: Int, _ size: Int, operation: Int) {
      let key = PayloadPattern.key(ofOperation: UInt64(operation))
      for offset in 0..<size { bytes[address - start + offset] = PayloadPattern.byte(at: offset, key: key) }
    }
  }

  private static let base = 0x7f12_3456_0000

  private func oracle(slots: Int = 64, limit: Int = 1 << 30) -> any Oracle {
    Exercise.general(.native).oracle(
      Trace(
        vocabulary: "allocation", name: "test", parameters: [TraceParameter(name: "heap.limit", value: limit)],
        slotCount: slots, operations: []), [])
  }

  private func check(_ oracle: inout any Oracle, _ steps: [Step], _ memory: Memory?, first: Int = 0) -> Violation? {
    let (operations, outcomes) = (steps.map(\.operation.word), steps.map(\.outcome))
    let window = Window(firstIndex: first, damage: nil, heap: memory.map { HeapView(of: $0) }, heapEnd: 0)
    return oracle.check(operations: operations.span, outcomes: outcomes.span, in: window)
  }

  @Test func blocksLieAnywhere() {
    var oracle = oracle()
    let steps: [Step] = [
      .allocate(0, 100, at: Self.base), .allocate(1, 100, at: Self.base + 112), .allocate(2, 3, at: 0x5555_0000_0004),
      .allocate(3, 0, at: 0x5555_0000_0001), .deallocate(1), .allocate(1, 50, at: Self.base + 112),
    ]
    #expect(check(&oracle, steps, nil) == nil)
    #expect(check(&oracle, [.allocate(5, 16, at: Self.base + 96)], nil, first: 6)?.kind == .overlap)
    #expect(check(&oracle, [.allocate(5, 16, at: Self.base + 16)], nil, first: 6)?.kind == .enclosure)
  }

  @Test(arguments: [
    (16, 8, ViolationKind?.some(.misaligned)), (16, 16, nil), (8, 8, nil), (15, 8, nil), (8, 4, .misaligned),
    (7, 4, nil), (1, 1, nil), (16, -(0x7f12_3456_0000) + 64, .outOfHeap), (16, 1 << 47, .outOfHeap),
    (1 << 40, 0, .outOfHeap),
  ])
  func places(size: Int, offset: Int, kind: ViolationKind?) {
    var oracle = oracle()
    #expect(check(&oracle, [.allocate(0, size, at: Self.base + offset)], nil)?.kind == kind)
  }

  @Test func refusals() {
    var oracle = oracle()
    #expect(check(&oracle, [.allocate(0, 0, at: nil), .allocate(1, 1 << 40, at: nil)], nil) == nil)
    #expect(check(&oracle, [.allocate(0, 100, at: nil)], nil)?.kind == .failedWithRoom)
    var small = self.oracle(limit: 1 << 20)
    #expect(check(&small, [.allocate(0, 100, at: nil)], nil) == nil)
  }

  /// Blocks next to each other, far apart, large, and not there.
  @Test func theMemoryIsLookedAtInPieces() {
    let memory = Memory(start: Self.base, count: 5 << 20)
    var blocks: [(address: Int, size: Int)] = (0..<900).map { (Self.base + $0 * 112 + $0 / 30 * 40_000, 97) }
    blocks.append((Self.base + (2 << 20), (2 << 20) + 13))
    // The last block is filled when the next operation begins.
    let steps = blocks.enumerated().map { Step.allocate($0, $1.size, at: $1.address) } + [.deallocate(999)]
    for (index, block) in blocks.enumerated() { memory.fill(block.address, block.size, operation: index) }
    var sound = oracle(slots: 1000)
    #expect(check(&sound, steps, memory) == nil)
    #expect(sound.finish(heap: HeapView(of: memory)) == nil)
    // Neighbours are copied together.
    #expect(memory.calls < 20)
    for (slot, offset) in [
      (0, 0), (0, 96), (517, 40), (899, 96), (900, 0), (900, (1 << 20) + 3), (900, (2 << 20) + 12),
    ] {
      memory.bytes[blocks[slot].address - Self.base + offset] ^= 0x40
      let violation = sound.finish(heap: HeapView(of: memory))
      #expect(violation?.kind == .payloadChanged)
      #expect(violation?.message.hasPrefix("byte \(offset) of b\(slot) changed") == true, "\(violation?.message ?? "")")
      memory.bytes[blocks[slot].address - Self.base + offset] ^= 0x40
    }
    memory.bytes.removeLast((5 << 20) - (3 << 20))
    #expect(sound.finish(heap: HeapView(of: memory))?.message.hasPrefix("byte 1048576 of b900 is in no memory") == true)
  }

  @Test func aViewOfAProcessReadsAsOneOfAHeap() {
    let memory = Memory(start: Self.base, count: 64)
    memory.fill(Self.base, 64, operation: 3)
    let view = HeapView(of: memory)
    let key = PayloadPattern.key(ofOperation: 3)
    #expect(view.word(at: Self.base) == key)
    #expect(view.byte(at: Self.base + 9) == PayloadPattern.byte(at: 9, key: key))
    #expect(view.firstDifference(at: Self.base, count: 64, key: key) == nil)
    #expect(view.firstDifference(at: Self.base, count: 65, key: key) == 64)
    memory.bytes[21] ^= 1
    #expect(view.firstDifference(at: Self.base, count: 64, key: key) == 21)
  }
}
