import Examining
import Traces
import Vocabularies
import Workloads

/// Each says which promise of the protocol it reaches; what is drawn never decides what is tested.
extension Leaks {
  static let workloads: [Workload] = [
    Workload("small-graphs", "Every graph of two blocks, and every lost one of three.", weight: 2) {
      smallGraphs(with: &$0)
    },
    Workload("nothing", "An image without a live block: old words point to where some were.") { nothing(with: &$0) },
    Workload("inner-pointers", "Pointers to every byte of blocks, and one past their ends.", weight: 2) {
      innerPointers(with: &$0)
    },
    Workload(
      "unaligned", "Words that look like pointers, and do not count: not aligned, or cut off by the end.", weight: 2
    ) {
      unaligned(with: &$0)
    },
    Workload("sizes", "Blocks of 0 bytes and of a few, that are pointed to and that point.") { sizes(with: &$0) },
    Workload("roots", "Registers, globals and stacks, first word and last; free memory is none.", weight: 2) {
      roots(with: &$0)
    },
    Workload("circles", "Lost circles, entered here and there, and such as are not lost.", weight: 2) {
      circles(with: &$0)
    },
    Workload("chains", "Chains of up to 100,000 blocks, reached, possible and lost, up and down.", weight: 2) {
      chains(with: &$0)
    },
    Workload("upgrades", "Blocks that are possible at first sight, and then turn out to be reachable.", weight: 2) {
      upgrades(with: &$0)
    },
    Workload("records", "Many sites, large numbers of them, and leaks that hang on other leaks.", weight: 2) {
      records(with: &$0)
    },
    Workload("random", "Random graphs, from a pointer in ten blocks to three in each.", weight: 2) {
      Leaks.random(with: &$0)
    },
    Workload("program", "Lists, trees and tables of a program of 30,000 blocks.", isTimed: true) {
      Leaks.program(with: &$0)
    },
    Workload("buffers", "Large buffers full of numbers, and a few pointers.", isTimed: true) {
      Leaks.buffers(with: &$0)
    },
  ]

  /// All that can be asked, some of it twice.
  ///
  /// - Parameter inAnyOrder: totals and the report may come before the categories, which say most where something is wrong.
  static func questions(with generator: inout SeededGenerator, inAnyOrder: Bool = false) -> [UInt64] {
    var questions = [LeakVocabulary.word(.report)]
    for category in 1..<LeakVocabulary.categories.count {
      questions += [
        LeakVocabulary.word(.blockCount, category: category), LeakVocabulary.word(.byteCount, category: category),
      ]
    }
    questions.shuffle(using: &generator)
    let classify = LeakVocabulary.word(.classify)
    questions.insert(classify, at: inAnyOrder ? generator.pick(1...questions.count) : 0)
    return questions + [generator.pick([classify, LeakVocabulary.word(.report)])]
  }

  /// What is asked against the clock.
  static let timedQuestions = [LeakVocabulary.word(.classify), LeakVocabulary.word(.report)]
}

extension HeapImageBuilder {
  /// All questions about the image.
  func trace(
    with generator: inout SeededGenerator, order: [Int]? = nil, heaps: Int = 1, inAnyOrder: Bool = false
  ) -> Trace {
    Trace(
      asking: Leaks.questions(with: &generator, inAnyOrder: inAnyOrder), about: image(order: order, heaps: heaps))
  }

  /// A block of a size that is drawn, at a site of a few.
  mutating func any(_ sizes: ClosedRange<Int>, with generator: inout SeededGenerator, gap: Int = 8) -> Int {
    block(generator.pick(sizes), site: UInt64(generator.pick(1...9)), gap: gap)
  }

  /// A root of some kind.
  mutating func anyRoot(_ value: Value, with generator: inout SeededGenerator) {
    switch generator.below(3) {
    case 0: register(value)
    case 1: root(.globals, value)
    default: root(.stack, value)
    }
  }
}

/// Edges: 0 for none, 1 for a start pointer, 2 for an inner one.
private func smallGraphs(with generator: inout SeededGenerator) -> Trace {
  var builder = HeapImageBuilder(with: &generator)
  var components: [[Int]] = []
  func connect(_ builder: inout HeapImageBuilder, _ from: Int, _ slot: Int, _ to: Int, _ edge: Int) {
    guard edge > 0 else { return }
    let plus = edge == 1 ? 0 : generator.pick(1...builder.size(of: to) - 1)
    builder.point(from, at: 8 * slot, to: to, plus: plus)
  }
  for number in 0..<(3 * 3 * 3 * 3 * 2) {
    let (there, back, first, second, itself) = (
      number % 3, number / 3 % 3, number / 9 % 3, number / 27 % 3, number / 81
    )
    for isTurned in [false, true] {
      let pair = [builder.any(16...40, with: &generator), builder.any(16...40, with: &generator)]
      connect(&builder, pair[0], 0, pair[1], there)
      connect(&builder, pair[1], 0, pair[0], back)
      connect(&builder, pair[0], 1, pair[0], itself)
      for (block, edge) in zip(pair, [first, second]) where edge > 0 {
        builder.anyRoot(.pointer(block, plus: edge == 1 ? 0 : generator.pick(1...15)), with: &generator)
      }
      components.append(isTurned ? pair.reversed() : pair)
    }
  }
  let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
  for edges in 0..<64 {
    for order in orders {
      let three = (0..<3).map { _ in builder.any(16...40, with: &generator) }
      var edge = 0
      for from in 0..<3 {
        for to in 0..<3 where to != from {
          if edges >> edge & 1 == 1 {
            connect(&builder, three[from], to > from ? to - 1 : to, three[to], generator.pick(1...2))
          }
          edge += 1
        }
      }
      components.append(order.map { three[$0] })
    }
  }
  components.shuffle(using: &generator)
  return builder.trace(with: &generator, order: components.flatMap { $0 }, heaps: 3)
}

private func nothing(with generator: inout SeededGenerator) -> Trace {
  var builder = HeapImageBuilder(with: &generator)
  let blocks = (0..<40).map { _ in builder.any(1...200, with: &generator) }
  for block in blocks { builder.anyRoot(.pointer(block), with: &generator) }
  var image = builder.image()
  image.blocks = []
  return Trace(asking: Leaks.questions(with: &generator), about: image)
}

/// Neighbours without a byte between them as well: one past the end of one is then the start of the other.
private func innerPointers(with generator: inout SeededGenerator) -> Trace {
  var builder = HeapImageBuilder(with: &generator)
  for size in [1, 2, 8, 9, 16, 31, 64] {
    for plus in Set([-1, 0, 1, size / 2, size - 1, size, size + 1]).sorted() {
      for gap in [0, 16] {
        for isRoot in [true, false] {
          let before = builder.block(16, site: 1, gap: 16)
          let target = builder.block(size, site: 2, gap: gap)
          _ = builder.block(24, site: 3, gap: 16)
          if isRoot {
            builder.anyRoot(.pointer(target, plus: plus), with: &generator)
          } else {
            builder.point(before, at: 8 * generator.below(2), to: target, plus: plus)
            if generator.oneIn(2) { builder.anyRoot(.pointer(before), with: &generator) }
          }
        }
      }
    }
  }
  // Before the first block of all and behind the last.
  builder.register(.pointer(0, plus: -1))
  builder.register(.pointer(0, plus: -4096))
  builder.register(.pointer(builder.blockCount - 1, plus: 4096))
  for word in [0, 1, UInt64.max, 1 << 63, UInt64.max - 7] { builder.register(.word(word)) }
  return builder.trace(with: &generator)
}

private func unaligned(with generator: inout SeededGenerator) -> Trace {
  var builder = HeapImageBuilder(with: &generator)
  func target() -> Int { builder.block(generator.pick(8...40), site: 1, gap: 16) }
  for shift in 0..<8 {
    for skew in [0, 1, 4, 7, 8, 12] {
      // In a block that is reached; where it begins says which offsets are aligned.
      let holder = builder.block(32, site: 2, skew: skew, gap: 16)
      builder.anyRoot(.pointer(holder), with: &generator)
      builder.point(holder, at: 8 + shift, to: target())
      let lost = builder.block(32, site: 3, skew: skew, gap: 16)
      builder.point(lost, at: shift, to: target())
    }
    // Cut off by the end: the bytes behind it are free, and make the pointer whole.
    for size in 1...15 {
      let holder = builder.block(size, site: 4, skew: generator.pick([0, 8, shift]), gap: 24)
      builder.root(.globals, .pointer(holder))
      builder.point(holder, at: size & ~7, to: target())
      let last = builder.block(size + 8, site: 4, gap: 24)
      builder.root(.stack, .pointer(last))
      builder.point(last, at: size + 8 - shift, to: target())
    }
  }
  // Regions of roots that begin and end anywhere.
  for kind in HeapImageBuilder.RootKind.allCases {
    for skew in 0..<8 {
      for shift in 0..<8 {
        let region = builder.region(kind, byteCount: 16 + shift, skew: skew)
        builder.set(region: region, at: shift, to: .pointer(target()))
      }
    }
  }
  return builder.trace(with: &generator)
}

private func sizes(with generator: inout SeededGenerator) -> Trace {
  var builder = HeapImageBuilder(with: &generator)
  for size in [0, 1, 7, 8, 9, 15, 16] {
    for gap in [0, 8] {
      for plus in [0, 1, 7, 8] {
        for way in 0..<4 {
          let block = builder.block(size, site: UInt64(size), gap: gap)
          let next = builder.block(size, site: 99, gap: 8)
          let holder = builder.block(16, site: 100, gap: 8)
          if size >= 8 { builder.point(block, at: 0, to: next) }
          switch way {
          case 0: builder.anyRoot(.pointer(block, plus: plus), with: &generator)
          case 1: builder.point(holder, at: 8, to: block, plus: plus)
          case 2:
            builder.point(holder, at: 0, to: block, plus: plus)
            builder.anyRoot(.pointer(holder), with: &generator)
          default: break
          }
        }
      }
    }
  }
  return builder.trace(with: &generator, heaps: 2)
}

/// Each root is the only way to its block.
private func roots(with generator: inout SeededGenerator) -> Trace {
  var builder = HeapImageBuilder(with: &generator)
  func target() -> Int { builder.any(1...60, with: &generator) }
  for _ in 0..<34 { builder.register(.pointer(target(), plus: 0)) }
  for kind in HeapImageBuilder.RootKind.allCases {
    for words in [1, 2, 3, 17, 300] {
      builder.region(kind)
      for word in 0..<words {
        let isUsed = word == 0 || word == words - 1 || generator.oneIn(3)
        builder.root(kind, isUsed ? .pointer(target()) : .word(UInt64(generator.below(1 << 20))))
      }
    }
    // Too short for a word.
    builder.region(kind, byteCount: generator.pick(0...7))
  }
  for _ in 0..<60 {
    // What stands behind a block's end belongs to nobody.
    let free = builder.block(8 * generator.pick(0...4), site: 20, gap: 40)
    if generator.oneIn(2) { builder.anyRoot(.pointer(free), with: &generator) }
    builder.point(free, at: (builder.size(of: free) + 15) & ~7, to: target())
    builder.point(free, at: ((builder.size(of: free) + 15) & ~7) + 8, to: target())
  }
  return builder.trace(with: &generator, heaps: 4)
}

private func circles(with generator: inout SeededGenerator) -> Trace {
  var builder = HeapImageBuilder(with: &generator)
  var order: [Int] = []
  for length in 1...6 {
    for entry in 0...length {
      for turn in 0..<3 {
        var circle = (0..<length).map { _ in builder.any(16...48, with: &generator) }
        for (place, block) in circle.enumerated() {
          let next = circle[(place + 1) % length]
          builder.point(block, at: 0, to: next, plus: generator.oneIn(3) ? generator.pick(0...15) : 0)
        }
        var outside: [Int] = []
        if entry < length {
          // A block from outside leads in: to the one with the lowest address or to another, from below or from above.
          outside = [builder.any(16...48, with: &generator)]
          builder.point(outside[0], at: 8, to: circle[entry])
          if turn == 2, generator.oneIn(2) { builder.anyRoot(.pointer(outside[0]), with: &generator) }
        }
        if turn == 1 { circle.reverse() }
        let tail = builder.any(16...48, with: &generator)
        builder.point(circle[generator.below(length)], at: 8, to: tail)
        order += turn == 0 ? outside + circle + [tail] : circle + [tail] + outside
      }
    }
  }
  // Two circles that lead to each other, or one to the other.
  for back in 0..<4 {
    let blocks = (0..<6).map { _ in builder.any(24...48, with: &generator) }
    for place in 0..<3 {
      builder.point(blocks[place], at: 0, to: blocks[(place + 1) % 3])
      builder.point(blocks[3 + place], at: 0, to: blocks[3 + (place + 1) % 3])
    }
    builder.point(blocks[3 + back % 3], at: 8, to: blocks[back % 3])
    if back > 1 { builder.point(blocks[1], at: 8, to: blocks[4]) }
    order += blocks.shuffled(using: &generator)
  }
  return builder.trace(with: &generator, order: order)
}

private func chains(with generator: inout SeededGenerator) -> Trace {
  var builder = HeapImageBuilder(with: &generator, isNoisy: false)
  var order: [Int] = []
  // Reached, possible, lost, and lost at descending addresses, where each head in turn becomes indirect.
  for (kind, count) in [100_000, 30_000, 30_000, 100_000].enumerated() {
    let chain = (0..<count).map { _ in builder.block(8, site: UInt64(1 + kind), gap: 8) }
    for place in 1..<count { builder.point(chain[place - 1], at: 0, to: chain[place]) }
    switch kind {
    case 0: builder.anyRoot(.pointer(chain[0]), with: &generator)
    case 1: builder.anyRoot(.pointer(chain[0], plus: 4), with: &generator)
    default: break
    }
    order += kind == 3 ? chain.reversed() : chain
  }
  return builder.trace(with: &generator, order: order)
}

/// An inner pointer that is met first, and a start pointer later, along ways of all lengths; whatever the order is in which one goes.
private func upgrades(with generator: inout SeededGenerator) -> Trace {
  var builder = HeapImageBuilder(with: &generator)
  for round in 0..<300 {
    let target = builder.any(16...64, with: &generator)
    let tail = (0..<generator.pick(1...4)).map { _ in builder.any(16...64, with: &generator) }
    builder.point(target, at: 0, to: tail[0])
    for place in 1..<max(1, tail.count) { builder.point(tail[place - 1], at: 8, to: tail[place]) }
    var ends = [target, target]
    for way in 0...1 {
      for _ in 0..<generator.below(5) {
        let block = builder.any(24...64, with: &generator)
        builder.point(block, at: 8 * generator.below(3), to: ends[way], plus: way == 1 && ends[1] == target ? 5 : 0)
        ends[way] = block
      }
    }
    let values: [HeapImageBuilder.Value] = [
      .pointer(ends[0]), .pointer(ends[1], plus: ends[1] == target ? 5 : 0),
    ]
    for value in round % 2 == 0 ? values : values.reversed() where round % 5 != 4 || generator.oneIn(2) {
      builder.anyRoot(value, with: &generator)
    }
  }
  let order = Array(0..<builder.blockCount).shuffled(using: &generator)
  return builder.trace(with: &generator, order: order)
}

private func records(with generator: inout SeededGenerator) -> Trace {
  var builder = HeapImageBuilder(with: &generator)
  let sites: [UInt64] =
    [0, 1, .max, .max - 1, 1 << 63, 1 << 63 - 1, 1 << 32, UInt64(generator.next() >> 1)]
    + (0..<30).map { _ in UInt64(generator.pick(2...1 << 40)) }
  for _ in 0..<250 {
    // A tree, its blocks at addresses in any order, so that heads become indirect together with what they had.
    let blocks = (0..<generator.pick(1...9)).map { _ in
      builder.block(generator.pick(32...500), site: generator.pick(sites))
    }
    for place in blocks.indices.dropFirst() {
      builder.point(blocks[generator.below(place)], at: 8 * generator.below(4), to: blocks[place])
    }
    switch generator.below(5) {
    case 0: builder.anyRoot(.pointer(blocks[0]), with: &generator)
    case 1: builder.anyRoot(.pointer(blocks[0], plus: generator.pick(1...31)), with: &generator)
    default: break
    }
  }
  let order = Array(0..<builder.blockCount).shuffled(using: &generator)
  return builder.trace(with: &generator, order: order, heaps: 2, inAnyOrder: true)
}
