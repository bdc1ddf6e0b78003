import AllocLab
import AllocatorsSolutions
import Testing

@Suite("The reference general-purpose allocator")
struct GeneralPurposeTests {
  /// A live block, and the byte that all of it holds.
  private struct Block {
    var address: Address
    var size: Int
    let value: UInt8
  }

  @Test("stays sound in chaos, in a heap that is mostly full", arguments: [1, 2, 3])
  func chaos(seed: UInt64) throws {
    let memory = HeapMemory(limit: 96 << 10)
    let heap = memory.heap
    var general = GeneralAllocator(heap: heap)
    var live: [Block] = []
    var generator = SeededGenerator(seed: seed)
    for step in 0..<1500 {
      let size = Int.random(in: 0...(step % 9 == 0 ? 6000 : 300), using: &generator)
      let alignment = step % 7 == 0 ? 1 << Int.random(in: 0...9, using: &generator) : 1
      switch Int.random(in: 0..<20, using: &generator) {
      case 0...10:
        guard let address = general.allocate(Layout(size: size, alignment: alignment)) else { break }
        try #require(address.offset % max(alignment, 16) == 0)
        let value = UInt8(truncatingIfNeeded: step)
        heap.fill(at: address, byteCount: size, with: value)
        live.append(Block(address: address, size: size, value: value))
      case 11...14:
        guard let place = live.indices.randomElement(using: &generator) else { break }
        let block = live[place]
        guard let address = general.reallocate(block.address, to: Layout(size: size, alignment: alignment)) else {
          break
        }
        try #require((0..<min(size, block.size)).allSatisfy { heap.load(UInt8.self, at: address + $0) == block.value })
        heap.fill(at: address, byteCount: size, with: block.value)
        (live[place].address, live[place].size) = (address, size)
      case 15: general.trim()
      default:
        guard let place = live.indices.randomElement(using: &generator) else { break }
        general.deallocate(live.remove(at: place).address)
      }
      let findings = general.invariantViolations()
      try #require(findings == [], "step \(step)")
      for block in live {
        try #require((0..<block.size).allSatisfy { heap.load(UInt8.self, at: block.address + $0) == block.value })
      }
    }
    for block in live { general.deallocate(block.address) }
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
