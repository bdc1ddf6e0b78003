import AllocLab
import ProblemSet3Solutions
import Testing

@Suite("The reference allocator that resists fragmentation")
struct LowFragmentationTests {
  @Test("stays sound in chaos, in a heap that is mostly full", arguments: [1, 2, 3])
  func chaos(seed: UInt64) throws {
    let memory = HeapMemory(limit: 96 << 10)
    var subject = LowFragmentationAllocator(heap: memory.heap)
    var generator = SeededGenerator(seed: seed)
    var live: [Address] = []
    for step in 0..<1500 {
      let size = Int.random(in: 0...(step % 9 == 0 ? 6000 : 300), using: &generator)
      if Int.random(in: 0..<20, using: &generator) < 11 {
        let alignment = step % 7 == 0 ? 1 << Int.random(in: 0...9, using: &generator) : 1
        if let block = subject.allocate(Layout(size: size, alignment: alignment)) {
          try #require(block.offset % max(alignment, 16) == 0)
          live.append(block)
        }
      } else if !live.isEmpty {
        let place = Int.random(in: 0..<live.count, using: &generator)
        if Int.random(in: 0..<3, using: &generator) == 0 {
          if let moved = subject.reallocate(live[place], to: Layout(size: size)) { live[place] = moved }
        } else {
          subject.deallocate(live.remove(at: place))
        }
      }
      let findings = subject.invariantViolations()
      try #require(findings == [], "step \(step)")
    }
    for block in live { subject.deallocate(block) }
    let whole = subject.allocate(Layout(size: (96 << 10) - (3 << 10)))
    #expect(whole != nil)
  }

  @Test("takes 16 bytes for a block of 16, and uses a hole of 16 again")
  func overhead() {
    let memory = HeapMemory(limit: 1 << 20)
    var subject = LowFragmentationAllocator(heap: memory.heap)
    let blocks = (0..<10).compactMap { _ in subject.allocate(Layout(size: 16)) }
    #expect(zip(blocks, blocks.dropFirst()).map { $1 - $0 } == Array(repeating: 16, count: 9))
    subject.deallocate(blocks[4])
    let again = subject.allocate(Layout(size: 1))
    #expect(again == blocks[4])
  }

  @Test("takes the smallest hole that is large enough, and the wilderness last")
  func goodFit() {
    let memory = HeapMemory(limit: 1 << 20)
    var subject = LowFragmentationAllocator(heap: memory.heap)
    let blocks = [800, 16, 320, 16, 480, 16].compactMap { subject.allocate(Layout(size: $0)) }
    for place in [0, 2, 4] { subject.deallocate(blocks[place]) }
    let found = [400, 300, 700].map { subject.allocate(Layout(size: $0)) }
    #expect(found == [blocks[4], blocks[2], blocks[0]])
  }
}
