import AllocLab
import ProblemSet3Solutions
import Testing

/// The reference of `compaction`: where blocks go, and what is always true of them.
@Suite struct SlidingTests {
  /// A program that knows what its blocks hold: a word of its own behind the fields, and whom they refer to.
  private struct Program: ~Copyable {
    let heap: Heap
    var allocator: SlidingAllocator
    var live: [(handle: Handle, serial: Int, size: Int, targets: [Handle?])] = []
    var serial = 0

    init(_ heap: Heap) {
      self.heap = heap
      allocator = SlidingAllocator(heap: heap)
    }

    mutating func begin(_ size: Int, references: Int) -> Bool {
      guard let handle = allocator.allocate(size, references: references) else { return false }
      serial += 1
      if size >= 8 * references + 8 {
        heap.store(serial, at: allocator.address(of: handle) + 8 * references)
      }
      live.append((handle, serial, size, Array(repeating: nil, count: references)))
      return true
    }

    mutating func refer(_ field: Int, of place: Int, to target: Int?) {
      let handle = target.map { live[$0].handle }
      allocator.setReference(field, of: live[place].handle, to: handle)
      live[place].targets[field] = handle
    }

    mutating func end(_ place: Int) {
      let handle = live[place].handle
      for other in live.indices where other != place {
        for field in live[other].targets.indices where live[other].targets[field] == handle {
          refer(field, of: other, to: nil)
        }
      }
      allocator.deallocate(handle)
      live.remove(at: place)
    }

    /// What is wrong with any block.
    func faults() -> [String] {
      var faults = allocator.invariantViolations()
      for block in live {
        let address = allocator.address(of: block.handle)
        for (field, target) in block.targets.enumerated() {
          let right = target.map { allocator.address(of: $0).offset } ?? SlidingAllocator.noReference
          let held = heap.load(Int.self, at: address + 8 * field)
          if held != right { faults.append("field \(field) of block \(block.serial)") }
        }
        let fields = 8 * block.targets.count
        if block.size >= fields + 8, heap.load(Int.self, at: address + fields) != block.serial {
          faults.append("contents of block \(block.serial)")
        }
      }
      return faults
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt64]) func everythingHoldsAfterEachOperation(seed: UInt64) {
    let memory = HeapMemory(limit: 1 << 18)
    var program = Program(memory.heap)
    var generator = SeededGenerator(seed: seed)
    var pinned: [(handle: Handle, address: Address)] = []
    for _ in 0..<1500 {
      let count = program.live.count
      switch Int.random(in: 0..<20, using: &generator) {
      case 0..<8:
        let references = Int.random(in: 0..<4, using: &generator)
        _ = program.begin(8 * references + Int.random(in: 0..<400, using: &generator), references: references)
      case 8..<13 where count > 0:
        let place = Int.random(in: 0..<count, using: &generator)
        let handle = program.live[place].handle
        if !pinned.contains(where: { $0.handle == handle }) { program.end(place) }
      case 13..<16 where count > 0:
        let place = Int.random(in: 0..<count, using: &generator)
        let fields = program.live[place].targets.count
        if fields > 0 {
          let target = Int.random(in: 0...count, using: &generator)
          program.refer(Int.random(in: 0..<fields, using: &generator), of: place, to: target < count ? target : nil)
        }
      case 16 where count > 0:
        let handle = program.live[Int.random(in: 0..<count, using: &generator)].handle
        let address = program.allocator.pin(handle)
        pinned.append((handle, address))
      case 17 where !pinned.isEmpty:
        program.allocator.unpin(pinned.removeFirst().handle)
      case 18: program.allocator.compact()
      default:
        let budget = Int.random(in: 0..<3000, using: &generator)
        let moved = program.allocator.step(budget: budget)
        #expect(moved <= budget)
      }
      for (handle, address) in pinned {
        let now = program.allocator.address(of: handle)
        #expect(now == address)
      }
      let faults = program.faults()
      #expect(faults == [])
      if !faults.isEmpty { return }
    }
  }

  @Test func compactionLeavesNoHole() {
    let memory = HeapMemory(limit: 1 << 18)
    var program = Program(memory.heap)
    for number in 0..<200 { _ = program.begin(16 + number, references: 1) }
    for place in stride(from: 198, through: 0, by: -2) { program.end(place) }
    program.allocator.compact()
    let ends = program.live.map { program.allocator.address(of: $0.handle).offset + $0.size }
    let needed = program.live.reduce(0) { $0 + 16 + ($1.size + 15) / 16 * 16 }
    let last = ends.max() ?? 0
    #expect((last + 15) / 16 * 16 == needed)
    let again = program.allocator.step(budget: .max)
    #expect(again == 0)
    let faults = program.faults()
    #expect(faults == [])
  }

  @Test func stepsEndWhereCompactionDoes() {
    let memory = HeapMemory(limit: 1 << 20)
    var program = Program(memory.heap)
    for number in 0..<600 { _ = program.begin(100 + number % 7 * 90, references: number % 3) }
    for place in stride(from: 598, through: 0, by: -2) { program.end(place) }
    var steps = 0
    var moved = 1
    while moved > 0, steps < 1000 {
      moved = program.allocator.step(budget: 2000)
      #expect(moved <= 2000)
      steps += 1
    }
    let needed = program.live.reduce(0) { $0 + 16 + ($1.size + 15) / 16 * 16 }
    let last = program.live.map { program.allocator.address(of: $0.handle).offset + $0.size }.max() ?? 0
    #expect(last <= needed + needed / 50 + 4096)
    let faults = program.faults()
    #expect(faults == [])
  }
}
