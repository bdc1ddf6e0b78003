import AllocLab
import HeapCheckerSolutions
import Testing

@Suite("The reference heap checker")
struct TaggedTests {
  /// A heap after random comings and goings, and what lives in it.
  private static func chaos(
    _ allocator: inout TaggedAllocator, _ memory: borrowing HeapMemory, steps: Int, seed: UInt64
  ) throws -> LiveBlocks {
    var live = LiveBlocks(heap: memory.heap)
    var generator = SeededGenerator(seed: seed)
    var appetite = 60
    for step in 0..<steps {
      if step % 100 == 0 { appetite = Int.random(in: 20...80, using: &generator) }
      let size = Int.random(in: 0...(Bool.random(using: &generator) ? 40 : 900), using: &generator)
      if live.blocks.isEmpty || Int.random(in: 0..<100, using: &generator) < appetite {
        guard let address = allocator.allocate(Layout(size: size, alignment: 16)) else { continue }
        let fault = live.add(address, size: size, alignment: 16)
        try #require(fault == nil, "step \(step)")
      } else {
        let (block, fault) = live.remove(at: Int.random(in: 0..<live.blocks.count, using: &generator))
        try #require(fault == nil, "step \(step)")
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: allocator.deallocate(block.address)
        case 1:
          let isFreed = allocator.deallocate(checking: block.address)
          try #require(isFreed, "step \(step)")
        default:
          guard let address = allocator.reallocate(block.address, to: Layout(size: size, alignment: 16)) else {
            allocator.deallocate(block.address)
            continue
          }
          let lost = live.faults(of: block, at: address, upTo: min(block.size, size))
          try #require(lost == nil, "step \(step)")
          let fault = live.add(address, size: size, alignment: 16)
          try #require(fault == nil, "step \(step)")
        }
      }
      try #require(allocator.invariantViolations() == [], "step \(step)")
    }
    return live
  }

  @Test("stays sound in chaos", arguments: [20_000, 70_001, 1 << 20], [1, 2, 3])
  func chaos(limit: Int, seed: UInt64) throws {
    let memory = HeapMemory(limit: limit)
    var allocator = TaggedAllocator(heap: memory.heap)
    let live = try Self.chaos(&allocator, memory, steps: 2000, seed: seed)
    #expect(live.faults() == nil)
    for block in live.blocks { allocator.deallocate(block.address) }
    #expect(allocator.invariantViolations() == [])
    // One free block: all that has been reached.
    let whole = memory.heap.end.offset - 32
    #expect(allocator.allocate(Layout(size: whole, alignment: 16)) == Address(16))
  }

  @Test("stays sound where the heap does not grow")
  func refusals() throws {
    let memory = HeapMemory(limit: 1 << 20)
    memory.inject(.always(call: 1))
    var allocator = TaggedAllocator(heap: memory.heap)
    #expect(allocator.allocate(Layout(size: 8)) == nil)
    #expect(allocator.invariantViolations() == [])
    memory.inject(.once(call: 2))
    #expect(allocator.allocate(Layout(size: 8)) != nil)
    #expect(allocator.invariantViolations() == [])
    memory.inject(.atRandom(oneIn: 2))
    _ = try Self.chaos(&allocator, memory, steps: 800, seed: 5)
    #expect(allocator.allocate(Layout(size: .max)) == nil)
    #expect(allocator.allocate(Layout(size: 8, alignment: 32)) == nil)
  }

  @Test("rejects every address but that of a live block", arguments: [1, 2])
  func wrongFrees(seed: UInt64) throws {
    let memory = HeapMemory(limit: 1 << 15)
    var allocator = TaggedAllocator(heap: memory.heap)
    let live = try Self.chaos(&allocator, memory, steps: 500, seed: seed)
    let starts = Set(live.blocks.map(\.address.offset))
    for offset in -64..<memory.heap.end.offset + 64 where !starts.contains(offset) {
      let isFreed = allocator.deallocate(checking: Address(offset))
      try #require(!isFreed, "\(offset)")
    }
    for offset in [Int.min, .max, .max - 7, 1 << 40] {
      let isFreed = allocator.deallocate(checking: Address(offset))
      #expect(!isFreed)
    }
    #expect(allocator.invariantViolations() == [])
    #expect(live.faults() == nil)
    for block in live.blocks {
      let (first, again) = (
        allocator.deallocate(checking: block.address), allocator.deallocate(checking: block.address)
      )
      try #require(first && !again, "\(block.address.offset)")
    }
    #expect(allocator.invariantViolations() == [])
  }

  /// The layout that the solution's file draws.
  @Test("finds every change of any record", arguments: [1, 2])
  func everyRecord(seed: UInt64) throws {
    let memory = HeapMemory(limit: 1 << 15)
    let heap = memory.heap
    var allocator = TaggedAllocator(heap: heap)
    _ = try Self.chaos(&allocator, memory, steps: 600, seed: seed)
    func word(_ place: Int) -> Int { heap.load(Int.self, at: Address(place)) }
    var records = [0, heap.end.offset - 8]
    var block = 8
    while block < heap.end.offset - 8 {
      let size = word(block) & ~15
      records += [block, block + size - 8]
      if word(block) & 1 == 0 { records += [block + 8, block + 16] }
      block += size
    }
    try #require(records.count > 50)
    let values = records.map(word)
    for record in records {
      let old = word(record)
      let changes =
        [0, -1, .min, old ^ 1, old ^ 2, old ^ 8, old &+ 16, old &- 16, old ^ 1 << 32, old ^ 1 << 63] + values
      for new in changes where new != old {
        heap.store(new, at: Address(record))
        try #require(allocator.invariantViolations() != [], "\(record): \(old) became \(new)")
      }
      heap.store(old, at: Address(record))
    }
    for other in records {
      for record in records where word(record) != word(other) {
        let (a, b) = (word(record), word(other))
        heap.store(b, at: Address(record))
        heap.store(a, at: Address(other))
        try #require(allocator.invariantViolations() != [], "\(record) and \(other), \(a) and \(b), changed places")
        heap.store(a, at: Address(record))
        heap.store(b, at: Address(other))
      }
    }
    #expect(allocator.invariantViolations() == [])
  }
}
