import AllocLab
import ProblemSet2Solutions
import Testing

@Suite("The reference shadow memory")
struct SanitizerTests {
  /// A program's object, byte by byte.
  private struct Object {
    let base: Int
    var isWritten: [Bool]
  }

  @Test("stays sound in chaos, and finds the first byte that is wrong", arguments: [4096, 20_001, 1 << 18], [1, 2, 3])
  func chaos(limit: Int, seed: UInt64) throws {
    let memory = HeapMemory(limit: limit)
    var shadow = ShadowMemory(heap: memory.heap)
    var generator = SeededGenerator(seed: seed)
    var live: [Object] = []
    var refusals = 0
    for step in 0..<2000 {
      if live.isEmpty || Int.random(in: 0..<100, using: &generator) < (step / 500 % 2 == 0 ? 70 : 30) {
        let size = Int.random(in: 0...(Bool.random(using: &generator) ? 40 : 900), using: &generator)
        if let base = shadow.allocate(size)?.offset {
          try #require(live.allSatisfy { base + size + 16 <= $0.base || $0.base + $0.isWritten.count + 16 <= base })
          live.append(Object(base: base, isWritten: Array(repeating: false, count: size)))
        } else {
          refusals += 1
        }
      } else {
        let object = live.remove(at: Int.random(in: 0..<live.count, using: &generator))
        let inner = shadow.deallocate(Address(object.base + 1))
        let (first, second) = (shadow.deallocate(Address(object.base)), shadow.deallocate(Address(object.base)))
        try #require(inner?.kind == .invalidFree && first == nil && second != nil, "step \(step)")
      }
      if step % 10 == 0 { try #require(shadow.invariantViolations() == [], "step \(step)") }
      guard !live.isEmpty else { continue }
      let place = Int.random(in: 0..<live.count, using: &generator)
      let object = live[place]
      let size = object.isWritten.count
      let offset = Int.random(in: 0...size, using: &generator)
      let count = Int.random(in: 0...(size - offset) + 1, using: &generator)
      let address = Address(object.base + offset)
      let end =
        count > size - offset
        ? MemoryFault(.overflow, at: Address(object.base + size), object: Address(object.base)) : nil
      let read = shadow.read(address, byteCount: count)
      try #require(read == end, "step \(step)")
      let used = shadow.use(address, byteCount: count)
      let unwritten = (offset..<min(size, offset + count)).first { !object.isWritten[$0] }
      let expected = unwritten.map {
        MemoryFault(.uninitialisedUse, at: Address(object.base + $0), object: Address(object.base))
      }
      try #require(used == expected ?? end, "step \(step)")
      if Bool.random(using: &generator) {
        let written = shadow.write(address, byteCount: count)
        try #require(written == end, "step \(step)")
        if end == nil { for byte in offset..<offset + count { live[place].isWritten[byte] = true } }
      } else {
        let other = live.randomElement(using: &generator) ?? object
        let from = Int.random(in: 0...other.isWritten.count, using: &generator)
        let bytes = min(count, other.isWritten.count - from, size - offset)
        let copied = shadow.copy(from: Address(other.base + from), to: address, byteCount: bytes)
        try #require(copied == nil, "step \(step)")
        for byte in 0..<bytes { live[place].isWritten[offset + byte] = other.isWritten[from + byte] }
      }
    }
    #expect((refusals > 0) == (limit < 1 << 18))
    let wrong = shadow.invariantViolations()
    #expect(wrong == [])
  }

  @Test("of a freed object every byte is told, and which object it was", arguments: [1, 8, 63, 64, 65, 1000])
  func ended(size: Int) {
    let memory = HeapMemory(limit: 1 << 20)
    var shadow = ShadowMemory(heap: memory.heap)
    let names = (0..<5).compactMap { _ in shadow.allocate(size) }
    let freed = names[2]
    let end = shadow.deallocate(freed)
    #expect(end == nil)
    for byte in 0..<size {
      let fault = shadow.read(freed + byte, byteCount: 1)
      #expect(fault == MemoryFault(.useAfterFree, at: freed + byte, object: freed))
    }
    let (before, behind) = (shadow.read(names[3] - 1, byteCount: 2), shadow.read(names[1], byteCount: size + 1))
    #expect(before == MemoryFault(.underflow, at: names[3] - 1, object: names[3]))
    #expect(behind == MemoryFault(.overflow, at: names[1] + size, object: names[1]))
  }

  @Test("a heap that does not grow at all has room for nothing")
  func noMemory() {
    let memory = HeapMemory(limit: 8)
    var shadow = ShadowMemory(heap: memory.heap)
    let (empty, full) = (shadow.allocate(0), shadow.allocate(8))
    let (read, freed) = (shadow.read(Address(0), byteCount: 1), shadow.deallocate(Address(16)))
    #expect(empty == nil && full == nil && read?.kind == .wild && freed?.kind == .invalidFree)
  }
}
