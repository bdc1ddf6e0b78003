import AllocLab
import AllocatorsSolutions
import Testing

@Suite("The reference hybrid allocator")
struct HybridTests {
  @Test("stays sound in chaos, in a heap that is mostly full", arguments: [1, 2, 3])
  func chaos(seed: UInt64) throws {
    let memory = HeapMemory(limit: 512 << 10)
    var hybrid = HybridAllocator(heap: memory.heap)
    try requireSoundness(of: &hybrid, largest: (2000, 50_000), alignments: 14, steps: 900, seed: seed)
    // All pages but those of records are one span again.
    let whole = hybrid.allocate(Layout(size: (512 << 10) - (28 << 10)))
    #expect(whole != nil)
  }

  @Test("has nothing between the blocks of a class, and rounds up by an eighth at most")
  func classes() {
    for size in [1, 16, 17, 48, 112, 128, 129, 144, 145, 1000, 1024, 1025, 3000, 4096, 4097, 8191, 8192] {
      let memory = HeapMemory(limit: 1 << 20)
      var hybrid = HybridAllocator(heap: memory.heap)
      let places = (0..<9).compactMap { _ in hybrid.allocate(Layout(size: size))?.offset }.sorted()
      let distance = zip(places, places.dropFirst()).map { $1 - $0 }.min() ?? 0
      #expect(distance >= size && distance <= max(size + 15, size * 9 / 8), "\(size): \(distance)")
    }
  }

  @Test("gives what one class has left to another, and to large blocks")
  func movesBetweenClasses() {
    let memory = HeapMemory(limit: 1 << 20)
    var hybrid = HybridAllocator(heap: memory.heap)
    for size in [48, 1000, 100_000, 5000, 16, 900_000] {
      var blocks: [Address] = []
      while let block = hybrid.allocate(Layout(size: size)) { blocks.append(block) }
      #expect(blocks.count * size > 850_000, "\(size): \(blocks.count)")
      for block in blocks { hybrid.deallocate(block) }
      let findings = hybrid.invariantViolations()
      #expect(findings == [], "\(size)")
    }
  }

  @Test("lets a large block grow over runs whose last blocks are kept at hand")
  func growsOverRuns() {
    let memory = HeapMemory(limit: 1 << 20)
    var hybrid = HybridAllocator(heap: memory.heap)
    guard let large = hybrid.allocate(Layout(size: 40_000)), let small = hybrid.allocate(Layout(size: 100)) else {
      return #expect(memory.heap.limit == 0, "refused")
    }
    #expect(small > large)
    hybrid.deallocate(small)
    let grown = hybrid.reallocate(large, to: Layout(size: 500_000))
    #expect(grown == large)
  }

  @Test("changes nothing where the heap is exhausted, and serves smaller requests")
  func exhaustion() {
    let memory = HeapMemory(limit: 128 << 10)
    var hybrid = HybridAllocator(heap: memory.heap)
    let first = hybrid.allocate(Layout(size: 80_000))
    #expect(first != nil)
    for size in [60_000, 1 << 40, Int.max] {
      let refused = hybrid.allocate(Layout(size: size, alignment: 4096))
      #expect(refused == nil)
    }
    memory.inject(.always(call: 1))
    let small = hybrid.allocate(Layout(size: 800))
    #expect(small != nil)
    let findings = hybrid.invariantViolations()
    #expect(findings == [])
  }
}
