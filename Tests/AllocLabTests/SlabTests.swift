import AllocLab
import ProblemSet1Solutions
import Testing

/// Constructs objects and counts; the constructed state is the object's own address and a byte again and again.
private final class Constructor {
  var runs = 0
  func description(_ layout: Layout, _ heap: Heap) -> ObjectDescription {
    ObjectDescription(layout: layout) { [self] address in
      runs += 1
      heap.store(address.offset, at: address)
      heap.fill(at: address + 8, byteCount: layout.size - 8, with: 0xc5)
    }
  }
}

private func isConstructed(_ address: Address, _ size: Int, _ heap: Heap) -> Bool {
  guard heap.load(Int.self, at: address) == address.offset else { return false }
  return (8..<size).allSatisfy { heap.load(UInt8.self, at: address + $0) == 0xc5 }
}

@Suite("The reference slab allocator")
struct SlabTests {
  static let layouts = [
    [Layout(size: 8), Layout(size: 24, alignment: 8), Layout(size: 64, alignment: 64)],
    [Layout(size: 40, alignment: 16), Layout(size: 200, alignment: 256), Layout(size: 1000, alignment: 8)],
    [Layout(size: 2048, alignment: 8), Layout(size: 4000, alignment: 8), Layout(size: 16, alignment: 4)],
    [Layout(size: 9, alignment: 1), Layout(size: 520, alignment: 128), Layout(size: 96, alignment: 32)],
  ]

  @Test("stays sound in chaos, several caches sharing a heap", arguments: layouts, [8, 9])
  func chaos(layouts: [Layout], seed: UInt64) throws {
    let memory = HeapMemory(limit: 1 << 20)
    let heap = memory.heap
    let constructor = Constructor()
    var first = SlabAllocator(heap: heap, objects: constructor.description(layouts[0], heap))
    var second = SlabAllocator(heap: heap, objects: constructor.description(layouts[1], heap))
    var third = SlabAllocator(heap: heap, objects: constructor.description(layouts[2], heap))
    var live = LiveBlocks(heap: heap)
    live.reservedBytes = 8
    var cacheOfBlock: [Address: Int] = [:]
    var generator = SeededGenerator(seed: seed)
    var appetite = 60
    for step in 0..<1500 {
      if step % 150 == 0 { appetite = Int.random(in: 15...85, using: &generator) }
      if step % 211 == 210 { _ = first.reap() + second.reap() + third.reap() }
      if Int.random(in: 0..<100, using: &generator) < appetite {
        let number = Int.random(in: 0..<3, using: &generator)
        let address =
          switch number {
          case 0: first.allocate()
          case 1: second.allocate()
          default: third.allocate()
          }
        guard let address else { continue }
        let layout = layouts[number]
        try #require(isConstructed(address, layout.size, heap), "step \(step)")
        let fault = live.add(address, size: layout.size, alignment: layout.alignment)
        try #require(fault == nil, "step \(step)")
        cacheOfBlock[address] = number
      } else if !live.blocks.isEmpty {
        let (block, fault) = live.remove(at: Int.random(in: 0..<live.blocks.count, using: &generator))
        try #require(fault == nil, "step \(step)")
        heap.fill(at: block.address + 8, byteCount: block.size - 8, with: 0xc5)
        switch cacheOfBlock[block.address] {
        case 0: first.deallocate(block.address)
        case 1: second.deallocate(block.address)
        default: third.deallocate(block.address)
        }
      }
      let violations = first.invariantViolations() + second.invariantViolations() + third.invariantViolations()
      try #require(violations == [], "step \(step)")
    }
    #expect(live.faults() == nil)
  }

  @Test("constructs an object once, and again only after a reap", arguments: [16, 64, 700, 4000])
  func constructsOnce(size: Int) throws {
    let memory = HeapMemory(limit: 1 << 20)
    let constructor = Constructor()
    var cache = SlabAllocator(
      heap: memory.heap, objects: constructor.description(Layout(size: size, alignment: 8), memory.heap))
    var addresses: [Address] = []
    for _ in 0..<50 { addresses.append(try required(cache.allocate())) }
    let runs = constructor.runs
    for _ in 0..<4 {
      for address in addresses { cache.deallocate(address) }
      addresses = []
      for _ in 0..<50 { addresses.append(try required(cache.allocate())) }
    }
    #expect(constructor.runs == runs)
    for address in addresses { cache.deallocate(address) }
    let reaped = cache.reap()
    #expect(reaped >= 50 * size && reaped % Heap.pageSize == 0)
    #expect(cache.reap() == 0)
    #expect(cache.invariantViolations() == [])
    let end = memory.heap.end
    for _ in 0..<50 {
      let address = try required(cache.allocate())
      #expect(isConstructed(address, size, memory.heap))
    }
    #expect(memory.heap.end == end)
    #expect(constructor.runs > runs)
  }

  @Test("fills the heap, answers nil, and goes on once an object is free")
  func exhaustion() throws {
    let memory = HeapMemory(limit: 1 << 18)
    let constructor = Constructor()
    var cache = SlabAllocator(
      heap: memory.heap, objects: constructor.description(Layout(size: 48, alignment: 8), memory.heap))
    var addresses: [Address] = []
    while let address = cache.allocate() { addresses.append(address) }
    #expect(addresses.count * 48 > memory.heap.limit * 9 / 10)
    cache.deallocate(addresses[7])
    #expect(cache.allocate() == addresses[7])
    #expect(cache.allocate() == nil)
    #expect(cache.invariantViolations() == [])
  }

  @Test("gives slabs different colours")
  func colours() throws {
    let memory = HeapMemory(limit: 1 << 20)
    let constructor = Constructor()
    var cache = SlabAllocator(
      heap: memory.heap, objects: constructor.description(Layout(size: 600, alignment: 8), memory.heap))
    var firstOfSlab: [Int: Int] = [:]
    for _ in 0..<200 {
      let address = try required(cache.allocate())
      let slab = address.offset / Heap.pageSize
      firstOfSlab[slab] = min(firstOfSlab[slab] ?? .max, address.offset % Heap.pageSize)
    }
    #expect(Set(firstOfSlab.values).count > 1)
  }
}
