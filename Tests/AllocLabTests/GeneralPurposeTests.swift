import AllocLab
import AllocatorsSolutions
import Testing

@Suite("The reference general-purpose allocator")
struct GeneralPurposeTests {
  @Test("stays sound in chaos, in a heap that is mostly full", arguments: [1, 2, 3])
  func chaos(seed: UInt64) throws {
    let memory = HeapMemory(limit: 96 << 10)
    var general = GeneralAllocator(heap: memory.heap)
    try requireSoundness(of: &general, largest: (300, 6000), alignments: 9, seed: seed)
    let whole = general.allocate(Layout(size: (96 << 10) - 1280))
    #expect(whole != nil)
  }

  @Test("takes 32 bytes for a block of 24, since a live block has no tag at its end")
  func overhead() {
    let memory = HeapMemory(limit: 1 << 20)
    var general = GeneralAllocator(heap: memory.heap)
    let places = (0..<10).compactMap { _ in general.allocate(Layout(size: 24))?.offset }
    #expect(zip(places, places.dropFirst()).map { $1 - $0 } == Array(repeating: 32, count: 9))
  }

  @Test("keeps small blocks apart from large ones, so that large neighbours join")
  func reserve() {
    let memory = HeapMemory(limit: 1 << 20)
    var general = GeneralAllocator(heap: memory.heap)
    var large: [Address] = []
    for _ in 0..<20 {
      let small = general.allocate(Layout(size: 64))
      #expect(small != nil)
      if let block = general.allocate(Layout(size: 448)) { large.append(block) }
    }
    let end = large.map(\.offset).max() ?? 0
    for block in large { general.deallocate(block) }
    for _ in 0..<17 {
      let block = general.allocate(Layout(size: 512))
      #expect(block.map { $0.offset < end } == true)
    }
  }

  @Test("changes nothing where the heap is exhausted, and serves smaller requests")
  func exhaustion() {
    let memory = HeapMemory(limit: 9000)
    var general = GeneralAllocator(heap: memory.heap)
    let first = general.allocate(Layout(size: 7000))
    #expect(first != nil)
    for size in [1000, 1 << 40, Int.max] {
      let refused = general.allocate(Layout(size: size, alignment: 4096))
      #expect(refused == nil)
    }
    let findings = general.invariantViolations()
    #expect(findings == [])
    let small = general.allocate(Layout(size: 800))
    #expect(small != nil)
  }
}
