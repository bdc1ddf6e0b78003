import AllocLab
import ProblemSet2Solutions
import Testing

@Suite("The reference hardened allocator")
struct HardeningTests {
  private struct Block {
    let address: Address
    let size: Int
  }

  @Test(
    "stays sound in chaos, and serves zeroed blocks apart from each other", arguments: [4 << 20, 5_000_001], [1, 2])
  func chaos(limit: Int, seed: UInt64) throws {
    let memory = HeapMemory(limit: limit, seed: seed)
    var allocator = HardenedHeap(heap: memory.heap)
    var generator = SeededGenerator(seed: seed)
    var live: [Block] = []
    for step in 0..<600 {
      if live.isEmpty || Int.random(in: 0..<100, using: &generator) < (step / 200 % 2 == 0 ? 70 : 30) {
        let size = Int.random(
          in: 1...(Int.random(in: 0..<20, using: &generator) == 0 ? 40_000 : 900), using: &generator)
        let alignment = 1 << Int.random(in: 0...12, using: &generator)
        guard let address = try allocator.allocate(Layout(size: size, alignment: alignment)) else { continue }
        try #require(address.isAligned(to: alignment), "step \(step)")
        try #require(live.allSatisfy { address + size + 8 <= $0.address || $0.address + $0.size + 8 <= address })
        try #require((0..<size).allSatisfy { memory.heap.load(UInt8.self, at: address + $0) == 0 }, "step \(step)")
        memory.heap.fill(at: address, byteCount: size, with: 0x77)
        live.append(Block(address: address, size: size))
      } else {
        let block = live.remove(at: Int.random(in: 0..<live.count, using: &generator))
        #expect(throws: MemoryCorruption.invalidFree) { try allocator.deallocate(block.address + 1) }
        try allocator.deallocate(block.address)
        // What is larger is not remembered at all.
        guard block.size <= 32 << 10 else { continue }
        #expect(throws: MemoryCorruption.doubleFree) { try allocator.deallocate(block.address) }
      }
      if step % 100 == 0 { try #require(allocator.invariantViolations() == [], "step \(step)") }
    }
    #expect(allocator.invariantViolations() == [])
  }

  @Test("finds what was written behind a block, and to what was freed") func corruption() throws {
    let memory = HeapMemory(limit: 4 << 20, seed: 1)
    var allocator = HardenedHeap(heap: memory.heap)
    for size in [1, 24, 100, 5000, 20_001] {
      let block = try #require(try allocator.allocate(Layout(size: size)))
      let byte = memory.heap.load(UInt8.self, at: block + size + 7)
      memory.heap.store(byte ^ 1, at: block + size + 7)
      #expect(throws: MemoryCorruption.overflow) { try allocator.deallocate(block) }
      #expect(throws: MemoryCorruption.invalidFree) { try allocator.deallocate(block) }
    }
    let block = try #require(try allocator.allocate(Layout(size: 4000)))
    try allocator.deallocate(block)
    memory.heap.store(1 as UInt8, at: block + 3999)
    // Not one of those that follow lies there, and one of them is told, once memory runs out.
    var told = 0
    for _ in 0..<2000 {
      do throws(MemoryCorruption) {
        guard let next = try allocator.allocate(Layout(size: 4000)) else { break }
        #expect(next != block)
        try allocator.deallocate(next)
      } catch {
        #expect(error == .writeAfterFree)
        told += 1
      }
    }
    #expect(told == 1)
  }

  @Test("lies elsewhere for another seed, and with another canary") func seeds() throws {
    var places: Set<Int> = []
    var canaries: Set<UInt64> = []
    for seed in UInt64(1)...40 {
      let memory = HeapMemory(limit: 4 << 20, seed: seed)
      var allocator = HardenedHeap(heap: memory.heap)
      let block = try #require(try allocator.allocate(Layout(size: 100)))
      places.insert(block.offset)
      canaries.insert(memory.heap.load(UInt64.self, at: block + 100))
    }
    #expect(places.count > 25 && canaries.count == 40)
  }

  @Test("takes any address", arguments: [Int.min, -1, 0, 15, 16, 1 << 20, 4 << 20, .max]) func anyAddress(offset: Int)
    throws
  {
    let memory = HeapMemory(limit: 4 << 20)
    var allocator = HardenedHeap(heap: memory.heap)
    #expect(throws: MemoryCorruption.invalidFree) { try allocator.deallocate(Address(offset)) }
    let huge = try allocator.allocate(Layout(size: .max))
    #expect(huge == nil)
  }
}

@Suite("Random numbers of a heap")
struct HeapRandomTests {
  @Test func areThoseOfTheSeed() {
    let (first, again, other) = (draws(seed: 1), draws(seed: 1), draws(seed: 2))
    #expect(first == again)
    #expect(Set(first + other).count == 200)
  }

  @Test func haveAllBits() {
    let draws = draws(seed: 3)
    for bit in UInt64(0)..<64 {
      let ones = draws.filter { $0 >> bit & 1 == 1 }.count
      #expect((25...75).contains(ones), "bit \(bit)")
    }
  }

  @Test func areNotThoseOfTheOtherPart() throws {
    let memory = HeapMemory(limit: 1 << 20, seed: 1)
    let parts = try #require(memory.heap.split(at: 1 << 19))
    #expect(parts.lower.random() != parts.upper.random())
  }

  private func draws(seed: UInt64) -> [UInt64] {
    let memory = HeapMemory(limit: 4096, seed: seed)
    return (0..<100).map { _ in memory.heap.random() }
  }
}
