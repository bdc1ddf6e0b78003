import Traces
import Workloads

/// What was written, and what was copied of it.
extension Sanitizer {
  static func initialised(with generator: inout SeededGenerator) -> Trace {
    var builder = AccessTraceBuilder()
    _ = builder.allocate(8 * generator.pick(1...64))
    // One write of every length at every place of a granule, into what was never written.
    for (offset, count) in (0...9).flatMap({ offset in (1...18).map { (offset, $0) } }) {
      let size = offset + count + generator.pick(0...9)
      let name = builder.allocate(size)
      builder.read(name, size)
      builder.write(name, at: offset, count)
      builder.use(name, at: offset, count)
      for byte in 0...size { builder.use(name, at: byte, 1) }
      builder.use(name, at: offset, count + 1)
      builder.use(name, at: max(0, offset - 1), count + 1)
      builder.use(name, size + 1)
      builder.end(name)
    }
    // Many writes, one into the other, up to the last hole.
    for _ in 0..<40 {
      let size = generator.pick(20...200)
      let name = builder.allocate(size)
      let hole = generator.below(size)
      for _ in 0..<12 {
        let start = generator.below(size)
        let count = generator.pick(1...min(30, size - start))
        if !(start..<start + count).contains(hole) { builder.write(name, at: start, count) }
        builder.use(name, size)
        builder.use(name, at: generator.below(size), generator.pick(1...12))
      }
      if hole > 0 { builder.write(name, hole) }
      if hole + 1 < size { builder.write(name, at: hole + 1, size - hole - 1) }
      for count in 1...9 {
        builder.use(name, at: max(0, hole - count + 1), count)
        builder.use(name, at: hole + 1, count)
        builder.use(name, at: max(0, hole - count), min(count, hole))
      }
      builder.use(name, size)
      builder.write(name, at: hole, 1)
      builder.use(name, size)
      builder.use(name, size + 1)
      builder.end(name)
    }
    // An unwritten byte in front of one that is not live is the first bad one.
    for size in 1...24 {
      let name = builder.allocate(size)
      for count in 1...9 { builder.use(name, at: size - 1, count) }
      builder.write(name, at: size - 1, 1)
      for count in 1...9 { builder.use(name, at: size - 1, count) }
      builder.use(name, at: -1, 3)
      builder.end(name)
    }
    return builder.trace(heapLimit: 1 << 20)
  }

  static func copies(with generator: inout SeededGenerator) -> Trace {
    var builder = AccessTraceBuilder()
    let size = 320 + 8 * generator.below(8)
    let patterns = (0..<4).map { place in pattern(size, longest: [1, 3, 20, 90][place], &builder, &generator) }
    let (blank, full) = (builder.allocate(size), builder.allocate(size, writes: true))
    let target = builder.allocate(size)
    var turn = 0
    for (from, to) in (0..<8).flatMap({ from in (0..<8).map { (from, $0) } }).shuffled(using: &generator) {
      for count in [1, 2, 7, 8, 9, 16, 33, 55, 56, 57, 64, 65, 71, 128, 129, 200] {
        turn += 1
        let pattern = patterns[turn % patterns.count]
        // What was there before is the one or the other.
        builder.copy(turn % 2 == 0 ? blank : full, to: target, size)
        builder.copy(pattern, at: from, to: target, at: to, count)
        let inside = [to, to + count / 2, to + count - 1, to + generator.below(count)]
        for byte in Set([max(0, to - 1), to + count, to + 8, to + count - 8] + inside).sorted() where byte >= 0 {
          builder.use(target, at: byte, 1)
        }
        builder.use(target, at: to, count)
        builder.use(target, size)
      }
    }
    // A chain of copies carries it on.
    var chain = patterns[2]
    for _ in 0..<20 {
      let next = builder.allocate(size + 8)
      builder.copy(chain, to: next, size)
      for byte in stride(from: 0, to: size, by: 7) { builder.use(next, at: byte, 1) }
      chain = next
    }
    return builder.trace(heapLimit: 1 << 20)
  }

  static func overlaps(with generator: inout SeededGenerator) -> Trace {
    var builder = AccessTraceBuilder()
    let size = 280 + 8 * generator.below(4)
    let patterns = (0..<3).map { place in pattern(size, longest: [2, 9, 60][place], &builder, &generator) }
    let target = builder.allocate(size)
    for (turn, distance) in [1, 2, 3, 7, 8, 9, 15, 16, 24, 56, 57, 63, 64, 65, 100].enumerated() {
      for sign in [1, -1] {
        for count in [distance + 1, 30, 60, 64, size - distance] {
          let pattern = patterns[turn % patterns.count]
          builder.copy(pattern, to: target, size)
          let start = sign > 0 ? generator.below(8) : distance + generator.below(8)
          let fitting = min(count, size - start - (sign > 0 ? distance : 0))
          builder.copy(target, at: start, to: target, at: start + sign * distance, fitting)
          for byte in 0..<size { builder.use(target, at: byte, 1) }
        }
      }
      // Onto itself.
      builder.copy(target, at: distance, to: target, at: distance, size - distance)
      for byte in 0..<40 { builder.use(target, at: byte, 1) }
    }
    return builder.trace(heapLimit: 1 << 20)
  }

  static func badCopies(with generator: inout SeededGenerator) -> Trace {
    var builder = AccessTraceBuilder()
    for _ in 0..<60 {
      let (from, to) = (generator.pick(1...90), generator.pick(1...90))
      let (source, target) = (builder.allocate(from, writes: true), builder.allocate(to))
      let freed = builder.allocate(max(from, to), writes: true)
      builder.deallocate(freed)
      let (less, more) = (min(from, to), max(from, to))
      // Either end too long, both, and both bad at once.
      builder.copy(source, to: target, less + 1)
      builder.copy(source, to: target, more + 1)
      builder.copy(target, to: source, more + generator.pick(1...200))
      builder.copy(source, at: from, to: target, at: 0, 1)
      builder.copy(source, at: 0, to: target, at: to, 1)
      builder.copy(source, at: -generator.pick(1...16), to: target, at: 0, less)
      builder.copy(source, at: 0, to: target, at: -generator.pick(1...16), less)
      builder.copy(source, at: from + generator.below(16), to: target, at: to + generator.below(16), 8)
      builder.copy(source, at: 0, to: target, at: -1, less)
      builder.copy(freed, to: target, less)
      builder.copy(source, to: freed, less)
      builder.copy(freed, to: freed, 1)
      builder.copy(freed, at: 0, to: target, at: -1, less)
      builder.copy(source, at: -1, to: freed, at: 0, less)
      // None of them wrote anything.
      for byte in [0, to - 1, generator.below(to)] { builder.use(target, at: byte, 1) }
      builder.use(source, from)
      builder.copy(source, to: target, less)
      builder.use(target, less)
      builder.use(target, to)
      // Unwritten bytes are copied without a word, onto written ones as well.
      let blank = builder.allocate(less)
      builder.copy(blank, to: target, less)
      builder.use(target, to)
      for name in [source, target, blank] { builder.end(name) }
      builder.forget(freed)
    }
    return builder.trace(heapLimit: 1 << 20)
  }

  /// An object that is written in runs, with gaps between them.
  private static func pattern(
    _ size: Int, longest: Int, _ builder: inout AccessTraceBuilder, _ generator: inout SeededGenerator
  ) -> Int {
    let name = builder.allocate(size)
    var start = generator.below(3)
    while start < size {
      let count = min(size - start, generator.pick(1...longest))
      builder.write(name, at: start, count)
      start += count + generator.pick(1...longest)
    }
    return name
  }
}
