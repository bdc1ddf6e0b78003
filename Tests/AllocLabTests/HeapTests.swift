import AllocLab
import Testing

@Suite("The heap")
struct HeapTests {
  @Test("grows up to its limit and no further")
  func grows() {
    let memory = HeapMemory(limit: 100)
    let heap = memory.heap
    #expect(heap.end == Address(0) && heap.limit == 100)
    #expect(heap.grow(by: 60) == Address(0))
    #expect(heap.grow(by: 41) == nil)
    #expect(heap.grow(by: .max) == nil)
    #expect(heap.end == Address(60))
    #expect(heap.grow(by: 0) == Address(60))
    #expect(heap.grow(by: 40) == Address(60))
    #expect(heap.grow(by: 1) == nil)
  }

  @Test("is the same heap in every copy")
  func copies() {
    let memory = HeapMemory(limit: 4096)
    let first = memory.heap
    let second = memory.heap
    _ = first.grow(by: 64)
    #expect(second.end == Address(64))
    first.store(UInt32(0xfeed), at: Address(3))
    #expect(second.load(UInt32.self, at: Address(3)) == 0xfeed)
  }

  @Test("reads what was written, aligned or not, and zero before")
  func loadsAndStores() {
    let memory = HeapMemory(limit: 64)
    let heap = memory.heap
    _ = heap.grow(by: 64)
    for offset in 0..<57 {
      #expect(heap.load(UInt64.self, at: Address(offset)) == 0)
      heap.store(UInt64(0x0102_0304_0506_0708), at: Address(offset))
      #expect(heap.load(UInt64.self, at: Address(offset)) == 0x0102_0304_0506_0708)
      #expect(heap.load(UInt8.self, at: Address(offset)) == 8)
      heap.store(UInt64(0), at: Address(offset))
    }
    heap.store(UInt8(7), at: Address(63))
    #expect(heap.load(UInt8.self, at: Address(63)) == 7)
  }

  @Test("copies ranges that overlap, and fills")
  func copiesAndFills() {
    let memory = HeapMemory(limit: 64)
    let heap = memory.heap
    _ = heap.grow(by: 64)
    for offset in 0..<16 { heap.store(UInt8(offset), at: Address(offset)) }
    heap.copy(from: Address(0), to: Address(4), byteCount: 12)
    #expect((0..<16).map { heap.load(UInt8.self, at: Address($0)) } == [0, 1, 2, 3] + (0..<12).map { UInt8($0) })
    heap.fill(at: Address(2), byteCount: 3, with: 0xaa)
    #expect((0..<6).map { heap.load(UInt8.self, at: Address($0)) } == [0, 1, 0xaa, 0xaa, 0xaa, 1])
    heap.copy(from: Address(64), to: Address(64), byteCount: 0)
    heap.fill(at: Address(64), byteCount: 0)
  }

  @Test("gives back only pages that are wholly inside the range")
  func decommits() {
    let memory = HeapMemory(limit: 4 * 4096)
    let heap = memory.heap
    _ = heap.grow(by: 4 * 4096)
    for page in 0..<4 { heap.store(UInt8(page + 1), at: Address(page * 4096)) }
    #expect(heap.decommit(at: Address(1), byteCount: 4095) == 0)
    #expect(heap.decommit(at: Address(1), byteCount: 3 * 4096) == 2 * 4096)
    #expect((0..<4).map { heap.load(UInt8.self, at: Address($0 * 4096)) } == [1, 0, 0, 4])
    #expect(heap.decommit(at: Address(0), byteCount: 0) == 0)
    #expect(!heap.protect(.readOnly, at: Address(0), byteCount: 4096))
    #expect(heap.protect(.none, at: Address(1), byteCount: 4096))
  }

  @Test("stops a program whose access strays")
  func strayAccesses() async {
    // An exit test runs in a process of its own and captures nothing, so each has its own heap.
    await #expect(processExitsWith: .failure) {
      let memory = HeapMemory(limit: 4096)
      _ = memory.heap.load(UInt8.self, at: Address(0))
    }
    await #expect(processExitsWith: .failure) {
      let memory = HeapMemory(limit: 4096)
      _ = memory.heap.grow(by: 64)
      memory.heap.store(UInt64(1), at: Address(57))
    }
    await #expect(processExitsWith: .failure) {
      let memory = HeapMemory(limit: 4096)
      _ = memory.heap.grow(by: 64)
      _ = memory.heap.load(UInt8.self, at: Address(-1))
    }
    await #expect(processExitsWith: .failure) {
      let memory = HeapMemory(limit: 4096)
      _ = memory.heap.grow(by: 64)
      memory.heap.fill(at: Address(8), byteCount: .max)
    }
    await #expect(processExitsWith: .failure) {
      let memory = HeapMemory(limit: 4096)
      _ = memory.heap.grow(by: 64)
      memory.heap.copy(from: Address(0), to: Address(60), byteCount: 8)
    }
    await #expect(processExitsWith: .failure) {
      let memory = HeapMemory(limit: 8192)
      _ = memory.heap.grow(by: 4096)
      memory.heap.decommit(at: Address(0), byteCount: 4097)
    }
    await #expect(processExitsWith: .failure) {
      let memory = HeapMemory(limit: 8192)
      _ = memory.heap.grow(by: -1)
    }
    await #expect(processExitsWith: .success) {
      let memory = HeapMemory(limit: 4096)
      _ = memory.heap.grow(by: 64)
      memory.heap.store(UInt64(1), at: Address(56))
    }
  }

  @Test("tells its system of a stray access before it stops")
  func reports() async throws {
    let result = try await #require(processExitsWith: .failure, observing: [\.standardOutputContent]) {
      let base = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 16)
      let counters = UnsafeMutablePointer<HeapCounters>.allocate(capacity: 1)
      counters.initialize(to: HeapCounters(limit: 64))
      let system = UnsafeMutablePointer<HeapSystem>.allocate(capacity: 1)
      system.initialize(
        to: HeapSystem(
          report: { print("\($0.access) of \($0.byteCount) at \($0.address), end \($0.heapEnd)") },
          protect: { _, _, _ in true }, decommit: { _, _ in true }))
      let heap = Heap(base: base, counters: counters, system: system)
      _ = heap.grow(by: 32)
      heap.store(Int32(1), at: Address(30))
    }
    #expect(String(decoding: result.standardOutputContent, as: UTF8.self).contains("store of 4 at 30, end 32"))
  }

  @Test("lets a general-purpose allocator move a block without knowing its size")
  func defaultReallocation() throws {
    let memory = HeapMemory(limit: 256)
    var arena = TestArena(heap: memory.heap)
    let block = try required(arena.allocate(Layout(size: 16)))
    for offset in 0..<16 { arena.heap.store(UInt8(offset), at: block + offset) }
    let moved = try required(arena.reallocate(block, to: Layout(size: 100)))
    #expect((0..<16).allSatisfy { arena.heap.load(UInt8.self, at: moved + $0) == UInt8($0) })
    #expect(arena.reallocate(moved, to: Layout(size: 1000)) == nil)
    #expect(arena.freed == [block])
  }
}

/// An allocator that only moves up.
private struct TestArena: Allocator, ~Copyable {
  let heap: Heap
  var freed: [Address] = []
  init(heap: Heap) { self.heap = heap }
  mutating func allocate(_ layout: Layout) -> Address? { heap.grow(by: layout.size) }
  mutating func deallocate(_ address: Address) { freed.append(address) }
}
