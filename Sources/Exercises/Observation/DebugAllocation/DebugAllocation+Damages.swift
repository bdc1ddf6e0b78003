import Examining
import Traces
import Vocabularies
import Workloads

/// Bytes that are not the program's are written.
extension DebugAllocation {
  static let damages: [Workload] = [
    Workload(
      "tag-bytes", "Each byte of both tags is damaged alone, and found when the block ends, or before.",
      measuresSpace: false, weight: 2
    ) {
      tagBytes(with: &$0)
    },
    Workload(
      "tag-runs", "Several bytes of tags, with others between them, here and on both sides; once and again.",
      measuresSpace: false, weight: 2
    ) {
      tagRuns(with: &$0)
    },
    Workload(
      "kept-bytes", "Each kept block is written to, at its ends and inside, and beside it.", measuresSpace: false,
      weight: 2
    ) {
      keptBytes(with: &$0)
    },
    Workload(
      "let-go", "Just as many blocks are kept as must be; what was written to them is told when they are let go.",
      measuresSpace: false, weight: 2
    ) {
      letGo(with: &$0)
    },
    Workload("moves", "Blocks are reallocated, whole and damaged, to all sizes.", measuresSpace: false, weight: 2) {
      moves(with: &$0)
    },
  ]
}

private func tagBytes(with generator: inout SeededGenerator) -> Trace {
  var builder = MisuseTraceBuilder(with: &generator)
  for size in DebugAllocation.sizes(with: &generator) {
    // One more on either side, which nothing happens to.
    let names = (0..<34).map { _ in builder.allocate(size) }
    for (distance, name) in names[1...16].enumerated() {
      builder.overflow(name, at: distance)
      if distance % 3 == 0 { builder.check() }
      builder.deallocate(name)
    }
    for (distance, name) in names[17...32].enumerated() {
      builder.write(name, at: -1 - distance)
      if distance % 3 == 1 { builder.check() }
      if distance % 5 != 0 { builder.deallocate(name) }
    }
    builder.deallocate(names[0])
    // What is left is found at the end.
    builder.shutDown()
  }
  return builder.trace(heapLimit: DebugAllocation.limit)
}

private func tagRuns(with generator: inout SeededGenerator) -> Trace {
  var builder = MisuseTraceBuilder(with: &generator)
  for size in DebugAllocation.someSizes(with: &generator) {
    for side in 0..<2 {
      // From where, and how many; then another one. Counted in the tag.
      for (first, count, second) in [
        (0, 2, 0), (0, 16, 0), (3, 1, 4), (0, 1, 15), (1, 1, 9), (2, 3, 12), (8, 8, 7), (14, 2, 0), (5, 4, 13),
        (generator.below(8), 1, generator.pick(8...15)),
      ] {
        let names = (0..<3).map { _ in builder.allocate(size) }
        let start = side == 0 ? -16 : size
        builder.write(names[1], at: start + first, count)
        if second != 0 { builder.write(names[1], at: start + second) }
        switch (first + side) % 3 {
        case 0: builder.check()
        case 1: builder.deallocate(names[1])
        default:
          // Told once, and mended: what comes later is told by itself.
          builder.check()
          builder.write(names[1], at: start + (first + 2) % 16)
          builder.check()
          builder.write(names[1], at: start + first, count)
        }
        for name in names.shuffled(using: &generator) { builder.deallocate(name) }
      }
    }
    // Both tags of several blocks at once, and a run from one through the block into the other.
    let names = (0..<6).map { _ in builder.allocate(size) }
    for name in names.prefix(4) { builder.write(name, at: -3, size + 8) }
    builder.write(names[4], at: -40, size + 80)
    builder.check()
    builder.check()
    for name in names.suffix(4) { builder.write(name, at: -generator.pick(1...16), size + 30) }
    for name in names.dropLast() { builder.deallocate(name) }
    builder.shutDown()
  }
  return builder.trace(heapLimit: DebugAllocation.limit)
}

private func keptBytes(with generator: inout SeededGenerator) -> Trace {
  var builder = MisuseTraceBuilder(with: &generator)
  for size in DebugAllocation.sizes(with: &generator) {
    let places = [0, 1, 7, 8, size / 2, size - 9, size - 8, size - 2, size - 1].filter { (0..<size).contains($0) }
    let names = (0..<places.count + 6).map { _ in builder.allocate(size) }
    for name in names.dropLast() { builder.deallocate(name) }
    for (place, name) in zip(places, names) { builder.write(name, at: place) }
    builder.check()
    builder.check()
    // Others beside, in no part and in all three.
    let others = names.dropFirst(places.count)
    for (name, (first, count)) in zip(others, [(-1, 1), (size, 1), (-16, size + 32), (0, size)]) {
      builder.write(name, at: first, count)
    }
    if size > 20 {
      builder.write(names[0], at: 3)
      builder.write(names[0], at: size - 4, 2)
    }
    builder.deallocate(others.first ?? 0)
    builder.check()
    // Again, where it had been told, and on until the end.
    for (place, name) in zip(places, names).suffix(4) { builder.write(name, at: place) }
    builder.shutDown()
  }
  return builder.trace(heapLimit: DebugAllocation.limit)
}

private func letGo(with generator: inout SeededGenerator) -> Trace {
  var builder = MisuseTraceBuilder(with: &generator)
  let limit = 1 << 20
  let room = MisuseVocabulary.keptBytes(heapLimit: limit)
  for size in [448, 960, 1984, generator.pick(300...900), generator.pick(1000...3000)] {
    let kept = room / (MisuseVocabulary.charge(size) ?? room)
    let names = (0..<kept + 8).map { _ in builder.allocate(size) }
    for name in names.prefix(kept) { builder.deallocate(name) }
    // Just as many: the first is still there. One more, and it is not.
    builder.deallocate(names[0])
    builder.write(names[0], at: generator.below(size))
    builder.write(names[1], at: size + generator.below(16))
    builder.write(names[2], at: -generator.pick(1...16), 3)
    builder.write(names[3], at: 0, size)
    builder.write(names[4], at: size - 1)
    builder.deallocate(names[kept])
    builder.deallocate(names[0])
    builder.deallocate(names[0], at: size / 2)
    builder.deallocate(names[kept + 1])
    builder.deallocate(names[2])
    builder.reallocate(names[kept + 2], to: 5)
    builder.check()
    builder.deallocate(names[kept + 3])
    builder.deallocate(names[3])
    for name in names[4...7] { builder.deallocate(name, at: 16) }
    // Others of that size do not lie there.
    let others = (0..<6).map { _ in builder.allocate(size) }
    for name in names.suffix(3) { builder.write(name, at: size / 3) }
    for name in others { builder.deallocate(name) }
    builder.shutDown()
  }
  // As large as all that is kept, a byte more, and such as take many with them.
  for size in [room - 64, room - 63, room / 2, room - 64 - 64, room + generator.below(5000)] {
    let names = (0..<9).map { _ in builder.allocate(generator.pick(0...9)) }
    for name in names.prefix(7) { builder.deallocate(name) }
    builder.write(names[3], at: -2)
    builder.write(names[6], at: builder.size(of: names[6]) + 3)
    let large = builder.allocate(size)
    builder.overflow(large, at: 5)
    builder.deallocate(large)
    builder.deallocate(names[6])
    builder.deallocate(large)
    builder.deallocate(names[7])
    builder.deallocate(large)
    builder.shutDown()
  }
  // Blocks of no bytes are kept as well, and are many.
  let names = (0..<room / 64 + 2).map { _ in builder.allocate(0) }
  for name in names.prefix(room / 64) { builder.deallocate(name) }
  builder.deallocate(names[0])
  builder.deallocate(names[room / 64])
  builder.deallocate(names[0])
  builder.deallocate(names[1])
  builder.shutDown()
  return builder.trace(heapLimit: 1 << 20)
}

private func moves(with generator: inout SeededGenerator) -> Trace {
  var builder = MisuseTraceBuilder(with: &generator)
  for size in DebugAllocation.sizes(with: &generator) {
    for new in [0, 1, size, max(0, size - 1), size + 1, 2 * size + 16, size / 2, generator.pick(1...4000)] {
      let (old, later) = builder.allocatePair(size)
      if generator.oneIn(2) { builder.overflow(old, at: generator.below(16)) }
      if generator.oneIn(3) { builder.write(old, at: -generator.pick(1...16)) }
      builder.reallocateBeside(old, to: new)
      // The old one is kept, the new one has a tag of its own, and both have sites.
      builder.deallocate(old)
      builder.reallocate(old, at: 0, to: 10)
      if size > 0 { builder.write(old, at: generator.below(size)) }
      builder.overflow(later, at: generator.below(16))
      if generator.oneIn(2) { builder.check() }
      builder.reallocate(later, to: generator.below(200))
      if !generator.oneIn(4) { builder.deallocate(later) }
    }
    // There is no room for these: the block stays what it was.
    for huge in [20 << 20, Int.max, .max - 40] {
      let family = generator.below(3)
      let (old, _) = builder.allocatePair(size, family: family)
      if huge == .max { builder.overflow(old, at: 7) }
      builder.reallocateBeside(old, to: huge)
      builder.check()
      builder.deallocate(old, at: 1)
      builder.overflow(old, at: 1)
      builder.deallocate(old, family: family)
      builder.deallocate(old)
    }
    builder.shutDown()
  }
  return builder.trace(heapLimit: 4 << 20)
}
