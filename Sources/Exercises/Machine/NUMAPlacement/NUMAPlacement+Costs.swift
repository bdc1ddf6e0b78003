import Traces
import Vocabularies
import Workloads

/// Traces by which it is measured what accesses and moves cost.
extension NUMAPlacement {
  static func threadsMove(with generator: inout SeededGenerator) -> Trace {
    var builder = NUMATraceBuilder(SimulatedMachine.Distances.ring, frames: 120...150, with: &generator)
    let threads = 4
    var blocks: [Int] = []
    for thread in 0..<threads {
      builder.run(thread, on: thread, with: &generator)
      blocks.append(builder.allocate(generator.pick(3...5), builder.local, with: &generator))
    }
    for phase in 0..<4 {
      // Each goes on to the next node, or to the one beyond.
      let step = phase == 0 ? 0 : generator.pick(1...2)
      for thread in 0..<threads { builder.run(thread, on: (thread + phase + step) % 4, with: &generator) }
      for _ in 0..<30 {
        for thread in 0..<threads { builder.touchAll(blocks[thread], by: thread, generator.pick(20...40)) }
      }
    }
    return builder.trace(promise: 1350)
  }

  static func sharedPages(with generator: inout SeededGenerator) -> Trace {
    var builder = NUMATraceBuilder(SimulatedMachine.Distances.two, frames: 60...80, with: &generator)
    builder.runEverywhere(with: &generator)
    var blocks: [Int] = []
    for thread in 0..<2 {
      blocks.append(builder.allocate(generator.pick(4...6), builder.local, with: &generator))
      builder.touchAll(blocks[thread], by: thread)
    }
    for _ in 0..<60 {
      for block in blocks {
        // Less than a move is worth, each time, and more if one forgot to forget.
        let count = generator.pick(40...55)
        for thread in 0..<2 { builder.touchAll(block, by: thread, count) }
      }
    }
    return builder.trace(promise: 1150)
  }

  static func crowded(with generator: inout SeededGenerator) -> Trace {
    var builder = NUMATraceBuilder(SimulatedMachine.Distances.ring, frames: 20...24, with: &generator)
    builder.runEverywhere(with: &generator)
    for round in 0..<4 {
      let node = (round + generator.pick(0...3)) % 4
      let room = builder.machine.frames[node].count
      // Something that is soon gone fills the node; what is used for long comes behind.
      let short = builder.allocate(room - 4, builder.local, with: &generator)
      builder.touchAll(short, by: node)
      let long = builder.allocate(10, builder.local, with: &generator)
      for _ in 0..<3 { builder.touchAll(long, by: node, 20) }
      builder.deallocate(short)
      for _ in 0..<14 { builder.touchAll(long, by: node, generator.pick(70...100)) }
      // Its owner goes where all is full: the pages stay, or come nearer.
      let other = (node + 2) % 4
      let fill = builder.allocate(bytes: builder.machine.frames[other].count * NUMAVocabulary.pageBytes, on: other)
      builder.run(node, on: other, with: &generator)
      for _ in 0..<10 { builder.touchAll(long, by: node, generator.pick(70...100)) }
      builder.deallocate(fill)
      for _ in 0..<14 { builder.touchAll(long, by: node, generator.pick(70...100)) }
      builder.deallocate(long)
      builder.run(node, on: node, with: &generator)
    }
    return builder.trace(promise: 1800)
  }

  static func small(with generator: inout SeededGenerator) -> Trace {
    // Three nodes of a ring of four, with seven frames for six pages.
    let distances = SimulatedMachine.Distances.ring.prefix(3).map { Array($0.prefix(3)) }
    let machine = SimulatedMachine.machine(distances, frames: [2, 3, 2], with: &generator)
    var builder = NUMATraceBuilder(machine)
    builder.runEverywhere(with: &generator)
    let blocks = (0..<3).map { _ in builder.allocate(bytes: 2 * NUMAVocabulary.pageBytes, builder.local) }
    for thread in 0..<3 { builder.touchAll(blocks[thread], by: thread) }
    for phase in 0..<6 {
      for thread in 0..<3 where generator.oneIn(2) || thread == phase % 3 {
        builder.run(thread, on: (thread + phase) % 3, with: &generator)
      }
      for _ in 0..<6 {
        for thread in 0..<3 { builder.touchAll(blocks[thread], by: thread, generator.pick(30...80)) }
      }
    }
    return builder.trace(promise: 2000)
  }
}
