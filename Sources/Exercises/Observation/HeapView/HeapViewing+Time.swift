import Traces
import Vocabularies
import Workloads

/// Pages, their heat, and what time does to a heap.
extension HeapViewing {
  static func pages(with generator: inout SeededGenerator) -> Trace {
    let base = generator.base()
    let page: UInt64 = 4096
    var builder = HeapViewBuilder(at: base)
    func look(_ builder: inout HeapViewBuilder) {
      builder.draw(base - page, 600 * page, cell: 2 * page, [.unused, .touched, .heat])
      builder.draw(base - 100, 3 * page, cell: 1000, [.unused, .touched, .heat])
      builder.draw(base + page - 20, 40, cell: 1, [.unused, .touched, .heat])
    }
    builder.map(base, 300 * page)
    look(&builder)
    // Of a page's bytes the first and the last, and over its end.
    let places = (0..<7).map { _ in generator.word(2...30) }
    for (number, place) in places.enumerated() {
      let start = base + (40 * UInt64(number) + place) * page
      switch number {
      case 0: builder.access(start, 1)
      case 1: builder.access(start + 4095, 1)
      case 2: builder.access(start + 4095, 2)
      case 3: builder.access(start, 4096)
      case 4: builder.access(start, 4097)
      case 5: builder.access(start + 8, 0)
      default: builder.access(start + 2000, 3 * page)
      }
    }
    look(&builder)
    builder.access(base, 1 << 20)
    builder.access(base + generator.word(1...4095), 1 << 20)
    builder.access(base + page - 1, 2)
    builder.access(base + 300 * page - 1, 1)
    look(&builder)
    // A range in three pieces, from the middle, from both ends.
    for (first, count) in [(100, 20), (0, 1), (299, 1), (119 + generator.pick(1...9), 3), (98, 2)] as [(Int, Int)] {
      builder.add(.unmap, base + UInt64(first) * page, UInt64(count) * page)
      look(&builder)
    }
    // They come again untouched; grow together; and blocks and accesses reach over the seams.
    for (first, count) in [(110, 10), (100, 10), (98, 2), (0, 1), (299, 2)] as [(Int, Int)] {
      builder.map(base + UInt64(first) * page, UInt64(count) * page)
      look(&builder)
    }
    builder.allocate(base + 109 * page, 3 * page, overhead: 8 + generator.word(0...4096))
    builder.access(base + 119 * page - 1, 2)
    builder.access(base + 97 * page, 30 * page)
    builder.add(.unmap, base + 97 * page, 2 * page)
    builder.add(.unmap, base + 112 * page, 8 * page)
    look(&builder)
    // Every other page by itself.
    let other = base + 1000 * page
    for number: UInt64 in 0..<200 { builder.map(other + 2 * number * page, page) }
    for number: UInt64 in 0..<200 where number % 3 == 1 { builder.access(other + 2 * number * page + 5, 9) }
    builder.map(other + page, 2 * page)
    for number: UInt64 in 0..<100 { builder.map(other + (2 * number + 1) * page, page) }
    builder.add(.unmap, other + 3 * page, 190 * page)
    builder.draw(other - page, 410 * page, cell: page + 100, [.unused, .touched, .heat])
    return builder.trace
  }

  static func heat(with generator: inout SeededGenerator) -> Trace {
    let base = generator.base()
    let page: UInt64 = 4096
    var builder = HeapViewBuilder(at: base)
    builder.map(base, 128 * page)
    // Every page another heat: what is odd rounds down at another tick.
    for number: UInt64 in 0..<40 {
      for _ in 0...number % 7 {
        builder.access(base + 2 * number * page + generator.word(0...4000), generator.word(1...90))
      }
      if number % 3 == 0 { builder.tick() }
    }
    func look(_ builder: inout HeapViewBuilder) {
      for cell in [page, page / 2, 3 * page, 64 * page, 1000] {
        builder.draw(base + generator.word(0...3000), min(128 * page, 200 * cell), cell: cell, [.heat])
      }
      builder.draw(base, 128 * page, cell: page, [.heat, .touched])
    }
    look(&builder)
    for ticks in [1, 1, 2, 5, 10, 20, 43] {
      builder.tick(ticks)
      builder.access(base + 3 * page + 50, 10)
      builder.access(base + 2 * generator.word(0...40) * page + 4090, 10)
      look(&builder)
    }
    // Once for each access, however it is cut; a million of them in one tick.
    for number: UInt64 in 0..<64 { builder.access(base + 100 * page + number * 64, 64) }
    builder.access(base + 101 * page, 27 * page)
    look(&builder)
    // Old heat, new heat, and none at all: after 64 ticks, and after 128.
    for ticks in [63, 1, 1, 63, 128] {
      builder.access(base + 120 * page, 1)
      look(&builder)
      builder.tick(ticks)
      look(&builder)
    }
    // Cold pages that go and come.
    builder.access(base + 120 * page, 8 * page)
    builder.add(.unmap, base + 120 * page, 4 * page)
    builder.map(base + 120 * page, 4 * page)
    look(&builder)
    builder.access(base + 121 * page, 1)
    builder.tick(3)
    look(&builder)
    return builder.trace
  }

  static func history(with generator: inout SeededGenerator) -> Trace {
    let base = generator.base()
    var builder = HeapViewBuilder(at: base)
    builder.history()
    builder.map(base, 1 << 30)
    builder.history()
    let asked: Set<Int> = [
      0, 1, 2, 61, 62, 63, 64, 65, 66, 127, 128, 129, 191, 192, 255, 256, 257, 320, 511, 512, 513, 700,
    ]
    var live: [UInt64] = []
    for interval in 0...700 {
      // Up and down again before the tick; down and up; or one way.
      for _ in 0..<generator.below(4) {
        let address = base + (UInt64(interval) << 20) + UInt64(live.count) << 12
        if live.isEmpty || generator.oneIn(2), !live.contains(address) {
          builder.allocate(address, generator.word(0...4000))
          live.append(address)
        } else if let last = live.popLast() {
          builder.free(last)
        }
      }
      if interval % 5 == 0 {
        let peak = base + (UInt64(interval) << 20) + 1 << 19
        builder.allocate(peak, generator.word(1...1 << 18), overhead: 32)
        if asked.contains(interval) { builder.history() }
        builder.free(peak)
        // Not taken: no event of the history.
        builder.free(peak)
      }
      if interval % 7 == 0, let first = live.first {
        builder.free(first)
        builder.allocate(first, generator.word(1...4000))
      }
      if asked.contains(interval) { builder.history() }
      builder.tick()
      if asked.contains(interval) { builder.history() }
    }
    return builder.trace
  }

  static func long(with generator: inout SeededGenerator) -> Trace {
    let base = generator.base()
    var builder = HeapViewBuilder(at: base)
    builder.map(pages: 1 << 14)
    for number: UInt64 in 0..<64 { builder.access(base + number << 20, 1 << 20) }
    for round in 0..<12 {
      for number: UInt64 in 0..<30 where generator.oneIn(2) {
        builder.allocate(base + number * 4096, generator.word(1...4096))
        builder.access(base + number * 4096, generator.word(1...8000))
        builder.tick(generator.pick(1...40))
        if generator.oneIn(3) { builder.free(base + number * 4096) }
      }
      builder.tick(generator.pick(24_000...26_000))
      builder.history()
      builder.access(base + UInt64(round) << 12, 1)
      builder.draw(base, 64 << 12, cell: 4096, [.heat, .live])
      builder.draw(base, 64 << 20, cell: 1 << 20, [.heat, .touched])
      for number: UInt64 in 0..<30 { builder.free(base + number * 4096) }
    }
    builder.history()
    return builder.trace
  }
}
