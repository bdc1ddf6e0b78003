import Traces
import Vocabularies
import Workloads

/// Larger heaps, and such as programs have.
extension HeapViewing {
  static func far(with generator: inout SeededGenerator) -> Trace {
    let (page, gib): (UInt64, UInt64) = (4096, 1 << 30)
    var builder = HeapViewBuilder(at: 0)
    let top: UInt64 = 1 << 48
    // At the bottom, behind 4 GiB, in the middle, and up to the very end.
    let starts: [UInt64] = [
      0, 5 * gib + generator.word(0...1000) * page, 1 << 40 + generator.word(0...1000) * page, top - 64 * gib,
    ]
    let counts: [UInt64] = [16 * page, 20 * gib, 1 << 45, 64 * gib]
    for (start, count) in zip(starts, counts) { builder.map(start, count) }
    // The largest range there may be, and a hole in it.
    let half: UInt64 = 1 << 46
    builder.map(half, 1 << 47)
    builder.access(2 * half - 9, 18)
    builder.allocate(2 * half - gib, 2 * gib)
    builder.add(.unmap, half + gib, 8 * gib)
    builder.add(.unmap, half, 1 << 47)
    builder.access(half + 9 * gib - 1, 2)
    builder.access(half + 9 * gib, 2)
    // Metadata from address 0 on, and from below it.
    for (address, overhead) in [(0, 1), (8, 16), (15, 16)] as [(UInt64, UInt64)] {
      builder.allocate(address, 4, overhead: overhead)
    }
    builder.allocate(16, 100, overhead: 16)
    builder.allocate(200, 0, overhead: 40)
    // Larger than 4 GiB; across a border of 4 GiB; to the last byte.
    let odd = generator.word(1...4000)
    builder.allocate(starts[1] + 17, 4 * gib + odd, overhead: 16)
    builder.allocate(starts[1] + 17 + 4 * gib + odd, 1)
    builder.allocate(starts[1] + 8 * gib, 1 << 32)
    builder.allocate(starts[1] + 14 * gib, 1 << 32 - 1, overhead: 1 << 31)
    builder.allocate(starts[2] + 3 * page, 1 << 44 + odd, overhead: 1 << 12)
    builder.allocate(top - 8, 8, overhead: 8)
    builder.allocate(top - 40 * gib, 30 * gib + odd, overhead: gib)
    // Beyond the end, and into another.
    builder.allocate(top, 0)
    builder.allocate(top - 1, 1)
    builder.allocate(top - 12 * gib, 2 * gib)
    builder.allocate(starts[1] + 12 * gib - 1, 1)
    builder.allocate(starts[1] + 12 * gib, 0)
    for place: UInt64 in [0, starts[1] + 4 * gib - 1, starts[2] + 1 << 44, top - 1] {
      builder.access(place, place == top - 1 ? 1 : 5000)
    }
    builder.access(top - 1, 2)
    builder.access(starts[3], 1 << 20)
    builder.tick()
    builder.access(top - 4096, 4096)
    func look(_ builder: inout HeapViewBuilder) {
      builder.draw(0, top, cell: 1 << 41)
      builder.draw(0, 64 * gib, cell: gib)
      builder.draw(starts[1] - 100, 20 * gib, cell: 1 << 27 + odd)
      builder.draw(top - 64 * gib - 5, 64 * gib + 5, cell: gib - 1)
      let ends: [UInt64] = [4 * gib, 8 * gib, 12 * gib].map { starts[1] + $0 }
      for place in ends + [starts[2] + 1 << 44, 1 << 32 + 100, top - 100] {
        builder.draw(place - 100, min(200, top - place + 100), cell: 7)
      }
      builder.history()
    }
    look(&builder)
    builder.add(.move, starts[1] + 17, starts[1] + 18, 4 * gib)
    builder.add(.move, starts[1] + 17, starts[1] + 18, 4 * gib + odd - 1)
    builder.free(starts[2] + 3 * page)
    builder.add(.unmap, starts[2] + 1 << 44, 1 << 43)
    builder.tick()
    look(&builder)
    return builder.trace
  }

  static func random(with generator: inout SeededGenerator) -> Trace {
    let base = generator.base()
    let page: UInt64 = 4096
    var builder = HeapViewBuilder(at: base)
    builder.map(base, 64 * page)
    for _ in 0..<6000 {
      let place = base + generator.word(0...64 * 4096)
      switch generator.below(40) {
      case 0..<14:
        builder.allocate(
          place, UInt64(generator.logarithmic(1...3000)) - 1,
          overhead: generator.pick([0, 0, 8, 16, 48]))
      case 14..<20: builder.freeRecent(with: &generator)
      case 20..<23:
        let from = builder.recentAddress(with: &generator)
        builder.add(.move, from, generator.oneIn(2) ? from + generator.word(0...60) : place, generator.word(0...500))
      case 23..<30: builder.access(place, UInt64(generator.logarithmic(1...20_000)) - 1)
      case 30..<34: builder.tick(generator.pick([1, 1, 1, 7]))
      case 34:
        let first = base + generator.word(0...80) * page
        builder.add(generator.oneIn(3) ? .map : .unmap, first, generator.word(1...4) * page)
        if generator.oneIn(2) { builder.map(first, page) }
      case 35: builder.history()
      default:
        let cell = UInt64(generator.logarithmic(1...20_000))
        let count = min(cell * generator.word(1...60) + generator.word(0...Int(cell) - 1), 80 * page)
        builder.draw(
          place - min(place, generator.word(0...10_000)), count, cell: cell, [generator.pick(HeapViewBuilder.planes)])
      }
    }
    builder.draw(base, 80 * page, cell: 256)
    builder.history()
    return builder.trace
  }

  /// Blocks by size, as allocators have them: in runs of their class, freed in any order and used again.
  static func program(with generator: inout SeededGenerator) -> Trace {
    let base = generator.base()
    var builder = HeapViewBuilder(at: base)
    let size: UInt64 = 1 << 23
    builder.map(base, size)
    func pictures(_ builder: inout HeapViewBuilder, _ cells: UInt64) { builder.draw(base, size, cell: size / cells) }
    for number in 1...40_000 {
      builder.block(generator.logarithmic(8...192), overhead: 16)
      if generator.oneIn(4) { builder.access(builder.cursor - 8, 8) }
      if number % 1000 == 0 { builder.tick() }
      if number % 20_000 == 0 { pictures(&builder, 1 << 12) }
    }
    pictures(&builder, 1 << 8)
    var freed: [UInt64] = []
    for number in 1...12_000 {
      if freed.isEmpty || generator.oneIn(2) {
        freed.append(builder.blocks[generator.below(builder.blocks.count)])
        builder.free(freed[freed.count - 1])
      } else {
        let address = freed.swapRemove(generator.below(freed.count))
        builder.allocate(address, generator.word(1...8), overhead: 16)
      }
      if number % 3_000 == 0 { pictures(&builder, 1 << 10) }
    }
    builder.draw(base, size, cell: size >> 16)
    builder.history()
    return builder.trace
  }

  static func zoom(with generator: inout SeededGenerator) -> Trace {
    let base = generator.base()
    var builder = HeapViewBuilder(at: base)
    let size: UInt64 = 1 << 22
    builder.map(base, size)
    while builder.cursor < base + size - 512 {
      builder.block(generator.logarithmic(8...300), overhead: 8, gap: generator.pick([0, 0, 8, 24]))
      if generator.oneIn(3) { builder.access(builder.cursor - 1, 1) }
    }
    for _ in 0..<2000 {
      builder.freeAny(with: &generator)
      builder.access(base + generator.word(0...1 << 21), 64)
      if generator.oneIn(10) { builder.tick() }
      let cell = UInt64(1) << generator.word(0...9)
      builder.draw(
        base + generator.word(0...Int(size) - 1 << 15), 64 * cell, cell: cell,
        [generator.pick(HeapViewBuilder.planes)])
    }
    return builder.trace
  }
}

extension HeapViewBuilder {
  /// An address that something was allocated at, or tried to, not long ago.
  fileprivate func recentAddress(with generator: inout SeededGenerator) -> UInt64 {
    for step in steps.suffix(200).shuffled(using: &generator) {
      if step.kind == .allocate { return step.first }
      if step.kind == .move { return step.second }
    }
    return cursor
  }

  fileprivate mutating func freeRecent(with generator: inout SeededGenerator) {
    free(recentAddress(with: &generator))
  }
}

extension Array {
  /// Removes an element by putting the last one into its place.
  fileprivate mutating func swapRemove(_ place: Int) -> Element {
    swapAt(place, count - 1)
    return removeLast()
  }
}
