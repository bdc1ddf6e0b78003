import AllocLab
import ProblemSet1Solutions
import Testing

@Suite("Combinators")
struct CombinatorTests {
  @Test func aSplitHeapIsTwoHeaps() throws {
    let memory = HeapMemory(limit: 1 << 20)
    let parts = try #require(memory.heap.split(at: 100_000))
    #expect(parts.upperStart == 102_400)
    #expect(parts.lower.end == Address(0) && parts.upper.end == Address(0))
    #expect(parts.lower.limit == 102_400)
    #expect(parts.upperStart + parts.upper.limit <= (1 << 20) - 128)
    #expect(parts.upper.grow(by: 64) == Address(0))
    #expect(parts.lower.end == Address(0))
    parts.upper.store(UInt64(7), at: Address(8))
    #expect(memory.heap.load(UInt64.self, at: Address(102_408)) == 7)
    #expect(parts.lower.grow(by: 102_401) == nil)
    #expect(parts.upper.grow(by: parts.upper.limit) == nil)
  }

  @Test func aHeapThatIsInUseOrTooSmallIsNotSplit() {
    let used = HeapMemory(limit: 1 << 20)
    _ = used.heap.grow(by: 8)
    #expect(used.heap.split(at: 4096) == nil)
    let small = HeapMemory(limit: 8192)
    #expect(small.heap.split(at: 8192) == nil)
  }

  /// Random requests, each looked at by a naive model.
  private func exercise<A: Allocator & ~Copyable>(_ allocator: inout A, largest: Int) throws -> Int {
    var live = LiveBlocks(heap: allocator.heap)
    var generator = SeededGenerator(seed: 3)
    var served = 0
    for _ in 0..<4000 {
      if live.blocks.isEmpty || Int.random(in: 0..<100, using: &generator) < 55 {
        let size = Int.random(in: 1...largest, using: &generator)
        guard let block = allocator.allocate(Layout(size: size, alignment: 8)) else { continue }
        #expect(live.add(block, size: size, alignment: 8) == nil)
        served += 1
      } else {
        let (block, fault) = live.remove(at: Int.random(in: 0..<live.blocks.count, using: &generator))
        #expect(fault == nil)
        allocator.deallocate(block.address)
      }
    }
    return served
  }

  @Test func segregatorSendsSizesToTheirParts() throws {
    let memory = HeapMemory(limit: 4 << 20)
    var allocator = Segregator<256, Pooled<256, 16, PoolAllocator>, BuddyAllocator>(heap: memory.heap)
    let small = try required(allocator.allocate(Layout(size: 256, alignment: 8)))
    let large = try required(allocator.allocate(Layout(size: 257, alignment: 8)))
    #expect(small.offset < 2 << 20 && large.offset >= 2 << 20)
    #expect(try exercise(&allocator, largest: 600) > 1500)
  }

  @Test func fallbackTakesWhatThePrimaryRefuses() throws {
    let memory = HeapMemory(limit: 1 << 20)
    var allocator = Fallback<Pooled<64, 16, PoolAllocator>, BuddyAllocator>(heap: memory.heap)
    let fits = try required(allocator.allocate(Layout(size: 64, alignment: 16)))
    let tooLarge = try required(allocator.allocate(Layout(size: 65, alignment: 16)))
    #expect(fits.offset < 1 << 19 && tooLarge.offset >= 1 << 19)
    // The primary is full one day.
    var blocks = 0
    while let block = allocator.allocate(Layout(size: 64, alignment: 16)), block.offset < 1 << 19 { blocks += 1 }
    #expect(blocks > 8000)
    let afterwards = allocator.allocate(Layout(size: 64, alignment: 16))
    #expect(afterwards.map { $0.offset >= 1 << 19 } == true)
  }

  @Test(arguments: [(40, 200), (200, 40), (40, 64), (200, 300)])
  func bytesMoveAlongBetweenTheParts(from: Int, to: Int) throws {
    let memory = HeapMemory(limit: 1 << 20)
    var segregator = Segregator<64, Pooled<64, 16, PoolAllocator>, BuddyAllocator>(heap: memory.heap)
    try move(&segregator, from, to)
    let other = HeapMemory(limit: 1 << 20)
    var fallback = Fallback<Pooled<64, 16, PoolAllocator>, BuddyAllocator>(heap: other.heap)
    try move(&fallback, from, to)
  }

  private func move<A: Allocator & ~Copyable>(_ allocator: inout A, _ from: Int, _ to: Int) throws {
    let block = try required(allocator.allocate(Layout(size: from, alignment: 8)))
    for offset in 0..<from { allocator.heap.store(UInt8(truncatingIfNeeded: offset + 1), at: block + offset) }
    let moved = try required(allocator.reallocate(block, to: Layout(size: to, alignment: 8)))
    for offset in 0..<min(from, to) {
      #expect(allocator.heap.load(UInt8.self, at: moved + offset) == UInt8(truncatingIfNeeded: offset + 1))
    }
    allocator.deallocate(moved)
  }

  @Test func composedAllocatorsStaySound() throws {
    let memory = HeapMemory(limit: 8 << 20)
    var nested = Segregator<512, Fallback<Pooled<64, 16, PoolAllocator>, BuddyAllocator>, BuddyAllocator>(
      heap: memory.heap)
    #expect(try exercise(&nested, largest: 3000) > 1500)
  }
}
