import AllocLab
import ProblemSet3Solutions
import Testing

/// The reference of `cache`: where it puts blocks, and what is always true of it.
@Suite struct ColocatingTests {
  @Test func chainsThatGrowSideBySideHaveLinesOfTheirOwn() throws {
    let memory = HeapMemory(limit: 1 << 20)
    var allocator = ColocatingAllocator(heap: memory.heap)
    var chains: [[Address]] = try (0..<10).map { _ in
      let first = allocator.allocate(Layout(size: 16), near: nil, owner: 0)
      return [try #require(first)]
    }
    for _ in 0..<8 {
      for chain in chains.indices {
        let next = allocator.allocate(Layout(size: 16), near: chains[chain].last, owner: 0)
        chains[chain].append(try #require(next))
      }
    }
    // Eight nodes behind the first, four to a line; at most one more, beside the first.
    for chain in chains { #expect(Set(chain.map { $0.offset / 64 }).count <= 4) }
    #expect(allocator.invariantViolations() == [])
  }

  @Test func ownersShareNoLine() throws {
    let memory = HeapMemory(limit: 1 << 20)
    var allocator = ColocatingAllocator(heap: memory.heap)
    var lines: [Set<Int>] = [[], []]
    var last: Address?
    for number in 0..<200 {
      let next = allocator.allocate(Layout(size: 8), near: last, owner: number % 2)
      last = next
      lines[number % 2].insert(next.map { $0.offset / 64 } ?? 0)
    }
    #expect(lines[0].isDisjoint(with: lines[1]))
    #expect(allocator.invariantViolations() == [])
  }

  @Test func largeBlocksBeginAtOtherLines() throws {
    let memory = HeapMemory(limit: 1 << 20)
    var allocator = ColocatingAllocator(heap: memory.heap)
    var sets: Set<Int> = []
    for _ in 0..<12 {
      let block = allocator.allocate(Layout(size: 4096, alignment: 64), near: nil, owner: 0)
      sets.insert(try #require(block).offset % 4096)
    }
    #expect(sets.count == 12)
    #expect(allocator.invariantViolations() == [])
  }

  /// Blocks that come and go; after each step all is as it should be.
  @Test(arguments: 1...4) func itStaysSound(seed: Int) throws {
    let memory = HeapMemory(limit: 4 << 20)
    var allocator = ColocatingAllocator(heap: memory.heap)
    var generator = SeededGenerator(seed: UInt64(seed))
    var live: [(base: Int, size: Int, owner: Int)] = []
    for step in 0..<3000 {
      if live.count > 200 || (generator.next() % 3 == 0 && !live.isEmpty) {
        let block = live.remove(at: Int(generator.next() % UInt64(live.count)))
        allocator.deallocate(Address(block.base), by: 0)
      } else {
        let size = Int(generator.next() % (generator.next() % 10 == 0 ? 12_000 : 130))
        let alignment = 1 << Int(generator.next() % 13)
        let hint = live.isEmpty ? nil : Address(live[Int(generator.next() % UInt64(live.count))].base)
        let owner = Int(generator.next() % 2)
        let block = allocator.allocate(Layout(size: size, alignment: alignment), near: hint, owner: owner)
        let base = try #require(block).offset
        #expect(base % alignment == 0)
        if size <= 64, alignment <= 64 { #expect(base / 64 == (base + max(size, 1) - 1) / 64) }
        for other in live { #expect(base + max(size, 1) <= other.base || other.base + max(other.size, 1) <= base) }
        live.append((base, size, owner))
      }
      if step % 50 == 0 { #expect(allocator.invariantViolations() == []) }
    }
    for block in live { allocator.deallocate(Address(block.base), by: 1) }
    #expect(allocator.invariantViolations() == [])
    let end = memory.heap.end
    // All pages are free again, so that a large block needs no growth.
    let large = allocator.allocate(Layout(size: 100_000), near: nil, owner: 1)
    #expect(large != nil)
    #expect(memory.heap.end == end)
  }

  @Test func whatNoHeapHoldsIsRefused() {
    let memory = HeapMemory(limit: 1 << 16)
    var allocator = ColocatingAllocator(heap: memory.heap)
    for size in [Int.max, 1 << 16, (1 << 16) + 1] {
      let block = allocator.allocate(Layout(trustedSize: size, alignment: 1), near: nil, owner: 0)
      #expect(block == nil)
    }
    let nowhere = allocator.allocate(Layout(size: 8), near: Address(.max), owner: 0)
    let negative = allocator.allocate(Layout(size: 8), near: Address(-64), owner: 1)
    #expect(nowhere != nil && negative != nil)
    #expect(allocator.invariantViolations() == [])
  }
}
