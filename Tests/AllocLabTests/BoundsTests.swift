import AllocLab
import ProblemSet2Solutions
import Testing

@Suite("The reference bounds table")
struct BoundsTests {
  private struct Object {
    let pointer: UInt64
    let base: Int?
    let size: Int
  }

  @Test("stays sound in chaos, and grants what is inside alone", arguments: [4096, 20_001, 1 << 18], [1, 2, 3])
  func chaos(limit: Int, seed: UInt64) throws {
    let memory = HeapMemory(limit: limit)
    var table = BoundsTable(heap: memory.heap)
    var generator = SeededGenerator(seed: seed)
    var live: [Object] = []
    var refusals = 0
    for step in 0..<3000 {
      if live.isEmpty || Int.random(in: 0..<100, using: &generator) < (step / 500 % 2 == 0 ? 70 : 30) {
        let size = Int.random(in: 0...(Bool.random(using: &generator) ? 40 : 900), using: &generator)
        if let pointer = table.allocate(size) {
          live.append(Object(pointer: pointer, base: table.resolve(pointer, byteCount: 1)?.offset, size: size))
        } else {
          refusals += 1
        }
      } else {
        let object = live.remove(at: Int.random(in: 0..<live.count, using: &generator))
        let inner = table.advance(object.pointer, by: 1)
        let isWronglyEnded = table.deallocate(inner)
        try #require(!isWronglyEnded, "step \(step)")
        let isEnded = table.deallocate(object.pointer)
        try #require(isEnded && table.resolve(object.pointer, byteCount: 1) == nil, "step \(step)")
      }
      try #require(table.invariantViolations() == [], "step \(step)")
      guard let object = live.randomElement(using: &generator) else { continue }
      try #require((object.base != nil) == (object.size > 0))
      let position = Int.random(in: -20...object.size + 20, using: &generator)
      let count = Int.random(in: 1...30, using: &generator)
      let away = Int.random(in: -(1 << 31) + 1000...(1 << 31), using: &generator)
      let pointer = table.advance(table.advance(object.pointer, by: away), by: position - away)
      let granted = table.resolve(pointer, byteCount: count)?.offset
      let isInside = position >= 0 && position + count <= object.size
      try #require(granted == (isInside ? object.base.map { $0 + position } : nil), "step \(step)")
    }
    #expect((refusals > 0) == (limit < 1 << 18))
    for object in live {
      let isEnded = table.deallocate(object.pointer)
      #expect(isEnded)
    }
    let wrong = table.invariantViolations()
    #expect(wrong == [])
  }

  @Test("a pointer that is lost stays lost", arguments: [43, 44, 50, 61, 62])
  func lost(shift: Int) {
    let memory = HeapMemory(limit: 1 << 16)
    var table = BoundsTable(heap: memory.heap)
    guard let first = table.allocate(16), let second = table.allocate(16) else {
      Issue.record("there is room")
      return
    }
    for start in [first, second] {
      for step in [1 << shift, -(1 << shift)] {
        var pointer = start
        for _ in 0..<64 {
          pointer = table.advance(pointer, by: step)
          let (granted, isEnded) = (table.resolve(pointer, byteCount: 1), table.deallocate(pointer))
          #expect(granted == nil && !isEnded)
        }
      }
    }
    let granted = table.resolve(second, byteCount: 16)
    #expect(granted != nil)
  }

  @Test("a heap that does not grow at all has room for nothing")
  func noMemory() {
    let memory = HeapMemory(limit: 8)
    var table = BoundsTable(heap: memory.heap)
    let (empty, full) = (table.allocate(0), table.allocate(8))
    #expect(empty == nil && full == nil)
  }
}
