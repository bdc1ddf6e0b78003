import AllocLab
import ProblemSet1Solutions
import Testing

@Suite("A heap that refuses to grow")
struct GrowthFaultTests {
  /// Which of ten calls of `grow(by:)` are refused.
  private func refused(_ fault: GrowthFault, after calls: Int = 0) -> [Int] {
    let memory = HeapMemory(limit: 1 << 16)
    for _ in 0..<calls { _ = memory.heap.grow(by: 8) }
    memory.inject(fault)
    return (1...10).filter { _ in memory.heap.grow(by: 8) == nil }
  }

  @Test func refusesTheCallsItShould() {
    #expect(refused(.none) == [])
    #expect(refused(.once(call: 1)) == [1])
    #expect(refused(.once(call: 4)) == [4])
    #expect(refused(.once(call: 4), after: 3) == [4])
    #expect(refused(.always(call: 3)) == Array(3...10))
    #expect(refused(.atRandom(oneIn: 1)) == Array(1...10))
    let some = refused(.atRandom(oneIn: 3))
    #expect(!some.isEmpty && some.count < 10)
    #expect(refused(.atRandom(oneIn: 3)) == some)
  }

  @Test func nothingChangesWhenItRefuses() {
    let memory = HeapMemory(limit: 1 << 16)
    _ = memory.heap.grow(by: 100)
    memory.inject(.always(call: 1))
    #expect(memory.heap.grow(by: 100) == nil)
    #expect(memory.heap.end == Address(100))
    memory.inject(.none)
    #expect(memory.heap.grow(by: 100) == Address(100))
  }

  @Test func thePoolLosesNothing() {
    let memory = HeapMemory(limit: 1 << 20)
    var pool = PoolAllocator(heap: memory.heap, block: Layout(size: 48, alignment: 16))
    memory.inject(.always(call: 2))
    var blocks: [Address] = []
    while let block = pool.allocate() { blocks.append(block) }
    #expect(!blocks.isEmpty)
    let count = blocks.count
    for block in blocks { pool.deallocate(block) }
    blocks = []
    while let block = pool.allocate() { blocks.append(block) }
    #expect(blocks.count == count)
    memory.inject(.none)
    let more = pool.allocate()
    #expect(more != nil)
  }
}
