import Workloads

/// A program of several threads, over an allocator that hands out first what was freed last.
struct ProgramSketch {
  var builder: EventStreamBuilder
  private(set) var live: [(address: UInt64, size: Int)] = []
  let threads: [Int]
  /// What asks from now on.
  var sites: [UInt64]
  /// Addresses by the logarithm of their room.
  private var free: [Int: [UInt64]] = [:]
  private var top: UInt64

  init(threads: [Int], sites: [UInt64], with generator: inout SeededGenerator) {
    (self.threads, self.sites) = (threads, sites)
    builder = EventStreamBuilder(firstStamp: UInt64(generator.pick(1...1 << 40)))
    top = UInt64(generator.pick(0x5000...0x7fff)) << 32
  }

  mutating func allocate(_ size: Int, with generator: inout SeededGenerator) {
    let address = place(for: size)
    builder.allocate(
      address, size, site: generator.pick(sites), thread: generator.pick(threads), after: pause(&generator))
    live.append((address, size))
  }

  mutating func deallocate(at place: Int, with generator: inout SeededGenerator) {
    let block = live[place]
    live.swapAt(place, live.count - 1)
    live.removeLast()
    builder.deallocate(block.address, thread: generator.pick(threads), after: pause(&generator))
    free[room(block.size), default: []].append(block.address)
  }

  /// In place where it has the room, one time in two.
  mutating func reallocate(at place: Int, to size: Int, with generator: inout SeededGenerator) {
    let old = live[place]
    let stays = room(size) == room(old.size) && generator.oneIn(2)
    let address = stays ? old.address : self.place(for: size)
    builder.reallocate(
      old.address, to: address, size, site: generator.pick(sites), thread: generator.pick(threads),
      after: pause(&generator))
    if !stays { free[room(old.size), default: []].append(old.address) }
    live[place] = (address, size)
  }

  /// Requests of all kinds, about so many live blocks.
  mutating func churn(_ count: Int, around target: Int, sizes: ClosedRange<Int>, with generator: inout SeededGenerator)
  {
    for _ in 0..<count {
      let size = generator.logarithmic(sizes)
      if live.isEmpty || generator.below(2 * target) >= live.count {
        allocate(size, with: &generator)
      } else if generator.oneIn(5) {
        reallocate(at: generator.below(live.count), to: size, with: &generator)
      } else {
        deallocate(at: generator.below(live.count), with: &generator)
      }
    }
  }

  private func room(_ size: Int) -> Int { Int.bitWidth - max(size, 16).leadingZeroBitCount }

  private mutating func place(for size: Int) -> UInt64 {
    let room = room(size)
    if let address = free[room]?.popLast() { return address }
    defer { top += 1 << UInt64(room) }
    return top
  }

  private func pause(_ generator: inout SeededGenerator) -> UInt64 { UInt64(generator.logarithmic(1...1000)) }
}
