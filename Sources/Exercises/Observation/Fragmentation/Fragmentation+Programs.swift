import Traces
import Vocabularies
import Workloads

/// Snapshots, and larger heaps.
extension Fragmentation {
  static func snapshots(with generator: inout SeededGenerator) -> Trace {
    var builder = HeapStreamBuilder()
    let base = UInt64(generator.pick(0x10...0xffff)) << 16
    builder.time = UInt64(generator.pick(100...1 << 30))
    for round in 0..<60 {
      let blocks = generator.below(7)
      if round % 3 == 0 {
        // As it is: only what was before is forgotten.
        builder.snapshot()
      } else {
        // Regions that touch, each with something in it or nothing.
        let size = UInt64(generator.pick(4...12)) * 16
        builder.prepare { builder in
          builder.forget()
          builder.map(base, size)
          builder.map(base + size, round % 5 == 0 ? 0 : size)
          if round % 4 == 0 { builder.map(base + 2 * size + 16, 32) }
          for _ in 0..<blocks { builder.any(1...48, with: &generator) }
        }
        // Earlier, as early, or later.
        builder.time = UInt64(generator.pick(Int(builder.time) - 40...Int(builder.time) + 40))
        builder.snapshot()
      }
      if round % 2 == 0 { builder.askAll(with: &generator) }
      for _ in 0..<generator.below(6) {
        builder.time += UInt64(generator.below(9))
        if generator.oneIn(2) { builder.any(1...32, with: &generator) } else { builder.endAny(with: &generator) }
        builder.askAll(with: &generator)
      }
      builder.time += UInt64(generator.below(9))
    }
    builder.prepare { $0.forget() }
    builder.snapshot()
    builder.askAll(with: &generator)
    return builder.trace
  }

  static func churn(with generator: inout SeededGenerator) -> Trace {
    var builder = HeapStreamBuilder()
    var regions: [(start: UInt64, size: UInt64)] = []
    var cursor = UInt64(generator.pick(0x10...0xffff)) << 16
    for _ in 0..<4 {
      regions.append((cursor, UInt64(generator.pick(8...64)) << 10))
      builder.map(cursor, regions[regions.count - 1].size)
      cursor += 1 << 30
    }
    var untilQuestion = 1
    for step in 0..<12_000 {
      let target = 200 + 600 * (step / 2_000 % 2)
      if generator.below(800) + target / 4 < builder.live.count {
        builder.endAny(with: &generator)
      } else if !builder.any(1...3_000, with: &generator) {
        let place = generator.below(4)
        regions[place].size += UInt64(generator.pick(1...8)) << 10
        builder.resize(regions[place].start, regions[place].size)
      }
      builder.time += UInt64(generator.below(1_000))
      untilQuestion -= 1
      if untilQuestion == 0 {
        untilQuestion = generator.logarithmic(1...500)
        builder.askAll(with: &generator)
      } else if generator.oneIn(30) {
        builder.feed()
      }
    }
    builder.askAll(with: &generator)
    return builder.trace
  }

  static func many(with generator: inout SeededGenerator) -> Trace {
    var builder = HeapStreamBuilder()
    builder.prepare { builder in
      let start = UInt64(generator.pick(0x10...0xffff)) << 16
      builder.map(start, 0)
      builder.fill(start, 100_000, with: &generator)
    }
    builder.snapshot()
    builder.askAll(with: &generator)
    for step in 0..<60_000 {
      if step < 45_000 { builder.endAny(with: &generator) } else { builder.any(1...200, with: &generator) }
      builder.time += UInt64(generator.below(100))
      if step % 10_000 == 0 { builder.askAll(with: &generator) }
    }
    builder.askAll(with: &generator)
    return builder.trace
  }

  static func shortLived(with generator: inout SeededGenerator) -> Trace {
    var builder = HeapStreamBuilder()
    builder.map(UInt64(generator.pick(0x10...0xffff)) << 16, 1 << 20)
    for step in 0..<240_000 {
      if builder.live.count < 100 || builder.live.count < 200 && generator.oneIn(2) {
        builder.any(1...400, with: &generator)
      } else {
        builder.endAny(with: &generator)
      }
      builder.time += UInt64(generator.below(100))
      if step % 39_979 == 0 { builder.askAll(with: &generator) }
    }
    builder.askAll(with: &generator)
    return builder.trace
  }

  /// A heap that was filled, and in which blocks then end and begin in any order.
  static func program(
    with generator: inout SeededGenerator, changes: Int, live: Int, between: Int
  ) -> Trace {
    var builder = HeapStreamBuilder()
    let start = UInt64(generator.pick(0x10...0xffff)) << 16
    builder.map(start, 0)
    builder.fill(start, live, with: &generator)
    for step in 0..<changes {
      if builder.live.count > live || builder.live.count > live / 2 && generator.oneIn(2) {
        builder.endAny(with: &generator)
      } else {
        builder.any(1...400, with: &generator)
      }
      builder.time += UInt64(generator.below(100))
      if step % between == 0 {
        let kinds: [MeterVocabulary.Kind] = [
          .largestRun, .externalFragmentation, .unusableIndex, .internalFragmentation, .freeBytes,
        ]
        let kind =
          step % (64 * between) == 0 ? .histogram : step % (16 * between) == 0 ? .measures : generator.pick(kinds)
        builder.ask(kind, kind.hasOrder ? generator.pick(4...12) : 0)
      }
    }
    builder.ask(.measures)
    builder.ask(.histogram)
    return builder.trace
  }
}

extension HeapStreamBuilder {
  /// So many blocks one behind the other, at the end of a region that grows for each few of them.
  mutating func fill(_ region: UInt64, _ count: Int, with generator: inout SeededGenerator) {
    var (size, cursor): (UInt64, UInt64) = (0, region)
    for _ in 0..<count {
      let requested = UInt64(generator.logarithmic(1...400))
      let taken = (requested + 15) / 16 * 16
      if cursor + taken > region + size {
        size += 1 << 20
        resize(region, size)
      }
      begin(cursor, requested: requested, taken: taken)
      cursor += taken
      time += UInt64(generator.below(100))
    }
  }
}
