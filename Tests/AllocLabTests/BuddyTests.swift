import AllocLab
import ProblemSet1Solutions
import Testing

@Suite("The reference buddy system")
struct BuddyTests {
  /// As the judge makes heaps: a power of two, and room for records behind it.
  static func memory(_ capacity: Int) -> HeapMemory { HeapMemory(limit: capacity + capacity / 32 + 64 << 10) }

  private static func size(_ generator: inout SeededGenerator) -> Int {
    switch Int.random(in: 0..<10, using: &generator) {
    case 0: 0
    case 1...6: Int.random(in: 1...200, using: &generator)
    case 7...8: 1 << Int.random(in: 0...13, using: &generator)
    default: Int.random(in: 1...20_000, using: &generator)
    }
  }

  private static func blockSize(_ layout: Layout) -> Int {
    var size = 1
    while size < max(layout.size, layout.alignment) { size *= 2 }
    return size
  }

  @Test("stays sound in chaos", arguments: [1 << 17, 1 << 19], [5, 6, 7])
  func chaos(capacity: Int, seed: UInt64) throws {
    let memory = Self.memory(capacity)
    var buddy = BuddyAllocator(heap: memory.heap)
    try #require(buddy.capacity == capacity)
    var live = LiveBlocks(heap: memory.heap)
    var generator = SeededGenerator(seed: seed)
    var appetite = 60
    for step in 0..<1500 {
      if step % 150 == 0 { appetite = Int.random(in: 10...70, using: &generator) }
      let choice = Int.random(in: 0..<100, using: &generator)
      if choice < appetite {
        let layout = Layout(
          size: Self.size(&generator), alignment: 1 << Int.random(in: 0...(choice < 5 ? 12 : 4), using: &generator))
        guard let address = buddy.allocate(layout) else { continue }
        let fault = live.add(address, size: layout.size, alignment: Self.blockSize(layout), room: capacity)
        try #require(fault == nil, "step \(step)")
      } else if !live.blocks.isEmpty {
        let (block, fault) = live.remove(at: Int.random(in: 0..<live.blocks.count, using: &generator))
        try #require(fault == nil, "step \(step)")
        if choice < 85 {
          buddy.deallocate(block.address)
        } else {
          let layout = Layout(size: Self.size(&generator))
          if let address = buddy.reallocate(block.address, to: layout) {
            let lost = live.faults(of: block, at: address, upTo: min(block.size, layout.size))
            try #require(lost == nil, "step \(step)")
            let fault = live.add(address, size: layout.size, alignment: Self.blockSize(layout), room: capacity)
            try #require(fault == nil, "step \(step)")
          } else {
            try #require(live.faults(of: block, upTo: block.size) == nil)
            buddy.deallocate(block.address)
          }
        }
      }
      try #require(buddy.invariantViolations() == [], "step \(step)")
    }
    #expect(live.faults() == nil)
    while !live.blocks.isEmpty { buddy.deallocate(live.remove(at: live.blocks.count - 1).block.address) }
    #expect(buddy.invariantViolations() == [])
    #expect(buddy.allocate(Layout(size: capacity)) == Address(0))
  }

  @Test("refuses what cannot be, and changes nothing")
  func refusals() throws {
    let memory = Self.memory(1 << 17)
    var buddy = BuddyAllocator(heap: memory.heap)
    for size in [buddy.capacity + 1, .max, .max - 15, 1 << 62] { #expect(buddy.allocate(Layout(size: size)) == nil) }
    #expect(buddy.allocate(Layout(size: 1, alignment: 1 << 40)) == nil)
    #expect(buddy.allocate(Layout(size: buddy.capacity)) == Address(0))
    #expect(buddy.allocate(Layout(size: 0)) == nil)
    buddy.deallocate(Address(0))
    let block = try required(buddy.allocate(Layout(size: 8)))
    #expect(buddy.reallocate(block, to: Layout(size: .max)) == nil)
    #expect(buddy.invariantViolations() == [])
  }

  @Test("fills its capacity with blocks of any power of two", arguments: [16, 32, 512, 1 << 14])
  func fills(size: Int) {
    let memory = Self.memory(1 << 17)
    var buddy = BuddyAllocator(heap: memory.heap)
    var addresses: [Address] = []
    while let address = buddy.allocate(Layout(size: size)) { addresses.append(address) }
    #expect(addresses.count == buddy.capacity / size)
    for address in addresses where address.offset / size % 2 == 1 { buddy.deallocate(address) }
    #expect(buddy.allocate(Layout(size: 2 * size)) == nil)
    for address in addresses where address.offset / size % 2 == 0 { buddy.deallocate(address) }
    #expect(buddy.invariantViolations() == [])
    #expect(buddy.allocate(Layout(size: buddy.capacity)) == Address(0))
  }

  @Test("changes a block's size in place where it can")
  func inPlace() throws {
    let memory = Self.memory(1 << 17)
    var buddy = BuddyAllocator(heap: memory.heap)
    let block = try required(buddy.allocate(Layout(size: 40)))
    #expect(buddy.reallocate(block, to: Layout(size: 1000)) == block)
    let neighbour = try required(buddy.allocate(Layout(size: 1000)))
    #expect(buddy.reallocate(block, to: Layout(size: 16)) == block)
    #expect(buddy.reallocate(block, to: Layout(size: 900)) == block)
    #expect(buddy.reallocate(block, to: Layout(size: 1500)) != block)
    buddy.deallocate(neighbour)
    #expect(buddy.invariantViolations() == [])
  }
}
