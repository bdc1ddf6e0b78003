import Traces
import Vocabularies
import Workloads

/// Many objects, large ones, and heaps that are full.
extension Bounds {
  static func largeObjects(with generator: inout SeededGenerator) -> Trace {
    var builder = PointerTraceBuilder()
    for round in 0..<6 {
      let names = (0..<4).map { _ in
        let size = (16 << 20) + generator.pick(-(1 << 20)...(1 << 20)) - round
        return (builder.allocate(size, writes: false), size)
      }
      for (name, size) in names {
        builder.append(.read, name, size)
        builder.append(.read, name, size + 1)
        // So much is touched that what a process takes for itself is little beside it.
        builder.append(.write, name, 1 << 20)
        for position in [1 << 16, 1 << 20, size / 2, size - 64] {
          builder.access(name, at: position, 64, writes: true)
        }
        for position in [size - 63, size, -1, -size, 2 * size, 1 << 27] { builder.access(name, at: position, 64) }
      }
      for (name, _) in names { builder.deallocate(name) }
    }
    // The largest that must have room, since all others have ended: 28 bits of size.
    let size = (128 << 20) - 8 * generator.below(1 << 20)
    let name = builder.allocate(size, writes: false)
    for position in [0, 1 << 24, 1 << 25, 1 << 26, size - 64] { builder.access(name, at: position, 64, writes: true) }
    for position in [size - 63, size, -1] { builder.access(name, at: position, 64) }
    builder.append(.read, name, size)
    builder.append(.read, name, size + 1)
    for end in [size + PointerVocabulary.reach, -PointerVocabulary.reach] {
      let pointer = builder.copy(of: name, advancedBy: end)
      builder.append(.advance, pointer, -end)
      builder.append(.read, pointer, size)
      builder.forget(pointer)
    }
    builder.deallocate(name)
    return builder.trace(heapLimit: 1 << 30)
  }

  /// Never more at once than must be served, but far more one after the other than there is room for, memory and records.
  static func room(with generator: inout SeededGenerator) -> Trace {
    var builder = PointerTraceBuilder()
    let limit = 64 << 10
    // Of 33 to 64 bytes: a power of two and 64 bytes each, so that they are just a quarter of the heap.
    let count = limit / 4 / 128
    var names: [Int] = []
    for round in 0..<150 {
      while names.count < count {
        names.append(builder.allocate(generator.pick(33...64)))
        builder.append(.read, names[names.count - 1], 33)
        // Nobody can serve this one; to refuse it costs nothing.
        if generator.oneIn(4) { builder.append(.allocate, builder.nameOfNone(), limit) }
      }
      names.shuffle(using: &generator)
      let rest = round % 3 == 0 ? 0 : generator.below(count)
      while names.count > rest { builder.deallocate(names.removeLast()) }
    }
    return builder.trace(heapLimit: limit)
  }

  /// Up to what must be served, beyond it, and on.
  static func exhaustion(with generator: inout SeededGenerator) -> Trace {
    var builder = PointerTraceBuilder()
    let limit = (128 << 10) + 8 * generator.below(64)
    for round in 0..<10 {
      let size = [64, 200, 1000, 30, 64, 4000, 9, 500, 64, 120][round]
      // So many fill the heap; what is refused must leave everything as it is.
      var names = (0..<limit * 5 / 4 / size).map { _ in builder.allocate(size + generator.pick(0...size / 8)) }
      for name in names { builder.append(.read, name, size) }
      // What ends makes room for what is as large, though all is full.
      for place in names.indices where place % 3 == 0 {
        builder.deallocate(names[place])
        names[place] = builder.allocate(size)
        builder.append(.read, names[place], size + 1)
      }
      names.shuffle(using: &generator)
      for name in names { builder.deallocate(name) }
      // And with a few of everything it goes on.
      let few = (0..<20).map { _ in builder.allocate(generator.pick(1...100)) }
      for name in few { builder.append(.read, name, 1) }
      for name in few { builder.deallocate(name) }
    }
    return builder.trace(heapLimit: limit)
  }

  static func manyObjects(
    _ count: Int, size: (inout SeededGenerator) -> Int, with generator: inout SeededGenerator
  ) -> Trace {
    var builder = PointerTraceBuilder()
    let sizes = (0..<count).map { _ in size(&generator) }
    let names = sizes.map { builder.allocate($0) }
    let pointer = builder.name()
    for _ in 0..<min(count, 25_000) {
      let place = generator.below(count)
      builder.append(.copy, pointer, names[place])
      builder.append(.advance, pointer, generator.below(sizes[place] + 2))
      builder.append(.read, pointer, 1)
      builder.append(.read, names[place], sizes[place] + generator.below(2))
    }
    for place in stride(from: 0, to: count, by: 2) { builder.deallocate(names[place]) }
    for place in stride(from: 0, to: count, by: 2) {
      let name = builder.allocate(sizes[place])
      builder.append(.read, name, sizes[place] + 1)
    }
    return builder.trace(heapLimit: 64 << 20)
  }

  /// Sizes of which hardly two are alike, but all of one power of two: memory must serve others than the one it was made for.
  static func unlikeSizes(with generator: inout SeededGenerator) -> Trace {
    var builder = PointerTraceBuilder()
    let limit = 64 << 10
    for order in (6...12).shuffled(using: &generator) {
      // At most as many at once that all powers of two together just take a quarter of the heap.
      let count = max(1, limit / 4 / 8 / (1 << order + 64))
      for size in stride(from: 1 << order, to: 1 << (order - 1), by: -8) {
        let names = (0..<count).map { _ in builder.allocate(size - generator.below(8)) }
        for name in names { builder.append(.read, name, builder.size(of: name)) }
        for name in names { builder.deallocate(name) }
      }
    }
    return builder.trace(heapLimit: limit)
  }

  /// A heap is filled by ever smaller objects, until not even one of no bytes is served: the last bytes are where records and objects meet.
  static func lastBytes(with generator: inout SeededGenerator) -> Trace {
    var builder = PointerTraceBuilder()
    let limit = (64 << 10) + 8 * generator.below(512)
    for _ in 0..<2 {
      var names: [Int] = []
      for size in [4096, 512, 128, 64, 48, 32, 24, 16, 8, 0] {
        let count = size >= 512 ? limit / size : size > 0 ? limit / 8 / size : limit / 64
        for _ in 0..<count { names.append(builder.allocate(size)) }
      }
      for name in names { builder.append(.read, name, max(1, builder.size(of: name))) }
      names.shuffle(using: &generator)
      for name in names { builder.deallocate(name) }
    }
    return builder.trace(heapLimit: limit)
  }
}
