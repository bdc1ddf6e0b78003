import Traces
import Workloads

/// Long objects, and what takes time.
extension Sanitizer {
  static func longFaults(with generator: inout SeededGenerator) -> Trace {
    var builder = AccessTraceBuilder()
    for size in [100, 129, 1000, 4096, 10_007, 65_536, 300_000, 1 << 20 - 8] {
      let (name, other) = (builder.allocate(size), builder.allocate(size + generator.below(9), writes: true))
      for _ in 0..<6 {
        // All but one byte is written.
        let hole = generator.below(size)
        if hole > 0 { builder.write(name, hole) }
        if hole + 1 < size { builder.write(name, at: hole + 1, size - hole - 1) }
        builder.use(name, size)
        builder.use(name, hole + 1)
        builder.use(name, hole)
        builder.use(name, at: hole + 1, size - hole - 1)
        let start = generator.below(hole + 1)
        builder.use(name, at: start, generator.pick(1...size - start))
        // A copy has the hole where it comes to lie; another one fills it.
        let shift = generator.below(min(size, 9))
        builder.copy(name, at: shift, to: other, at: 0, size - shift)
        builder.use(other, size - shift)
        builder.write(other, size)
        builder.use(other, size)
        let blank = builder.allocate(size)
        builder.copy(blank, to: name, size)
        builder.use(name, at: generator.below(size), 1)
        builder.end(blank)
        // Beyond either end, from anywhere inside.
        let inside = generator.below(size)
        builder.read(name, at: inside, size - inside + generator.pick(1...16))
        builder.write(name, at: -generator.pick(1...16), size)
        builder.read(name, at: inside, size - inside)
        builder.deallocate(name, at: max(1, inside))
      }
      builder.deallocate(name)
      for _ in 0..<4 { builder.read(name, at: generator.below(size), generator.pick(1...size)) }
      builder.deallocate(name, at: generator.pick(1...size - 1))
      builder.forget(name)
      builder.end(other)
    }
    return builder.trace(heapLimit: 64 << 20)
  }

  static func largeObjects(with generator: inout SeededGenerator) -> Trace {
    var builder = AccessTraceBuilder()
    // The largest that must have room, and smaller ones until nothing more needs to have.
    let largest = (16 << 20) - 8 * generator.below(1 << 10)
    for size in [largest, 3 << 20, (4 << 20) - generator.below(100)] {
      let name = builder.allocate(size, writes: true)
      builder.use(name, size)
      builder.read(name, at: size, 1)
      builder.read(name, at: -1, 1)
      builder.read(name, size + 1)
      for _ in 0..<20 {
        let offset = generator.below(min(size, 1 << 23))
        builder.use(name, at: offset, generator.pick(1...100))
        builder.deallocate(name, at: max(1, offset & (1 << 20 - 1)))
      }
      let middle = builder.point(name, size / 2)
      builder.read(middle, size - size / 2 + 1)
      builder.copy(middle, to: name, size / 2 - 5)
      builder.use(name, size)
      builder.forget(middle)
      builder.deallocate(name)
      builder.read(name, at: generator.below(min(size, 1 << 23)), 1)
      builder.forget(name)
    }
    return builder.trace(heapLimit: 256 << 20)
  }

  static func smallAccesses(with generator: inout SeededGenerator) -> Trace {
    var builder = AccessTraceBuilder()
    let objects = (0..<20_000).map { _ in
      let size = generator.pick(16...200)
      return (name: builder.allocate(size, writes: true), size: size)
    }
    for turn in 0..<160_000 {
      let object = objects[generator.below(objects.count)]
      let count = [1, 2, 4, 8, 8, 4][turn % 6]
      let offset = generator.below(object.size - count + 1)
      switch turn % 8 {
      case 0, 1, 2, 3: builder.read(object.name, at: turn % 4 == 3 ? offset : offset & ~(count - 1), count)
      case 4, 5: builder.write(object.name, at: offset, count)
      default: builder.use(object.name, at: offset, count)
      }
      if turn % 1000 == 999 { builder.read(object.name, at: object.size, 1) }
    }
    return builder.trace(heapLimit: 64 << 20)
  }

  static func longRanges(with generator: inout SeededGenerator) -> Trace {
    var builder = AccessTraceBuilder()
    let size = 1 << 20
    let names = (0..<4).map { _ in builder.allocate(size, writes: true) }
    for turn in 0..<400 {
      let name = names[generator.below(names.count)]
      let start = generator.below(size / 2)
      let count = generator.pick(size / 8...size / 2)
      switch turn % 8 {
      case 0, 1, 2: builder.read(name, at: start, count)
      case 3, 4: builder.use(name, at: start, count)
      case 5: builder.write(name, at: start, count)
      case 6:
        // To a place of the same alignment.
        let target = names[generator.below(names.count)]
        builder.copy(name, at: start, to: target, at: generator.below(size / 16) * 8 + start & 7, count)
      default:
        builder.copy(name, at: start, to: names[generator.below(names.count)], at: generator.below(size / 2), count)
      }
      if turn % 50 == 49 { builder.read(name, at: start, size - start + 1) }
    }
    return builder.trace(heapLimit: 64 << 20)
  }

  static func churn(with generator: inout SeededGenerator) -> Trace {
    var builder = AccessTraceBuilder()
    var live: [(name: Int, size: Int)] = []
    for turn in 0..<60_000 {
      if live.count < 2000 || generator.oneIn(2) {
        let size = generator.logarithmic(1...4000)
        live.append((builder.allocate(size, writes: true), size))
        if turn % 500 == 499 { builder.read(live[live.count - 1].name, size + 1) }
      } else {
        builder.end(live.remove(at: generator.below(live.count)).name)
      }
      let object = live[generator.below(live.count)]
      builder.use(object.name, min(object.size, 8))
      builder.read(object.name, object.size)
      while live.count > 4000 { builder.end(live.removeLast().name) }
    }
    return builder.trace(heapLimit: 64 << 20)
  }
}
