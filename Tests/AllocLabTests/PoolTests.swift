import AllocLab
import ProblemSet1Solutions
import Testing

@Suite("The reference pool")
struct PoolTests {
  /// Sizes below a link, odd ones, whole pages; any alignment.
  static let layouts = [
    Layout(size: 0), Layout(size: 1), Layout(size: 2), Layout(size: 2, alignment: 2), Layout(size: 3), Layout(size: 4),
    Layout(size: 5), Layout(size: 7), Layout(size: 8, alignment: 8), Layout(size: 13), Layout(size: 24),
    Layout(size: 40, alignment: 16), Layout(size: 64, alignment: 64), Layout(size: 100, alignment: 4),
    Layout(size: 24, alignment: 4096), Layout(size: 5000, alignment: 4096), Layout(size: 4096, alignment: 1),
  ]

  @Test("stays sound in chaos", arguments: layouts, [3, 4])
  func chaos(layout: Layout, seed: UInt64) throws {
    let memory = HeapMemory(limit: 1 << 17)
    var pool = PoolAllocator(heap: memory.heap, block: layout)
    var live = LiveBlocks(heap: memory.heap)
    var generator = SeededGenerator(seed: seed)
    var appetite = 60
    for step in 0..<1500 {
      if step % 200 == 0 { appetite = Int.random(in: 20...80, using: &generator) }
      if Int.random(in: 0..<100, using: &generator) < appetite {
        guard let address = pool.allocate() else { continue }
        let fault = live.add(address, size: layout.size, alignment: layout.alignment)
        try #require(fault == nil, "step \(step)")
      } else if !live.blocks.isEmpty {
        let (block, fault) = live.remove(at: Int.random(in: 0..<live.blocks.count, using: &generator))
        try #require(fault == nil, "step \(step)")
        pool.deallocate(block.address)
      }
      try #require(pool.invariantViolations() == [], "step \(step)")
    }
    #expect(live.faults() == nil)
  }

  @Test("uses the heap to its last bytes, and all of it again", arguments: layouts, [100_000, 70_001])
  func exhaustion(layout: Layout, limit: Int) throws {
    let memory = HeapMemory(limit: limit)
    var pool = PoolAllocator(heap: memory.heap, block: layout)
    var addresses: [Address] = []
    while let address = pool.allocate() { addresses.append(address) }
    let stride = try #require(layout.stride)
    // Blocks smaller than a link pay for a bit each and a header a page.
    let overhead = stride < 4 ? addresses.count / 7 + 32 * (1 + limit / 4096) : 0
    #expect(limit - addresses.count * stride - overhead < max(stride, 32))
    #expect(Set(addresses).count == addresses.count)
    #expect(pool.allocate() == nil)
    for address in addresses { pool.deallocate(address) }
    #expect(pool.invariantViolations() == [])
    var again = 0
    while pool.allocate() != nil { again += 1 }
    #expect(again == addresses.count)
  }

  @Test(
    "answers nil where a block can never fit", arguments: [Layout(size: 1 << 20), Layout(size: .max, alignment: 8)])
  func tooLarge(layout: Layout) {
    let memory = HeapMemory(limit: 1 << 16)
    var pool = PoolAllocator(heap: memory.heap, block: layout)
    #expect(pool.allocate() == nil)
    #expect(memory.heap.end == Address(0))
  }

  @Test("hands the last block freed out first")
  func lastInFirstOut() throws {
    let memory = HeapMemory(limit: 1 << 16)
    var pool = PoolAllocator(heap: memory.heap, block: Layout(size: 48, alignment: 16))
    let first = try required(pool.allocate())
    let second = try required(pool.allocate())
    #expect(first == Address(0))
    pool.deallocate(first)
    pool.deallocate(second)
    #expect(pool.allocate() == second)
    #expect(pool.allocate() == first)
  }
}
