import AllocLab
import AllocatorsSolutions
import Testing

@Suite("The reference arena")
struct ArenaTests {
  /// A live block, and the byte that all of it holds.
  private struct Block {
    let address: Address
    let size: Int
    let value: UInt8
  }

  @Test("stays sound in chaos, two arenas sharing a heap", arguments: [1, 2, 3])
  func chaos(seed: UInt64) throws {
    let memory = HeapMemory(limit: 1 << 20)
    let heap = memory.heap
    var first = ArenaAllocator(heap: heap)
    var second = ArenaAllocator(heap: heap)
    var live: [[Block]] = [[], []]
    var marks: [[(ArenaAllocator.Mark, Int)]] = [[], []]
    var generator = SeededGenerator(seed: seed)
    for step in 0..<1200 {
      let number = Int.random(in: 0...1, using: &generator)
      /// One operation of one of the two.
      func perform(_ arena: inout ArenaAllocator) {
        switch Int.random(in: 0..<40, using: &generator) {
        case 0:
          arena.reset()
          (live[number], marks[number]) = ([], [])
        case 1...3: marks[number].append((arena.mark(), live[number].count))
        case 4...6:
          guard let place = marks[number].indices.randomElement(using: &generator) else { return }
          arena.release(to: marks[number][place].0)
          live[number].removeLast(live[number].count - marks[number][place].1)
          marks[number].removeLast(marks[number].count - place - 1)
        case 7...10:
          // A block from before a mark would leave it one too many.
          guard let block = live[number].last, live[number].count > marks[number].last?.1 ?? 0 else { return }
          arena.deallocate(block.address)
          live[number].removeLast()
        default:
          let size = Int.random(in: 0...(step % 50 == 0 ? 20_000 : 300), using: &generator)
          let alignment = 1 << Int.random(in: 0...(step % 40 == 0 ? 13 : 5), using: &generator)
          guard let address = arena.allocate(Layout(size: size, alignment: alignment)) else { return }
          #expect(address.offset % alignment == 0)
          let value = UInt8(truncatingIfNeeded: step)
          heap.fill(at: address, byteCount: size, with: value)
          live[number].append(Block(address: address, size: size, value: value))
        }
      }
      if number == 0 { perform(&first) } else { perform(&second) }
      let findings = first.invariantViolations() + second.invariantViolations()
      try #require(findings == [])
      for block in live.joined() {
        try #require((0..<block.size).allSatisfy { heap.load(UInt8.self, at: block.address + $0) == block.value })
      }
    }
  }

  @Test("serves again after a reset what it served before, without growth, though another grows the heap")
  func replay() {
    let memory = HeapMemory(limit: 1 << 22)
    var arena = ArenaAllocator(heap: memory.heap)
    var end: Address?
    for _ in 0..<3 {
      for size in [10, 5000, 3, 70_000, 0, 200] {
        let block = arena.allocate(Layout(size: size, alignment: 8))
        #expect(block != nil)
        if end == nil { _ = memory.heap.grow(by: 8) }
      }
      #expect(end == nil || end == memory.heap.end)
      end = memory.heap.end
      arena.reset()
    }
  }

  @Test("changes nothing where the heap is exhausted, and serves smaller requests")
  func exhaustion() {
    let memory = HeapMemory(limit: 9000)
    var arena = ArenaAllocator(heap: memory.heap)
    let first = arena.allocate(Layout(size: 8000))
    #expect(first != nil)
    for size in [1000, 1 << 40, Int.max] {
      let refused = arena.allocate(Layout(size: size, alignment: 4096))
      #expect(refused == nil)
    }
    let findings = arena.invariantViolations()
    #expect(findings == [])
    let small = arena.allocate(Layout(size: 900))
    #expect(small != nil)
  }
}
