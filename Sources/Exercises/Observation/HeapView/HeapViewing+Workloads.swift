import Examining
import Traces
import Vocabularies
import Workloads

/// Each says which promise of the protocol it reaches; what is drawn never decides what is tested.
extension HeapViewing {
  static let workloads: [Workload] = [
    Workload("cells", "Small blocks, whole and in parts, in cells of a byte up to all of the heap.", weight: 2) {
      cells(with: &$0)
    },
    Workload(
      "borders", "Grids that begin and end anywhere: in blocks, at their ends, outside; or have no cells.", weight: 2
    ) {
      borders(with: &$0)
    },
    Workload("metadata", "Overheads of all sizes, at borders of cells, pages and grids.", weight: 2) {
      metadata(with: &$0)
    },
    Workload("refusals", "Events that cannot be, and such as just can; they change nothing.", weight: 2) {
      refusals(with: &$0)
    },
    Workload("moves", "Blocks that move, grow and shrink, onto themselves and into what is taken.", weight: 2) {
      moves(with: &$0)
    },
    Workload("pages", "Pages come, are touched, go, and come again; ranges grow together and are cut.", weight: 2) {
      HeapViewing.pages(with: &$0)
    },
    Workload("heat", "Accesses and ticks, up to many more than a heat has bits.", weight: 2) {
      HeapViewing.heat(with: &$0)
    },
    Workload("history", "Peaks and valleys between ticks, while points grow coarser.", weight: 2) {
      HeapViewing.history(with: &$0)
    },
    Workload("far", "Several heaps up to 2^48, with blocks and cells of many GiB.", weight: 2) { far(with: &$0) },
    Workload("long", "300,000 ticks, and thousands of pages that cool down.") { HeapViewing.long(with: &$0) },
    Workload("random", "All of it, in any order.", weight: 2) { HeapViewing.random(with: &$0) },
    Workload("program", "40,000 blocks, and pictures of the whole heap.", isTimed: true) {
      HeapViewing.program(with: &$0)
    },
    Workload("zoom", "Small pictures of places in a large heap, while it is used.", isTimed: true) {
      HeapViewing.zoom(with: &$0)
    },
  ]
}

extension SeededGenerator {
  /// Where a heap begins: at a page's start.
  mutating func base() -> UInt64 { UInt64(pick(0x100...0xffff)) << 16 }

  mutating func word(_ range: ClosedRange<Int>) -> UInt64 { UInt64(pick(range)) }
}

private let sizes = [0, 1, 2, 7, 8, 16, 24, 63, 64, 65, 100, 300, 1000, 4096, 5000]

private func cells(with generator: inout SeededGenerator) -> Trace {
  let base = generator.base()
  var builder = HeapViewBuilder(at: base)
  builder.map(pages: 16)
  builder.cursor += generator.word(0...100)
  func draw(_ builder: inout HeapViewBuilder) {
    for cell: UInt64 in [1, 2, 3, 7, 8, 16, 64, 100, 1000, 4096, 1 << 14, 1 << 16, 1 << 20, 1 << 48] {
      let start = base + generator.word(0...300)
      let most = min(16 << 12, cell * 400)
      builder.draw(start, most - generator.word(0...min(300, Int(most) / 2)), cell: cell)
    }
  }
  draw(&builder)
  for size in (sizes + sizes).shuffled(using: &generator) {
    builder.block(size, overhead: generator.pick([0, 0, 8, 16]), gap: generator.pick([0, 0, 1, 8, 60]))
  }
  for _ in 0..<4 { builder.access(base + generator.word(0...60_000), generator.word(1...5000)) }
  draw(&builder)
  for _ in sizes { builder.freeAny(with: &generator) }
  builder.tick()
  draw(&builder)
  return builder.trace
}

private func borders(with generator: inout SeededGenerator) -> Trace {
  let base = generator.base()
  var builder = HeapViewBuilder(at: base)
  // Two parts of a heap, and a hole between them.
  builder.map(base, 2 << 12)
  builder.map(base + 5 << 12, 1 << 12)
  var starts: [UInt64] = []
  for size in [100, 1, 0, 64, 3000] {
    starts.append(builder.block(size, overhead: 16, gap: generator.pick(0...40)))
  }
  builder.cursor = base + 5 << 12
  starts.append(builder.block(4096 - 8, overhead: 8))
  builder.access(starts[0], 1)
  builder.access(base + 5 << 12, 8)
  let (end, all) = (base + 6 << 12, UInt64(6 << 12))
  let around = generator.word(1...5000)
  let ranges: [(UInt64, UInt64)] = [
    (base, 0), (starts[0] + 1, 0), (0, 0), (base - around, around), (base - around, around + 1), (end, around),
    (end - 1, around), (base - around, all + 2 * around), (base + 2 << 12, 3 << 12), (base + 2 << 12 - 1, 3 << 12 + 2),
    (starts[4] + 5, 50), (starts[0] - 16, 16), (starts[0] - 17, 18), (starts[3], 64), (base, all),
  ]
  for (start, count) in ranges {
    for cell in Set([1, 8, max(1, count / 3), max(1, count), count + 1, 1 << 48]).sorted() where count / cell < 300 {
      builder.draw(start, count, cell: cell)
    }
  }
  // A shorter cell at the end, or just none.
  for extra: UInt64 in [0, 1, 31] {
    for cell: UInt64 in [32, 48] { builder.draw(starts[0] - 40, 4 * cell + min(extra, cell - 1), cell: cell) }
  }
  // Single bytes about both ends of blocks.
  for start in starts {
    for place in [start - 17, start - 16, start - 1, start, start + 1, start + 63, start + 64, start + 99, start + 100]
    {
      builder.draw(place, 1, cell: generator.pick([1, 5]), [.live, .metadata, .unused])
    }
  }
  // All that there can be.
  builder.draw(0, 1 << 48, cell: 1 << 48)
  builder.draw(0, 1 << 48, cell: 1 << 40)
  builder.draw(1, 1 << 48 - 1, cell: 1 << 48 - 1)
  builder.draw(1 << 48, 0, cell: 1)
  return builder.trace
}

private func metadata(with generator: inout SeededGenerator) -> Trace {
  let base = generator.base()
  var builder = HeapViewBuilder(at: base)
  builder.map(pages: 32)
  var blocks: [(start: UInt64, overhead: UInt64)] = []
  for overhead in [0, 1, 7, 8, 16, 32, 64, 4095, 4096, 9000].shuffled(using: &generator) {
    for size in [0, 1, 40] {
      let gap = generator.pick([0, 0, 5, 100])
      blocks.append((builder.block(size, overhead: overhead, gap: gap), UInt64(overhead)))
    }
  }
  func draw(_ builder: inout HeapViewBuilder) {
    for cell: UInt64 in [16, 100, 4096] {
      builder.draw(base, 32 << 12, cell: max(cell, 200), [.metadata, .unused, .live])
    }
    for (start, overhead) in blocks {
      // Before the address, up to it, in the middle of the metadata, and from it on.
      for (from, count) in [
        (start - overhead, overhead), (start - overhead / 2, overhead / 2 + 1), (start - overhead, overhead / 2),
        (start, 1),
      ] {
        builder.draw(from, count, cell: max(1, count / 3), [.metadata, .unused, .live])
      }
    }
  }
  draw(&builder)
  // They go with their blocks.
  for place in stride(from: 0, to: blocks.count, by: 2) { builder.free(blocks[place].start) }
  draw(&builder)
  // And others come, of other overheads.
  for place in stride(from: 0, to: blocks.count, by: 4) {
    builder.allocate(blocks[place].start, 1, overhead: min(blocks[place].overhead, generator.word(0...20)))
  }
  draw(&builder)
  return builder.trace
}

private func refusals(with generator: inout SeededGenerator) -> Trace {
  let base = generator.base()
  let page: UInt64 = 4096
  var builder = HeapViewBuilder(at: base)
  // Nothing is there yet.
  builder.add(.unmap, base, page)
  builder.access(base, 1)
  builder.access(base, 0)
  builder.allocate(base, 0)
  builder.allocate(base, 16)
  builder.free(base)
  builder.add(.move, base, base + 64, 8)
  for (start, count) in [(base + 1, page), (base, page - 1), (base + 8, 0), (base + 2048, 2048), (base, 1)] {
    builder.map(start, count)
    builder.add(.unmap, start, count)
  }
  builder.map(base, 0)
  builder.add(.unmap, base, 0)
  builder.map(base, 4 * page)
  for (first, count): (UInt64, UInt64) in [(0, 4), (3, 1), (3, 2), (0, 1), (1, 2), (2, 0)] {
    builder.map(base + first * page, count * page)
  }
  builder.map(base - page, 2 * page)
  builder.map(base - 2 * page, page)
  builder.map(base - page, page)
  // What a block claims: [a - 16, a + 100).
  let a = base + generator.word(1000...3000)
  builder.allocate(a, 100, overhead: 16)
  for (start, size, overhead): (UInt64, UInt64, UInt64) in [
    (a, 100, 16), (a, 0, 0), (a, 1, 0), (a + 50, 8, 0), (a + 99, 1, 0), (a + 99, 0, 0), (a + 100, 8, 1),
    (a + 108, 8, 16),
    (a - 16, 0, 0), (a - 16, 1, 0), (a - 17, 2, 0), (a - 1, 0, 0), (a - 300, 300, 0), (a - 300, 600, 8),
    (a - 300, 290, 8),
    (a + 500, 8, 500), (a + 500, 8, 401), (a + 16, 4, 16),
  ] {
    builder.allocate(start, size, overhead: overhead)
  }
  // Neighbours that touch it are right, and in the way of others.
  builder.allocate(a - 17, 1)
  builder.allocate(a + 108, 0, overhead: 8)
  builder.allocate(a + 108, 1)
  builder.allocate(a + 108, 0)
  builder.allocate(a + 109, 5)
  builder.allocate(a - 40, 24)
  builder.allocate(a - 40, 23)
  for wrong in [a + 1, a - 1, a - 16, a + 99, a + 100, 0, 1 << 48, a + 107, a - 39] { builder.free(wrong) }
  for wrong in [a + 1, a - 16, a + 100, 0] { builder.add(.move, wrong, base + 8000, 8) }
  builder.draw(base - 2 * page, 8 * page, cell: 512)
  builder.history()
  // At both ends of memory, and out of it.
  let (low, high) = (base - 2 * page, base + 4 * page)
  for (start, size, overhead): (UInt64, UInt64, UInt64) in [
    (low, 0, 1), (low, 8, 8), (high - 8, 9, 0), (high, 0, 0), (high - 1, 2, 0), (high + page, 1, 0), (8, 8, 16),
    (0, 0, 1), (1 << 48, 1, 0),
    (high - 4, 1 << 48, 0), (low, 0, 0), (high - 1, 0, 0), (low + 8, 8, 7), (high - 9, 8, 3),
  ] {
    builder.allocate(start, size, overhead: overhead)
  }
  for (start, count) in [
    (low, 1), (low - 1, 1), (low - 1, 2), (high - 1, 1), (high - 1, 2), (high, 1), (high, 0), (low, high - low),
  ] {
    builder.access(start, count)
  }
  builder.draw(low - page, 8 * page, cell: 1000)
  // Pages go only if no block claims any of their bytes.
  for first: UInt64 in 0..<6 { builder.add(.unmap, low + first * page, page) }
  builder.add(.unmap, low, 6 * page)
  builder.add(.unmap, high, page)
  builder.add(.unmap, high - page, 2 * page)
  builder.free(a)
  for again in [a, a - 17, a - 17, low, low] { builder.free(again) }
  builder.allocate(base + 2 * page + 8, 0, overhead: 8)
  builder.add(.unmap, base + 2 * page, page)
  builder.free(base + 2 * page + 8)
  builder.add(.unmap, base + 2 * page, page)
  builder.add(.unmap, base + 2 * page, page)
  builder.draw(low - page, 8 * page, cell: 1000)
  builder.history()
  return builder.trace
}

private func moves(with generator: inout SeededGenerator) -> Trace {
  let base = generator.base()
  var builder = HeapViewBuilder(at: base)
  builder.map(pages: 8)
  let (a, b, c) = (base + generator.word(64...500), base + 2000, base + 9000)
  builder.allocate(a, 100, overhead: 16)
  builder.allocate(b, 500, overhead: 8)
  builder.allocate(c, 0)
  func look(_ builder: inout HeapViewBuilder) {
    builder.draw(base, 8 << 12, cell: 64, [.live, .metadata, .unused])
    builder.history()
  }
  var at = a
  func move(_ builder: inout HeapViewBuilder, to target: UInt64, _ size: UInt64, isTaken: Bool = true) {
    builder.add(.move, at, target, size)
    if isTaken { at = target }
    look(&builder)
  }
  // In place, smaller and larger, up to the neighbour's metadata.
  for size: UInt64 in [100, 50, 0, 1, 300, b - 8 - a] { move(&builder, to: a, size) }
  for size in [b - 8 - a + 1, b - a, 1 << 40] { move(&builder, to: a, size, isTaken: false) }
  builder.tick()
  // Onto its own old bytes: forwards, backwards, and so that only its metadata stay in its own.
  for (distance, size): (UInt64, UInt64) in [(8, 100), (0, 100), (40, 200), (16, 300), (200, 400), (10, 64)] {
    move(&builder, to: a + distance, size)
  }
  // Into another block, its metadata, an empty block, out of memory, below zero.
  for (target, size) in [
    (b, 8), (b + 499, 1), (b + 500, 8), (b - 8, 0), (b + 515, 0), (c, 0), (c - 1, 2), (c + 16, 1), (base, 8),
    (base + 8 << 12, 0), (base + 8 << 12 - 7, 8), (3, 4),
  ] {
    move(&builder, to: target, UInt64(size), isTaken: false)
  }
  builder.tick()
  // Next to others.
  for (target, size): (UInt64, UInt64) in [
    (b + 516, 8), (c + 17, 0), (base + 16, 1), (base + 8 << 12 - 8, 8), (c - 8, 8),
  ] {
    move(&builder, to: target, size)
  }
  // The old address is nobody's, the new one is.
  builder.free(a + 10)
  builder.add(.move, a, a + 64, 8)
  builder.free(at)
  builder.free(at)
  look(&builder)
  // Many that move to and fro between ticks: no peak, no valley.
  for _ in 0..<40 {
    builder.add(.move, b, b + 600, 500)
    builder.add(.move, b + 600, b, 500)
    builder.tick()
  }
  look(&builder)
  return builder.trace
}
