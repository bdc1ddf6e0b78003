import AllocLab
import Lab2Solutions
import Testing

private let here = Site(file: 1, line: 10)
private let there = Site(file: 0x0123, line: 0x1_0001)
private let later = Site(file: 7, line: .max)

/// What is told of an end.
private func end(
  _ allocator: inout DebugHeap, _ block: Address, as family: BlockFamily = .malloc, at site: Site = there
) -> [MisuseReport] {
  MisuseReport.told { allocator.deallocate(block, as: family, at: site, reporting: &$0) }
}

private func check(_ allocator: inout DebugHeap) -> [MisuseReport] {
  MisuseReport.told { allocator.check(at: later, reporting: &$0) }
}

/// Changes every bit of some bytes.
private func damage(_ memory: borrowing HeapMemory, _ start: Address, _ count: Int = 1) {
  for place in 0..<count {
    memory.heap.store(~memory.heap.load(UInt8.self, at: start + place), at: start + place)
  }
}

@Suite("The reference debug allocator")
struct DebugHeapTests {
  @Test("finds each byte of both tags", arguments: [0, 1, 15, 16, 24, 1000]) func tags(size: Int) throws {
    let memory = HeapMemory(limit: 1 << 20)
    var allocator = DebugHeap(heap: memory.heap)
    for distance in 0..<16 {
      for offset in [-1 - distance, size + distance] {
        let block = try required(allocator.allocate(size, as: .malloc, at: here))
        damage(memory, block + offset)
        var right = MisuseReport(
          offset < 0 ? .underflow : .overflow, block: block, size: size, offset: offset, count: 1, allocatedAt: here,
          foundAt: there)
        if distance % 2 == 0 {
          right.foundAt = later
          #expect(check(&allocator) == [right])
          #expect(check(&allocator) == [])
          #expect(end(&allocator, block) == [])
        } else {
          #expect(end(&allocator, block) == [right])
        }
      }
    }
    #expect(allocator.invariantViolations() == [])
  }

  @Test("tells the whole extent of a damage") func extents() throws {
    let memory = HeapMemory(limit: 1 << 20)
    var allocator = DebugHeap(heap: memory.heap)
    let block = try required(allocator.allocate(24, as: .array, at: here))
    for offset in [-9, -3, 25, 26, 39] { damage(memory, block + offset) }
    let found = check(&allocator)
    #expect(found.map(\.kind) == [.underflow, .overflow])
    #expect(found.map(\.offset) == [-9, 25] && found.map(\.count) == [7, 15])
    #expect(end(&allocator, block, as: .array) == [])
    damage(memory, block + 2, 20)
    damage(memory, block + 30)
    let late = check(&allocator)
    #expect(late.map(\.kind) == [.overflow, .writeAfterFree])
    #expect(late.map(\.offset) == [30, 2] && late.map(\.count) == [1, 20])
    #expect(late.allSatisfy { $0.allocatedAt == here && $0.freedAt == there && $0.foundAt == later && $0.size == 24 })
  }

  @Test("keeps as many blocks as it must, and looks at them when they go") func keeping() throws {
    let memory = HeapMemory(limit: 1 << 20)
    var allocator = DebugHeap(heap: memory.heap)
    // 65,536 bytes are kept: 64 of these.
    let size = 960
    var blocks: [Address] = []
    for _ in 0..<66 { blocks.append(try required(allocator.allocate(size, as: .malloc, at: here))) }
    for block in blocks.prefix(64) { #expect(end(&allocator, block) == []) }
    #expect(end(&allocator, blocks[0]).map(\.kind) == [.doubleFree])
    damage(memory, blocks[0] + 959)
    let gone = end(&allocator, blocks[64], at: later)
    #expect(
      gone == [
        MisuseReport(
          .writeAfterFree, block: blocks[0], size: size, offset: 959, count: 1, allocatedAt: here, freedAt: there,
          foundAt: later)
      ])
    #expect(end(&allocator, blocks[0]) == [MisuseReport(.wildFree, block: blocks[0], foundAt: there)])
    let large = try required(allocator.allocate(70_000, as: .malloc, at: here))
    #expect(end(&allocator, large) == [])
    for block in [blocks[1], blocks[64], large] { #expect(end(&allocator, block).map(\.kind) == [.wildFree]) }
    #expect(allocator.invariantViolations() == [])
  }

  @Test("knows what any address is") func wrongEnds() throws {
    let memory = HeapMemory(limit: 1 << 20)
    var allocator = DebugHeap(heap: memory.heap)
    let live = try required(allocator.allocate(40, as: .malloc, at: here))
    let kept = try required(allocator.allocate(40, as: .malloc, at: here))
    _ = end(&allocator, kept)
    for (block, freedAt) in [(live, Site?.none), (kept, there)] {
      for offset in [-16, -1, 1, 16, 39, 40, 55] {
        let right = MisuseReport(
          .innerFree, block: block, size: 40, offset: offset, allocatedAt: here, freedAt: freedAt, foundAt: later)
        #expect(end(&allocator, block + offset, at: later) == [right], "\(offset)")
      }
      for offset in [-17, 56] { #expect(end(&allocator, block + offset).map(\.kind) == [.wildFree]) }
    }
    for address in [Int.min, -16, -1, 0, 16, 1 << 20, 1 << 62, .max] {
      #expect(
        end(&allocator, Address(address)) == [MisuseReport(.wildFree, block: Address(address), foundAt: there)])
    }
    #expect(end(&allocator, live, as: .object).map(\.kind) == [.mismatchedFree])
    #expect(end(&allocator, live).map(\.kind) == [.doubleFree])
  }

  @Test("moves what is reallocated, or leaves it") func moves() throws {
    let memory = HeapMemory(limit: 1 << 20)
    var allocator = DebugHeap(heap: memory.heap)
    let old = try required(allocator.allocate(20, as: .object, at: here))
    memory.heap.fill(at: old, byteCount: 20, with: 0x11)
    damage(memory, old + 20)
    var none: Address?
    let refused = MisuseReport.told { none = allocator.reallocate(old, to: .max - 7, at: there, reporting: &$0) }
    #expect(none == nil && Set(refused.map(\.kind.rawValue)) == [2, 7])
    var moved: Address?
    let told = MisuseReport.told { moved = allocator.reallocate(old, to: 30, at: there, reporting: &$0) }
    let new = try #require(moved)
    #expect(told.map(\.kind) == [.mismatchedFree] && new != old)
    #expect((0..<20).allSatisfy { memory.heap.load(UInt8.self, at: new + $0) == 0x11 })
    #expect((20..<30).allSatisfy { memory.heap.load(UInt8.self, at: new + $0) == DebugHeap.fresh })
    #expect((0..<20).allSatisfy { memory.heap.load(UInt8.self, at: old + $0) == DebugHeap.freed })
    let leaks = MisuseReport.told { allocator.shutDown(at: later, reporting: &$0) }
    #expect(leaks == [MisuseReport(.leak, block: new, size: 30, allocatedAt: there, foundAt: later)])
  }

  @Test("stays sound in chaos", arguments: [1 << 20, 3_000_001], [1, 2]) func chaos(limit: Int, seed: UInt64) throws {
    let memory = HeapMemory(limit: limit)
    var allocator = DebugHeap(heap: memory.heap)
    var generator = SeededGenerator(seed: seed)
    var live: [(address: Address, size: Int)] = []
    for step in 0..<1500 {
      if live.isEmpty || Int.random(in: 0..<100, using: &generator) < (step / 300 % 2 == 0 ? 70 : 30) {
        let size = Int.random(
          in: 0...(Int.random(in: 0..<20, using: &generator) == 0 ? 30_000 : 300), using: &generator)
        guard let address = allocator.allocate(size, as: .malloc, at: here) else { continue }
        try #require(address.isAligned(to: 16))
        try #require(
          live.allSatisfy { address + size + 16 <= $0.address - 16 || $0.address + $0.size + 16 <= address - 16 })
        memory.heap.fill(at: address, byteCount: size, with: 0x77)
        live.append((address, size))
      } else {
        let block = live.remove(at: Int.random(in: 0..<live.count, using: &generator))
        try #require(end(&allocator, block.address) == [], "step \(step)")
      }
      if step % 100 == 0 {
        try #require(allocator.invariantViolations() == [], "step \(step)")
        try #require(check(&allocator) == [])
      }
    }
  }
}
