import Traces
import Vocabularies
import Workloads

/// Each says which promise of the protocol it reaches; what is drawn never decides what is tested.
extension NUMAPlacement {
  static let workloads: [Workload] = [
    Workload("first-touch", "Pages that are touched by threads on two nodes, some after their thread has moved.") {
      firstTouch(with: &$0)
    },
    Workload("fallback", "Local pages, until node after node is full and then the machine, on eight nodes.", weight: 2)
    {
      fallback(SimulatedMachine.Distances.eight, with: &$0)
    },
    Workload("asymmetric", "The same on six nodes between which the way back may be longer.") {
      fallback(SimulatedMachine.Distances.asymmetric, with: &$0)
    },
    Workload("preferred", "Pages that prefer a node, whoever touches them, until all is full.") {
      preferred(with: &$0)
    },
    Workload("bind", "Pages that may lie on some nodes alone, more than there are frames on these.", weight: 2) {
      bind(with: &$0)
    },
    Workload("interleave", "Pages that take turns on nodes, touched in any order, some until a node is full.") {
      interleave(with: &$0)
    },
    Workload("weighted", "Pages that take turns by weights, from 1 to 255.", weight: 2) { weighted(with: &$0) },
    Workload("reserved", "Blocks on one node: exactly as many pages as it has frames, one more, and none.") {
      reserved(with: &$0)
    },
    Workload("memoryless", "All policies, on nodes of which some have no memory and some no processors.") {
      memoryless(with: &$0)
    },
    Workload("one-node", "All policies, on a machine of one node.") { oneNode(with: &$0) },
    Workload("reuse", "Blocks that come and go, on a machine that is nearly full.", weight: 2) { reuse(with: &$0) },
    Workload("threads-move", "Threads that move to another node for good, and their pages behind them.", weight: 3) {
      threadsMove(with: &$0)
    },
    Workload("shared-pages", "Pages that threads on two nodes access in turn, and that had better stay.", weight: 2) {
      sharedPages(with: &$0)
    },
    Workload(
      "crowded", "More local pages than a node has frames: those on far nodes go home when there is room.", weight: 2
    ) { crowded(with: &$0) },
    Workload("small", "A few pages on three small nodes, where the least cost is known exactly.") { small(with: &$0) },
  ]
}

extension NUMATraceBuilder {
  /// A machine with about so many frames on each node.
  init(
    _ distances: [[Int]], frames: ClosedRange<Int>, memoryless: Set<Int> = [], withoutCPUs: Set<Int> = [],
    with generator: inout SeededGenerator
  ) {
    let counts = distances.indices.map { memoryless.contains($0) ? 0 : generator.pick(frames) }
    self.init(SimulatedMachine.machine(distances, frames: counts, withoutCPUs: withoutCPUs, with: &generator))
  }

  var frameCount: Int { machine.frames.reduce(0) { $0 + $1.count } }

  /// Thread n runs on node n, as far as that has processors.
  mutating func runEverywhere(with generator: inout SeededGenerator) {
    for node in machine.frames.indices.shuffled(using: &generator) { run(node, on: node, with: &generator) }
  }

  /// Nodes on which threads can run.
  var runnable: [Int] { machine.frames.indices.filter { machine.nodeOfCPU.contains($0) } }
}

private func firstTouch(with generator: inout SeededGenerator) -> Trace {
  var builder = NUMATraceBuilder(SimulatedMachine.Distances.two, frames: 100...140, with: &generator)
  // Which thread runs where is drawn; the highest number there is runs too.
  let threads = [generator.pick(0...40), 4095]
  for round in 0..<12 {
    for (place, thread) in threads.enumerated() { builder.run(thread, on: (place + round) % 2, with: &generator) }
    let block = builder.allocate(generator.pick(3...9), builder.local, with: &generator)
    let empty = builder.allocate(bytes: 0, builder.local)
    if round % 3 == 1 {
      // Between the block's beginning and its pages'.
      for (place, thread) in threads.enumerated() { builder.run(thread, on: (place + round + 1) % 2, with: &generator) }
    }
    let count = builder.live[block] ?? 0
    for page in (0..<count).shuffled(using: &generator) {
      builder.touch(page, of: block, by: threads[(page + round) % 2])
    }
    for page in 0..<count { builder.touch(page, of: block, by: generator.pick(threads)) }
    builder.deallocate(empty)
    if round % 2 == 0 { builder.deallocate(block) }
  }
  return builder.trace()
}

private func fallback(_ distances: [[Int]], with generator: inout SeededGenerator) -> Trace {
  var builder = NUMATraceBuilder(distances, frames: 9...14, with: &generator)
  builder.runEverywhere(with: &generator)
  for thread in builder.machine.frames.indices.shuffled(using: &generator) {
    // One node's thread takes all there is, and two frames more.
    var blocks: [Int] = []
    var left = builder.frameCount + 2
    while left > 0 {
      let count = min(left, generator.pick(1...9))
      let block = builder.allocate(count, builder.local, with: &generator)
      builder.touchAll(block, by: thread)
      blocks.append(block)
      left -= count
    }
    // What comes back is found again, and so is the page that had no frame.
    builder.touchAll(blocks[blocks.count - 1], by: thread)
    builder.deallocate(blocks.remove(at: generator.below(blocks.count - 1)))
    builder.touchAll(blocks[blocks.count - 1], by: thread)
    for block in blocks.shuffled(using: &generator) { builder.deallocate(block) }
  }
  return builder.trace()
}

private func preferred(with generator: inout SeededGenerator) -> Trace {
  var builder = NUMATraceBuilder(SimulatedMachine.Distances.asymmetric, frames: 9...14, with: &generator)
  builder.runEverywhere(with: &generator)
  for node in builder.machine.frames.indices.shuffled(using: &generator) {
    var blocks: [Int] = []
    var left = builder.frameCount + 1
    while left > 0 {
      let count = min(left, generator.pick(1...9))
      let block = builder.allocate(count, builder.preferred(node), with: &generator)
      // By whom says nothing, then and later.
      for page in 0..<count { builder.touch(page, of: block, by: generator.below(6)) }
      blocks.append(block)
      left -= count
    }
    for block in blocks { builder.touch(0, of: block, by: generator.below(6), 500) }
    for block in blocks { builder.deallocate(block) }
  }
  return builder.trace()
}

private func bind(with generator: inout SeededGenerator) -> Trace {
  var builder = NUMATraceBuilder(SimulatedMachine.Distances.asymmetric, frames: 6...9, with: &generator)
  builder.runEverywhere(with: &generator)
  for round in 0..<18 {
    // One node, two, or four of six.
    let nodes = Array((0..<6).shuffled(using: &generator).prefix([1, 2, 4][round % 3])).sorted()
    let room = nodes.reduce(0) { $0 + builder.machine.frames[$1].count }
    let block = builder.allocate(room + 2, builder.bind(nodes), with: &generator)
    let other = builder.allocate(3, builder.bind(nodes), with: &generator)
    let thread = round % 2 == 0 ? generator.below(6) : generator.pick(nodes)
    let pages = Array(0..<room + 2).shuffled(using: &generator)
    for page in pages { builder.touch(page, of: block, by: round % 4 == 3 ? generator.below(6) : thread) }
    builder.touchAll(other, by: thread)
    if round % 3 == 2 {
      // There is room elsewhere, and then here.
      let elsewhere = builder.allocate(2, builder.local, with: &generator)
      builder.touchAll(elsewhere, by: thread)
      builder.deallocate(elsewhere)
    }
    builder.deallocate(block)
    builder.touchAll(other, by: thread, 2000)
    builder.deallocate(other)
  }
  return builder.trace()
}

private func interleave(with generator: inout SeededGenerator) -> Trace {
  var builder = NUMATraceBuilder(SimulatedMachine.Distances.four, frames: 20...30, with: &generator)
  builder.runEverywhere(with: &generator)
  for round in 0..<10 {
    let nodes = Array((0..<4).shuffled(using: &generator).prefix([4, 3, 2, 1][round % 4])).sorted()
    let smallest = nodes.map { builder.machine.frames[$0].count }.min() ?? 0
    let room = nodes.reduce(0) { $0 + builder.machine.frames[$1].count }
    // Now within what all have, then beyond what the smallest has, then beyond what they have together.
    let count = [nodes.count * smallest / 2, nodes.count * smallest - 1, room + 3][round % 3]
    let block = builder.allocate(count, builder.interleave(nodes), with: &generator)
    let beside = builder.allocate(5, builder.interleave(nodes), with: &generator)
    builder.touch(0, of: beside, by: generator.below(4))
    let thread = generator.below(4)
    for page in Array(0..<count).shuffled(using: &generator) { builder.touch(page, of: block, by: thread) }
    // Its turns are its own; pages that have a frame take none.
    builder.touchAll(beside, by: generator.below(4), 300)
    builder.deallocate(block)
    builder.touchAll(beside, by: generator.below(4))
    builder.deallocate(beside)
  }
  return builder.trace()
}

private func weighted(with generator: inout SeededGenerator) -> Trace {
  var builder = NUMATraceBuilder(SimulatedMachine.Distances.ring, frames: 90...120, with: &generator)
  builder.runEverywhere(with: &generator)
  let some = generator.pick(2...6)
  // Those of each line fit, but for the last two, where nodes become full.
  let lists = [[3, 1, 0, 2], [1, 1, some, 0], [0, 0, 7, 0], [some, 5, 3, 2], [100, 1, 0, 0], [0, 255, 1, 30]]
  for (place, weights) in lists.enumerated() {
    let sum = weights.reduce(0, +)
    let count = place < 4 ? min(80, 4 * sum + 1) : 150
    let block = builder.allocate(count, builder.weighted(weights), with: &generator)
    let beside = builder.allocate(2 * min(sum, 12), builder.weighted(weights), with: &generator)
    let thread = generator.below(4)
    for page in Array(0..<count).shuffled(using: &generator) { builder.touch(page, of: block, by: thread) }
    builder.touchAll(beside, by: thread)
    builder.deallocate(block)
    builder.deallocate(beside)
  }
  // A node is full in the middle of its round, and then is not any more.
  let fill = builder.allocate(bytes: (builder.machine.frames[1].count - 3) * NUMAVocabulary.pageBytes, on: 1)
  let block = builder.allocate(60, builder.weighted([2, 8, 0, 0]), with: &generator)
  for page in 0..<30 { builder.touch(page, of: block, by: 2) }
  builder.deallocate(fill)
  for page in 30..<60 { builder.touch(page, of: block, by: 2) }
  return builder.trace()
}

private func reserved(with generator: inout SeededGenerator) -> Trace {
  var builder = NUMATraceBuilder(SimulatedMachine.Distances.four, frames: 8...12, with: &generator)
  builder.runEverywhere(with: &generator)
  let page = NUMAVocabulary.pageBytes
  for round in 0..<12 {
    let node = (round + generator.below(2) * 4) % 4
    let room = builder.machine.frames[node].count
    let part = generator.pick(2...4)
    // The last byte needs a page of its own, or not.
    let first = builder.allocate(bytes: (part - 1) * page + 1, on: node)
    let tooLarge = builder.allocate(bytes: (room - part) * page + 1, on: node)
    builder.touch(0, of: tooLarge, by: node)
    let rest = builder.allocate(bytes: (room - part) * page, on: node)
    let none = builder.allocate(bytes: 0, on: node)
    let one = builder.allocate(bytes: 1, on: node)
    // Reserved frames are nobody else's, though no page lies in them yet.
    let local = builder.allocate(2, builder.local, with: &generator)
    builder.touchAll(local, by: node)
    let bound = builder.allocate(1, builder.bind([node]), with: &generator)
    builder.touchAll(bound, by: node)
    for number in 0..<part { builder.touch(number, of: first, by: generator.below(4), generator.pick(1...900)) }
    for number in (0..<room - part).shuffled(using: &generator).prefix(round % 2 == 0 ? room : room / 2) {
      builder.touch(number, of: rest, by: generator.below(4))
    }
    builder.touchAll(first, by: generator.below(4))
    for block in [none, rest, one, tooLarge] { builder.deallocate(block) }
    // What was never touched is free too.
    let again = builder.allocate(bytes: (room - part) * page, on: node)
    builder.touchAll(again, by: generator.below(4))
    for block in [first, again, local, bound] { builder.deallocate(block) }
  }
  return builder.trace()
}

/// All policies in turn, until the machine is full, and once more.
private func everything(_ builder: inout NUMATraceBuilder, with generator: inout SeededGenerator) {
  builder.runEverywhere(with: &generator)
  let (nodes, threads) = (Array(builder.machine.frames.indices), builder.runnable)
  for _ in 0..<2 {
    var blocks: [Int] = []
    var left = builder.frameCount + 6
    while left > 0 {
      for node in nodes {
        let some = nodes.filter { $0 == node || generator.oneIn(2) }
        let policies = [
          builder.local, builder.preferred(node), builder.bind([node]), builder.bind(some), builder.interleave(some),
          builder.weighted(nodes.map { some.contains($0) ? generator.pick(1...3) : 0 }),
        ]
        for policy in policies {
          let block = builder.allocate(generator.pick(1...3), policy, with: &generator)
          builder.touchAll(block, by: generator.pick(threads))
          blocks.append(block)
          left -= 2
        }
        let block = builder.allocate(bytes: generator.pick(0...2) * NUMAVocabulary.pageBytes, on: node)
        builder.touchAll(block, by: generator.pick(threads))
        blocks.append(block)
      }
    }
    for block in blocks.shuffled(using: &generator) { builder.deallocate(block) }
  }
}

private func memoryless(with generator: inout SeededGenerator) -> Trace {
  // Two nodes of persistent memory, and one or two whose memory is not there.
  var builder = NUMATraceBuilder(
    SimulatedMachine.Distances.persistent, frames: 16...24, memoryless: [generator.pick(0...1), generator.pick(2...3)],
    withoutCPUs: [4, 5], with: &generator)
  everything(&builder, with: &generator)
  return builder.trace()
}

private func oneNode(with generator: inout SeededGenerator) -> Trace {
  var builder = NUMATraceBuilder([[10]], frames: 30...50, with: &generator)
  everything(&builder, with: &generator)
  return builder.trace()
}

private func reuse(with generator: inout SeededGenerator) -> Trace {
  var builder = NUMATraceBuilder(SimulatedMachine.Distances.ring, frames: 24...32, with: &generator)
  builder.runEverywhere(with: &generator)
  var blocks: [Int] = []
  var pages = 0
  for step in 0..<420 {
    if pages > builder.frameCount - 6 || pages > builder.frameCount / 2 && generator.oneIn(2) {
      let block = blocks.remove(at: generator.below(blocks.count))
      pages -= builder.live[block] ?? 0
      builder.deallocate(block)
    } else {
      let some = [generator.below(2), 2 + generator.below(2)]
      let policy = [
        builder.local, builder.local, builder.preferred(some[0]), builder.bind(some), builder.interleave(some),
        builder.weighted([1, generator.pick(0...2), 2, 0]),
      ][step % 6]
      let block = builder.allocate(generator.pick(1...5), policy, with: &generator)
      blocks.append(block)
      pages += builder.live[block] ?? 0
      // Some pages are never touched.
      for page in 0..<(builder.live[block] ?? 0) where !generator.oneIn(8) {
        builder.touch(page, of: block, by: generator.below(4), generator.logarithmic(1...40))
      }
    }
    if step % 30 == 29 { builder.run(generator.below(4), on: generator.below(4), with: &generator) }
    if let block = blocks.randomElement(using: &generator), let count = builder.live[block] {
      builder.touch(generator.below(count), of: block, by: generator.below(4), generator.logarithmic(1...200))
    }
  }
  return builder.trace()
}
