import Examining
import Traces
import Workloads

extension CachePlacement {
  /// Bytes of the heaps.
  static let limit = 4 << 20

  static let workloads: [Workload] = [
    Workload("sizes", "Blocks of every size and alignment, with hints and without, that come and go.", generate: sizes),
    Workload(
      "threads", "Two threads' blocks in turn: each in lines of its own, whatever the hint is.", generate: threads),
    Workload(
      "fullness", "As many blocks as there must be room for, twice, and some more than any heap holds.",
      generate: fullness),
    Workload(
      "runs-of-pages", "Blocks of two pages that end and are made anew, hundreds of times, in a small heap.",
      generate: runsOfPages),
    Workload("lists", "Lists that grow side by side, and are walked one by one.", weight: 2, generate: lists),
    Workload("tree", "A search tree that grows in random order, and is searched.", weight: 2, generate: tree),
    Workload(
      "hash-table", "Chains of a hash table, in which nodes come, go and are looked up.", weight: 2, generate: hashTable
    ),
    Workload(
      "hot-and-cold", "Small parts that are used all the time, beside large ones that hardly are.", weight: 2,
      generate: hotAndCold),
    Workload(
      "arrays", "Structures of arrays, of a power of two of bytes each, that are walked side by side.", weight: 2,
      generate: arrays),
    Workload(
      "counters", "Counters and queues of two threads, which each writes for itself.", weight: 2, generate: counters),
    Workload(
      "refill", "Objects of mixed sizes that end and are made anew in the holes of others.", weight: 2, generate: refill
    ),
    Workload(
      "wrong-hints", "Lists, where one hint in four is of another list, another thread, or a block that has ended.",
      weight: 2, generate: wrongHints),
    Workload(
      "hand-over", "Messages that one thread makes, and the other reads and ends.", weight: 2, generate: handOver),
  ]
}

/// Every size at the limits of what the protocol says, and some between.
private func sizes(with generator: inout SeededGenerator) -> Trace {
  var builder = PlacementTraceBuilder()
  var live: [Int] = []
  func near(_ generator: inout SeededGenerator) -> Int? {
    generator.oneIn(3) || live.isEmpty ? nil : generator.pick(live)
  }
  for size in [
    0, 1, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65, 79, 80, 127, 128, 129, 2047, 2048, 2049, 4095, 4096, 4097,
    40_000,
  ] {
    for alignment in [1, 8, 16, 64, 128, 4096] where size <= 4096 || alignment < 128 {
      live.append(builder.allocate(size, alignment: alignment, near: near(&generator)))
    }
  }
  for _ in 0..<2200 {
    if live.count > 150 || generator.oneIn(3), !live.isEmpty {
      builder.end(live.remove(at: generator.below(live.count)))
    } else {
      let size = generator.oneIn(8) ? generator.pick(0...9000) : generator.pick(0...180)
      live.append(builder.allocate(size, alignment: 1 << generator.below(7), near: near(&generator)))
    }
    if let block = live.last, generator.oneIn(2) { builder.write(block) }
  }
  return builder.trace(heapLimit: 8 * CachePlacement.limit)
}

private func threads(with generator: inout SeededGenerator) -> Trace {
  var builder = PlacementTraceBuilder()
  var live: [(block: Int, owner: Int)] = []
  for _ in 0..<2500 {
    let thread = generator.below(2)
    if live.count > 120 || generator.oneIn(3), !live.isEmpty {
      // Whoever ends it.
      builder.end(live.remove(at: generator.below(live.count)).block, thread: thread)
      continue
    }
    let near = live.isEmpty || generator.oneIn(4) ? nil : generator.pick(live).block
    let size = generator.oneIn(4) ? generator.pick(60...900) : generator.pick(1...64)
    live.append((builder.allocate(size, alignment: 1 << generator.below(5), near: near, thread: thread), thread))
    let mine = live[live.count - 1]
    builder.write(mine.block, thread: mine.owner)
  }
  return builder.trace(heapLimit: CachePlacement.limit)
}

private func fullness(with generator: inout SeededGenerator) -> Trace {
  var builder = PlacementTraceBuilder()
  let limit = 1 << 20
  for _ in 0..<2 {
    var live: [Int] = []
    // An eighth, with each block's power of two and 64 bytes more.
    var left = limit / 8
    while left > 200 {
      let order = generator.pick([6, 6, 6, 7, 8, 11, 12])
      guard left >= 1 << order + 64 else { continue }
      left -= 1 << order + 64
      let near = live.isEmpty || generator.oneIn(2) ? nil : generator.pick(live)
      live.append(
        builder.allocate(generator.pick(1 << (order - 1) + 1...1 << order), near: near, thread: generator.below(2)))
    }
    for size in [.max, limit, limit + 1, 2 * limit] { _ = builder.allocate(size, near: live.first) }
    live.shuffle(using: &generator)
    for block in live { builder.end(block, thread: generator.below(2)) }
  }
  // Nothing is left: half of that room in blocks of one size, and of another.
  for order in [6, 12] {
    let blocks = (0..<limit / 16 / (1 << order + 64)).map { _ in builder.allocate(1 << order) }
    for block in blocks { builder.end(block) }
  }
  return builder.trace(heapLimit: limit)
}

/// What ends is all free again, however often: pages that got lost would be missed by the end.
private func runsOfPages(with generator: inout SeededGenerator) -> Trace {
  var builder = PlacementTraceBuilder()
  for _ in 0..<30 {
    let blocks = (0..<14).map { _ in builder.allocate(generator.pick(7000...8192)) }
    for block in blocks { builder.end(block) }
  }
  return builder.trace(heapLimit: 1 << 20)
}

private func lists(with generator: inout SeededGenerator) -> Trace {
  var builder = PlacementTraceBuilder()
  let lists = grownLists(&builder, count: 60, nodes: generator.pick(44...48), wrongHints: nil, &generator)
  for _ in 0..<12 * lists.count { builder.walk(generator.pick(lists), 16) }
  return builder.trace(heapLimit: CachePlacement.limit, parameters: MissBounds.parameters(.chains, most: 700))
}

/// Lists that grow in turn, one node each.
///
/// - Parameter wrongHints: one hint in so many is of something else.
private func grownLists(
  _ builder: inout PlacementTraceBuilder, count: Int, nodes: Int, wrongHints: Int?, _ generator: inout SeededGenerator
) -> [[Int]] {
  var lists = Array(repeating: [Int](), count: count)
  // Of each list all nodes have a size.
  let sizes = (0..<count).map { _ in generator.pick([16, 16, 16, 32]) }
  var order = Array(0..<count)
  var ended: [Int] = []
  for _ in 0..<nodes {
    order.shuffle(using: &generator)
    for list in order {
      var near = lists[list].last
      if let wrongHints, generator.oneIn(wrongHints) {
        near = ended.isEmpty || generator.oneIn(2) ? lists[generator.below(count)].last : generator.pick(ended)
      }
      lists[list].append(builder.allocate(sizes[list], near: near))
      if wrongHints != nil, generator.oneIn(12) {
        let block = builder.allocate(generator.pick(8...64), thread: 1)
        builder.write(block, thread: 1)
        builder.end(block, thread: 1)
        ended.append(block)
        if ended.count > 20 { ended.removeFirst() }
      }
    }
  }
  return lists
}

private func wrongHints(with generator: inout SeededGenerator) -> Trace {
  var builder = PlacementTraceBuilder()
  let lists = grownLists(&builder, count: 60, nodes: generator.pick(44...48), wrongHints: 4, &generator)
  for _ in 0..<12 * lists.count { builder.walk(generator.pick(lists), 16) }
  return builder.trace(heapLimit: CachePlacement.limit, parameters: MissBounds.parameters(.chains))
}

private func tree(with generator: inout SeededGenerator) -> Trace {
  var builder = PlacementTraceBuilder()
  let count = generator.pick(3400...3600)
  // By key: the node, and its children's keys.
  var keys = Array(0..<count)
  keys.shuffle(using: &generator)
  var nodes = Array(repeating: -1, count: count)
  var children = Array(repeating: (left: -1, right: -1), count: count)
  func path(to key: Int) -> [Int] {
    var path: [Int] = []
    var at = keys[0]
    while at >= 0, at != key {
      path.append(at)
      at = key < at ? children[at].left : children[at].right
    }
    return path + (at >= 0 ? [at] : [])
  }
  for key in keys {
    let above = nodes[keys[0]] < 0 ? [] : path(to: key)
    // Whoever inserts has searched for the place.
    if generator.oneIn(8) { builder.walk(above.map { nodes[$0] }, 16) }
    nodes[key] = builder.allocate(16, near: above.last.map { nodes[$0] })
    builder.write(nodes[key])
    guard let parent = above.last else { continue }
    if key < parent { children[parent].left = key } else { children[parent].right = key }
  }
  for _ in 0..<2200 { builder.walk(path(to: generator.below(count)).map { nodes[$0] }, 16) }
  return builder.trace(heapLimit: CachePlacement.limit, parameters: MissBounds.parameters(.chains, own: 400))
}

private func hashTable(with generator: inout SeededGenerator) -> Trace {
  var builder = PlacementTraceBuilder()
  let buckets = generator.pick(250...260)
  let table = builder.allocate(8 * buckets, alignment: 64)
  var chains = Array(repeating: [Int](), count: buckets)
  func look(_ bucket: Int, _ builder: inout PlacementTraceBuilder) {
    builder.read(table, at: 8 * bucket, 8)
    builder.walk(chains[bucket], 16)
  }
  for step in 0..<12 * buckets {
    let bucket = generator.below(buckets)
    if step < 9 * buckets || generator.oneIn(2) {
      chains[bucket].append(builder.allocate(generator.pick([12, 16]), near: chains[bucket].last ?? table))
      builder.write(chains[bucket][chains[bucket].count - 1])
      builder.write(table, at: 8 * bucket, 8)
    } else if !chains[bucket].isEmpty {
      builder.end(chains[bucket].remove(at: generator.below(chains[bucket].count)))
    }
  }
  for _ in 0..<14 * buckets { look(generator.below(buckets), &builder) }
  return builder.trace(heapLimit: CachePlacement.limit, parameters: MissBounds.parameters(.chains, own: 400))
}

private func hotAndCold(with generator: inout SeededGenerator) -> Trace {
  var builder = PlacementTraceBuilder()
  var hot: [Int] = []
  for _ in 0..<generator.pick(1200...1300) {
    let cold = builder.allocate(generator.pick([48, 56, 112, 200]))
    builder.write(cold, at: 0, 8)
    hot.append(builder.allocate(16, near: hot.last))
    builder.write(hot[hot.count - 1])
  }
  for _ in 0..<20 { builder.walk(hot, 16) }
  return builder.trace(heapLimit: CachePlacement.limit, parameters: MissBounds.parameters(.temperature, most: 720))
}

private func arrays(with generator: inout SeededGenerator) -> Trace {
  var builder = PlacementTraceBuilder()
  let bytes = 4096
  let arrays = (0..<generator.pick(12...14)).map { _ in builder.allocate(bytes, alignment: 64) }
  for array in arrays { builder.write(array) }
  // Element by element of all arrays; and once record by record of one.
  for _ in 0..<4 {
    for element in 0..<bytes / 16 {
      for array in arrays { builder.read(array, at: 16 * element, 8) }
    }
  }
  let count = generator.pick(100...300)
  let records = builder.allocate(96 * count, alignment: 64)
  for record in 0..<count { builder.read(records, at: 96 * record, 16) }
  for array in arrays { builder.end(array) }
  return builder.trace(heapLimit: CachePlacement.limit, parameters: MissBounds.parameters(.sets, most: 600))
}

private func counters(with generator: inout SeededGenerator) -> Trace {
  var builder = PlacementTraceBuilder()
  var counters: [[Int]] = [[], []]
  for _ in 0..<generator.pick(380...420) {
    let thread = generator.below(2)
    // A hint that follows from the program's text, and not from who writes.
    let near = counters.flatMap { $0 }.last
    counters[thread].append(builder.allocate(generator.pick([4, 8, 8, 16]), near: near, thread: thread))
  }
  for step in 0..<9000 {
    let thread = step & 1
    builder.write(generator.pick(counters[thread]), thread: thread)
  }
  return builder.trace(heapLimit: CachePlacement.limit, parameters: MissBounds.parameters(.others))
}

private func refill(with generator: inout SeededGenerator) -> Trace {
  var builder = PlacementTraceBuilder()
  let sizes = [8, 16, 16, 16, 16, 24]
  func part(_ object: [Int], _ builder: inout PlacementTraceBuilder, _ generator: inout SeededGenerator) -> Int {
    let part = builder.allocate(generator.pick(sizes), near: object.last)
    builder.write(part)
    return part
  }
  var objects = Array(repeating: [Int](), count: 200)
  // They grow side by side.
  for _ in 0..<7 {
    for object in objects.indices { objects[object].append(part(objects[object], &builder, &generator)) }
  }
  for _ in 0..<420 {
    let place = generator.below(objects.count)
    // The whole object, or some parts, which are made anew beside those that stay.
    let isWhole = generator.oneIn(3)
    for _ in 0..<(isWhole ? objects[place].count : 3) {
      builder.end(objects[place].remove(at: generator.below(objects[place].count)))
    }
    while objects[place].count < 7 { objects[place].append(part(objects[place], &builder, &generator)) }
    for _ in 0..<2 { builder.walk(generator.pick(objects), 8) }
  }
  for _ in 0..<3500 { builder.walk(generator.pick(objects), 8) }
  return builder.trace(heapLimit: CachePlacement.limit, parameters: MissBounds.parameters(.chains))
}

private func handOver(with generator: inout SeededGenerator) -> Trace {
  var builder = PlacementTraceBuilder()
  var queue: [Int] = []
  for _ in 0..<2500 {
    if queue.count < 4 || queue.count < 60 && generator.oneIn(2) {
      queue.append(builder.allocate(generator.pick([24, 40, 64, 120]), near: queue.last))
      builder.write(queue[queue.count - 1])
    } else {
      let message = queue.removeFirst()
      builder.read(message, thread: 1)
      builder.end(message, thread: 1)
    }
  }
  return builder.trace(heapLimit: CachePlacement.limit, parameters: MissBounds.parameters(.others))
}
