import AllocLab
import ProblemSet2Solutions
import Testing

@Suite("The reference temporal table")
struct TemporalTests {
  @Test("stays sound in chaos, and grants live objects alone", arguments: [4096, 20_001, 1 << 18], [1, 2, 3])
  func chaos(limit: Int, seed: UInt64) throws {
    let memory = HeapMemory(limit: limit)
    var table = TemporalTable(heap: memory.heap)
    var generator = SeededGenerator(seed: seed)
    var live: [UInt64: Int] = [:]
    var stale: [UInt64] = []
    var refusals = 0
    for step in 0..<3000 {
      if live.isEmpty || Int.random(in: 0..<100, using: &generator) < (step / 500 % 2 == 0 ? 70 : 30) {
        let size = Int.random(in: 1...(Bool.random(using: &generator) ? 40 : 900), using: &generator)
        if let pointer = table.allocate(size) {
          try #require(live[pointer] == nil && !stale.contains(pointer), "step \(step)")
          let base = table.resolve(pointer)?.offset
          #expect(base != nil)
          live[pointer] = base
        } else {
          refusals += 1
        }
      } else if let pointer = live.keys.sorted().randomElement(using: &generator) {
        live[pointer] = nil
        let (isEnded, isEndedAgain) = (table.deallocate(pointer), table.deallocate(pointer))
        try #require(isEnded && !isEndedAgain, "step \(step)")
        stale.append(pointer)
      }
      try #require(table.invariantViolations() == [], "step \(step)")
      for pointer in stale.suffix(20) {
        for word in [pointer, pointer ^ 1 << UInt64.random(in: 0..<64, using: &generator)] {
          try #require(table.resolve(word)?.offset == live[word], "step \(step)")
        }
      }
      guard let pointer = live.keys.sorted().randomElement(using: &generator) else { continue }
      try #require(table.resolve(pointer)?.offset == live[pointer], "step \(step)")
    }
    #expect((refusals > 0) == (limit < 1 << 18))
  }

  @Test("a heap that does not grow at all has room for nothing")
  func noMemory() {
    let memory = HeapMemory(limit: 8)
    var table = TemporalTable(heap: memory.heap)
    let (pointer, granted) = (table.allocate(8), table.resolve(0x10000))
    #expect(pointer == nil && granted == nil)
  }
}
