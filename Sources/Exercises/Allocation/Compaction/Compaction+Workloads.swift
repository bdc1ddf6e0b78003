import Examining
import Traces
import Workloads

extension Compaction {
  static let workloads: [Workload] = [
    Workload(
      "edges", "Blocks of every size at the limits of what is said, moved by compaction and by steps of every budget.",
      generate: edges),
    Workload(
      "graph", "Blocks with up to 255 fields that refer to each other, to themselves and to none, and change that.",
      generate: graph),
    Workload(
      "room", "As many blocks as there must be room for, after each compaction, and some that no heap has.",
      generate: room),
    Workload(
      "offline", "Three blocks of five end, all others move together, and others come: four times.", weight: 2,
      generate: offline),
    Workload(
      "pins", "Blocks that are pinned once or often while others move, and go on with them later.", weight: 2,
      generate: pins),
    Workload(
      "many-moves", "A few blocks that come, go and move, so often that what is kept of a move would be seen.",
      generate: manyMoves),
    Workload(
      "online", "Steps of one budget, one after the other, until as little is used as after compaction.", weight: 3,
      generate: online),
    Workload(
      "in-use", "A step now and then in a program that goes on: blocks come, go and change whom they refer to.",
      weight: 3, generate: inUse),
    Workload(
      "one-size", "Steps where each hole fits each block: little has to move.", weight: 2, generate: oneSize),
    Workload(
      "idle", "Steps while blocks go and others of their size come: next to nothing is to be gained.", generate: idle),
    Workload(
      "obstacles", "Steps among pinned blocks, and blocks that are larger than the budget.", generate: obstacles),
  ]
}

/// A program that is being written: its builder, and what lives.
private struct Program {
  var builder = CompactionTraceBuilder()
  var live: [Int] = []

  /// A new block, most of whose fields refer to others.
  mutating func begin(_ size: Int, references: Int = 0, _ generator: inout SeededGenerator) {
    let block = builder.allocate(size, references: references)
    live.append(block)
    for field in 0..<references where !generator.oneIn(4) {
      builder.refer(field, of: block, to: generator.pick(live))
    }
  }

  /// One of the program's usual blocks: most are small, some are not.
  mutating func begin(_ generator: inout SeededGenerator) {
    let size = generator.oneIn(12) ? generator.pick(1000...4000) : generator.pick(24...700)
    begin(size, references: generator.below(4), &generator)
  }

  mutating func end(_ generator: inout SeededGenerator) {
    guard !live.isEmpty else { return }
    builder.end(live.remove(at: generator.below(live.count)))
  }

  /// So many of a hundred end.
  mutating func end(percent: Int, _ generator: inout SeededGenerator) {
    for _ in 0..<live.count * percent / 100 { end(&generator) }
  }

  mutating func rewire(_ generator: inout SeededGenerator) {
    guard !live.isEmpty else { return }
    let block = generator.pick(live)
    let fields = builder.references(of: block)
    guard fields > 0 else { return }
    builder.refer(generator.below(fields), of: block, to: generator.oneIn(5) ? nil : generator.pick(live))
  }
}

private func edges(with generator: inout SeededGenerator) -> Trace {
  var program = Program()
  // An empty heap.
  program.builder.compact()
  program.builder.step(1000)
  program.builder.look(isSettled: true)
  // One block; then every size, each behind one that ends.
  program.begin(0, &generator)
  program.builder.compact()
  for size in [0, 1, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 48, 100, 255, 256, 1023, 4079, 4080, 4081, 4096, 9000] {
    program.begin(generator.pick(0...80), &generator)
    program.begin(size, references: min(2, size / 8), &generator)
    program.begin(size, &generator)
  }
  for round in 0..<4 {
    // Every third ends, so that holes are of all sizes and beside each other; in the end all.
    for place in program.live.indices.reversed() where place % 3 == round % 3 {
      program.builder.end(program.live.remove(at: place))
    }
    if round == 1 { program.builder.compact() }
    for budget in [0, 1, 15, 16, 17, 100, 4096, 9000, generator.pick(2000...5000)] { program.builder.step(budget) }
    if round == 3 {
      program.builder.step(.max, times: 30)
      program.builder.look(isSettled: true)
    }
    for _ in 0..<12 { program.begin(generator.pick(0...300), &generator) }
  }
  program.end(percent: 100, &generator)
  program.builder.compact()
  program.builder.look(isSettled: true)
  for _ in 0..<40 { program.begin(generator.pick(0...300), references: 0, &generator) }
  program.builder.end(program.live.removeFirst())
  program.builder.end(program.live.removeLast())
  program.builder.compact()
  program.builder.compact()
  program.builder.look(isSettled: true)
  return program.builder.trace(heapLimit: 1 << 20)
}

private func graph(with generator: inout SeededGenerator) -> Trace {
  var program = Program()
  for references in [0, 1, 2, 3, 8, 100, 255] {
    for _ in 0..<6 { program.begin(8 * references + generator.below(100), references: references, &generator) }
  }
  for round in 0..<16 {
    for _ in 0..<30 {
      program.begin(generator.pick(40...300), references: generator.below(6), &generator)
      program.rewire(&generator)
    }
    // Itself; and each field once to the block in front and behind.
    for block in [program.live[0], program.live[program.live.count - 1]] where program.builder.references(of: block) > 0
    {
      program.builder.refer(0, of: block, to: block)
    }
    program.end(percent: 30, &generator)
    if round % 2 == 0 { program.builder.compact() } else { program.builder.step(generator.pick(1000...9000), times: 3) }
    for _ in 0..<10 { program.rewire(&generator) }
  }
  program.builder.compact()
  program.builder.look(isSettled: true)
  return program.builder.trace(heapLimit: 1 << 20)
}

private func room(with generator: inout SeededGenerator) -> Trace {
  let limit = 1 << 19
  var program = Program()
  for size in [Int.max, limit, limit + 1] { program.builder.refused(size) }
  var peak = 0
  for _ in 0..<3 {
    // What lives, and what comes, to three eighths; the handles are as many as ever lived.
    var left = limit / 8 * 3 - 16 * 1000 - program.live.count * (700 + 32)
    while left > 0, program.live.count < 1000 {
      let size = generator.pick(100...700)
      left -= size + 32
      program.begin(size, references: generator.below(3), &generator)
    }
    peak = max(peak, program.live.count)
    for size in [Int.max, limit, 2 * limit] { program.builder.refused(size) }
    program.end(percent: 70, &generator)
    program.builder.compact()
    program.builder.look(isSettled: true)
  }
  // Nothing is left: one block has it all, twice.
  program.end(percent: 100, &generator)
  program.builder.compact()
  for _ in 0..<2 {
    program.begin(limit / 8 * 3 - 16 * peak - 64, &generator)
    program.end(&generator)
    program.builder.compact()
  }
  program.builder.look(isSettled: true)
  // To the brim, where no more is promised: the last bytes of the heap are used, or refused, and come back.
  for size in Array(repeating: 4000, count: 140) + Array(repeating: 16, count: 150) {
    program.begin(size + generator.below(16), &generator)
  }
  program.end(percent: 90, &generator)
  program.builder.compact()
  program.builder.look(isSettled: true)
  return program.builder.trace(heapLimit: limit)
}

private func offline(with generator: inout SeededGenerator) -> Trace {
  var program = Program()
  for _ in 0..<4 {
    while program.live.count < 900 { program.begin(&generator) }
    program.end(percent: 60, &generator)
    program.builder.compact()
    program.builder.look(isSettled: true)
  }
  return program.builder.trace(heapLimit: 4 << 20)
}

private func pins(with generator: inout SeededGenerator) -> Trace {
  var program = Program()
  var pinned: [Int] = []
  for round in 0..<6 {
    while program.live.count < 700 { program.begin(&generator) }
    let chosen = Set((0..<8).map { _ in generator.pick(program.live) }).subtracting(pinned).sorted()
    for block in chosen {
      for _ in 0..<generator.pick([1, 1, 2, 3, 40]) { program.builder.pin(block) }
      pinned.append(block)
    }
    // Pinned ones stay; one of three others does not.
    let isPinned = Set(pinned)
    for place in program.live.indices.reversed() where !isPinned.contains(program.live[place]) && generator.below(5) < 3
    {
      program.builder.end(program.live.remove(at: place))
    }
    program.builder.compact()
    program.builder.look(isSettled: true)
    // Once less often than pinned: still pinned.
    for block in pinned.prefix(6) { program.builder.pin(block) }
    for block in pinned.prefix(6) { program.builder.unpin(block) }
    program.builder.step(6000, times: 4)
    if round % 2 == 1 {
      for block in pinned { program.builder.releasePins(block) }
      pinned = []
      program.builder.compact()
      program.builder.look(isSettled: true)
    }
  }
  return program.builder.trace(heapLimit: 2 << 20)
}

private func manyMoves(with generator: inout SeededGenerator) -> Trace {
  var program = Program()
  for _ in 0..<160 { program.begin(generator.pick(100...500), references: generator.below(3), &generator) }
  for round in 0..<160 {
    for _ in 0..<24 {
      program.end(&generator)
      program.begin(generator.pick(100...500), references: generator.below(3), &generator)
    }
    if round % 2 == 0 { program.builder.compact() } else { program.builder.step(8000, times: 2) }
    if round % 20 == 19 {
      program.builder.compact()
      program.builder.look(isSettled: true)
    }
  }
  return program.builder.trace(heapLimit: 8 << 20)
}

/// Budgets of this workload are larger than any block.
private func online(with generator: inout SeededGenerator) -> Trace {
  var program = Program()
  for _ in 0..<2 {
    while program.live.count < 700 { program.begin(&generator) }
    program.end(percent: generator.pick(45...55), &generator)
    program.builder.step(generator.pick(8100...8300), times: 150)
    program.builder.look(isSettled: true)
  }
  return program.builder.trace(heapLimit: 4 << 20, parameters: CompactionOracle.moving(most: 400))
}

private func inUse(with generator: inout SeededGenerator) -> Trace {
  var program = Program()
  while program.live.count < 600 { program.begin(&generator) }
  for round in 0..<160 {
    // It shrinks, and grows again.
    let isShrinking = round / 20 % 2 == 0
    for _ in 0..<8 {
      if generator.below(10) < (isShrinking ? 7 : 3) { program.end(&generator) } else { program.begin(&generator) }
      program.rewire(&generator)
    }
    program.builder.step(generator.pick(4100...6000), times: 2)
    if round % 8 == 7 { program.builder.look(isSettled: false) }
  }
  program.builder.step(8200, times: 120)
  program.builder.look(isSettled: true)
  return program.builder.trace(heapLimit: 4 << 20, parameters: CompactionOracle.moving(most: 650))
}

private func oneSize(with generator: inout SeededGenerator) -> Trace {
  var program = Program()
  let size = 16 * generator.pick(18...22)
  for _ in 0..<3 {
    while program.live.count < 900 { program.begin(size, references: 2, &generator) }
    program.end(percent: 50, &generator)
    program.builder.step(8 * size, times: 130)
    program.builder.look(isSettled: true)
  }
  return program.builder.trace(heapLimit: 4 << 20, parameters: CompactionOracle.moving(most: 80))
}

private func idle(with generator: inout SeededGenerator) -> Trace {
  var program = Program()
  while program.live.count < 500 { program.begin(&generator) }
  program.builder.compact()
  for _ in 0..<60 {
    // A block goes, and one of its size comes.
    let place = generator.below(program.live.count)
    let size = program.builder.size(of: program.live[place])
    program.builder.end(program.live.remove(at: place))
    program.begin(size, references: min(2, size / 8), &generator)
    program.builder.step(8200, times: 3)
  }
  program.builder.look(isSettled: true)
  return program.builder.trace(heapLimit: 4 << 20, parameters: CompactionOracle.moving(most: 300))
}

private func obstacles(with generator: inout SeededGenerator) -> Trace {
  var program = Program()
  var large: [Int] = []
  for _ in 0..<3 {
    while program.live.count < 400 {
      program.begin(generator.pick(24...500), references: generator.below(3), &generator)
      if generator.oneIn(40) { large.append(program.builder.allocate(generator.pick(9000...12_000), references: 1)) }
    }
    let pinned = (0..<6).map { _ in generator.pick(program.live) }
    for block in pinned { program.builder.pin(block) }
    let isPinned = Set(pinned)
    for place in program.live.indices.reversed() where !isPinned.contains(program.live[place]) && generator.oneIn(2) {
      program.builder.end(program.live.remove(at: place))
    }
    for _ in 0..<40 { program.builder.step(generator.pick([100, 600, 2000, 8000])) }
    program.builder.look(isSettled: false)
    for block in pinned { program.builder.unpin(block) }
    if !large.isEmpty { program.builder.end(large.removeFirst()) }
    program.builder.step(100_000, times: 30)
    program.builder.look(isSettled: true)
  }
  return program.builder.trace(heapLimit: 4 << 20)
}
