import Traces
import Vocabularies
import Workloads

/// Each says which promise of the protocol it reaches; what is drawn never decides what is tested.
extension Fragmentation {
  static let workloads: [Workload] = [
    Workload("edges", "Questions before anything has happened, of an empty heap, a full one, and one of no bytes.") {
      edges(with: &$0)
    },
    Workload("cells", "A few blocks that begin and end in one small region, and all questions each time.", weight: 2) {
      cells(with: &$0)
    },
    Workload(
      "regions", "Regions that touch, grow, shrink, come and go: runs never join from one to the other.", weight: 2
    ) { regions(with: &$0) },
    Workload("orders", "Runs of 2^k bytes, of one more and of one less, for all k.", weight: 2) { orders(with: &$0) },
    Workload("high", "Addresses of the upper half, up to the last, and blocks of more than 4 GiB.") { high(with: &$0) },
    Workload("peaks", "Equal peaks, peaks that last no time, and heaps that are largest when little lives.", weight: 2)
    {
      peaks(with: &$0)
    },
    Workload("long-times", "Times and bytes whose products and sums need two words.") { longTimes(with: &$0) },
    Workload("snapshots", "Snapshots of the same heap and of others, earlier and later, empty and full.", weight: 2) {
      snapshots(with: &$0)
    },
    Workload("churn", "Blocks of all sizes in a few regions, fed in parts of any length.", weight: 2) {
      churn(with: &$0)
    },
    Workload("many", "A snapshot of 100,000 blocks, of which most end, and others begin.", weight: 2) {
      many(with: &$0)
    },
    Workload("short-lived", "Many blocks, of which few live at a time.") { shortLived(with: &$0) },
    Workload("program", "A program of 30,000 live blocks, and a question now and then.", isTimed: true) {
      program(with: &$0, changes: 24_000, live: 30_000, between: 400)
    },
    Workload("polled", "As many, and questions all the time.", isTimed: true) {
      program(with: &$0, changes: 10_000, live: 30_000, between: 4)
    },
  ]
}

extension HeapStreamBuilder {
  /// All questions, in any order; of orders a few.
  mutating func askAll(with generator: inout SeededGenerator) {
    var questions: [(MeterVocabulary.Kind, Int)] = MeterVocabulary.Kind.allCases.filter { $0 != .feed }.map {
      ($0, $0.hasOrder ? generator.below(12) : 0)
    }
    questions += [(.unusableBytes, generator.below(64)), (.unusableIndex, generator.pick(3...8))]
    questions.shuffle(using: &generator)
    for (kind, argument) in questions { ask(kind, argument) }
  }

  /// A block of a size that is drawn, with some bytes that nobody asked for; 0 bytes are asked for now and then.
  ///
  /// - Returns: whether there was a place for it.
  @discardableResult
  mutating func any(_ sizes: ClosedRange<Int>, unit: UInt64 = 16, with generator: inout SeededGenerator) -> Bool {
    let requested = generator.oneIn(20) ? 0 : UInt64(generator.logarithmic(sizes))
    let taken = max(1, (requested + UInt64(generator.pick([0, 0, 8])) + unit - 1) / unit) * unit
    return place(requested: requested, taken: taken, unit: unit, with: &generator) != nil
  }
}

private func start(with generator: inout SeededGenerator) -> UInt64 { UInt64(generator.pick(0x10...0xffff)) << 16 }

private func edges(with generator: inout SeededGenerator) -> Trace {
  var builder = HeapStreamBuilder()
  let start = start(with: &generator)
  builder.askAll(with: &generator)
  builder.feed(evenNothing: true)
  builder.askAll(with: &generator)
  builder.time = UInt64(generator.pick(1...1000))
  for round in 0..<12 {
    // The first moment has no bytes, or no block.
    builder.map(start, round.isMultiple(of: 2) ? 0 : 48)
    builder.askAll(with: &generator)
    builder.time += UInt64(generator.pick(1...50))
    builder.resize(start, 48)
    builder.askAll(with: &generator)
    builder.begin(start, requested: round % 3 == 0 ? 0 : 30, taken: 32)
    builder.askAll(with: &generator)
    builder.time += UInt64(generator.pick(1...50))
    builder.begin(start + 47, requested: UInt64(round % 2), taken: 1)
    builder.begin(start + 32, requested: 0, taken: 15)
    // Full.
    builder.askAll(with: &generator)
    builder.feed(evenNothing: true)
    for address in [start, start + 32, start + 47].shuffled(using: &generator) {
      builder.end(address)
      builder.askAll(with: &generator)
    }
    builder.resize(start, 0)
    builder.askAll(with: &generator)
    if round.isMultiple(of: 4) { builder.resize(start, UInt64(generator.pick(1...9))) }
    builder.time += UInt64(generator.pick(1...50))
    builder.unmap(start)
    builder.askAll(with: &generator)
    if round % 3 == 2 {
      builder.prepare { $0.forget() }
      builder.snapshot()
      builder.askAll(with: &generator)
    }
  }
  return builder.trace
}

private func cells(with generator: inout SeededGenerator) -> Trace {
  var builder = HeapStreamBuilder()
  builder.map(start(with: &generator), 16 * 12)
  for step in 0..<400 {
    // Now few blocks, now many.
    let most = step / 50 % 2 == 0 ? 4 : 9
    if builder.live.count < most, generator.below(5) > 1 {
      builder.any(1...48, with: &generator)
    } else {
      builder.endAny(with: &generator)
    }
    builder.time += UInt64(generator.below(4))
    builder.askAll(with: &generator)
  }
  return builder.trace
}

/// Five places for regions, side by side, 96 bytes each.
private func regions(with generator: inout SeededGenerator) -> Trace {
  var builder = HeapStreamBuilder()
  let start = start(with: &generator)
  func place(_ number: Int) -> UInt64 { start + 96 * UInt64(number) }
  var sizes: [Int: UInt64] = [:]
  for step in 0..<500 {
    let number = generator.below(5)
    let its = builder.live.filter { $0 >= place(number) && $0 < place(number + 1) }
    let most = its.max().map { builder.end(of: $0) - place(number) } ?? 0
    switch generator.below(9) {
    case 0...3: if builder.live.count < 12 { builder.any(1...48, with: &generator) }
    case 4...5: builder.endAny(with: &generator)
    case 6:
      if sizes[number] == nil {
        let size = UInt64(generator.pick([0, 32, 96, 96]))
        sizes[number] = size
        builder.map(place(number), size)
      }
    case 7:
      if sizes[number] != nil {
        let size = max(most, UInt64(generator.pick([0, 16, 33, 48, 96, 96])))
        sizes[number] = size
        builder.resize(place(number), size)
      }
    default:
      if sizes[number] != nil, its.isEmpty, step % 2 == 0 {
        sizes[number] = nil
        builder.unmap(place(number))
      }
    }
    builder.time += UInt64(generator.below(3))
    builder.askAll(with: &generator)
  }
  return builder.trace
}

/// Each run has a region of its own.
private func orders(with generator: inout SeededGenerator) -> Trace {
  var builder = HeapStreamBuilder()
  var lengths: [UInt64] = (0...57).flatMap { order in
    let length = UInt64(1) << UInt64(order)
    return order < 2 ? [length] : [length - 1, length, length + 1]
  }
  lengths.shuffle(using: &generator)
  var starts: [UInt64] = []
  var cursor = start(with: &generator)
  func askOrders(_ builder: inout HeapStreamBuilder) {
    for order in 0..<64 {
      builder.ask(.unusableBytes, order)
      builder.ask(.unusableIndex, order)
    }
    builder.askAll(with: &generator)
  }
  for length in lengths {
    builder.map(cursor, length)
    starts.append(cursor)
    cursor += length + UInt64(generator.below(3))
    builder.ask(.histogram)
    builder.ask(.largestRun)
  }
  askOrders(&builder)
  // The longest goes first, now and then.
  for (place, start) in zip(lengths, starts).sorted(by: { $0.0 > $1.0 }).map(\.1).enumerated() {
    builder.unmap(start)
    builder.ask(.largestRun)
    builder.ask(.externalFragmentation)
    if place % 20 == 0 { askOrders(&builder) } else { builder.ask(.histogram) }
  }
  for order in [58, 59, 60, 61, 62] {
    builder.map(starts[0], (1 << UInt64(order)) - UInt64(order == 62 ? 0 : generator.below(2)))
    askOrders(&builder)
    builder.unmap(starts[0])
  }
  return builder.trace
}

private func high(with generator: inout SeededGenerator) -> Trace {
  var builder = HeapStreamBuilder()
  let middle: UInt64 = 1 << 63
  let half: UInt64 = 1 << 36
  builder.map(middle - half, 2 * half)
  builder.map(.max - 4 * half, 4 * half)
  builder.map(UInt64(generator.pick(1...200)) << 36, UInt64(generator.pick(7...9)) << 57)
  // Around the middle, and up to the last byte that can be.
  builder.begin(middle - 8, requested: 9, taken: 16)
  builder.begin(.max - 16, requested: 16, taken: 16)
  builder.askAll(with: &generator)
  for _ in 0..<200 {
    if builder.live.count < 12, generator.below(5) > 1 {
      let sizes = generator.pick([1...64, 1 << 30...1 << 33, 1 << 32...1 << 35, 1 << 44...1 << 56])
      builder.any(sizes, unit: 16, with: &generator)
    } else {
      builder.endAny(with: &generator)
    }
    builder.time += UInt64(generator.below(1 << 20))
    builder.askAll(with: &generator)
    builder.ask(.unusableBytes, generator.pick(28...62))
    builder.ask(.unusableIndex, generator.pick(28...62))
  }
  return builder.trace
}

private func peaks(with generator: inout SeededGenerator) -> Trace {
  var builder = HeapStreamBuilder()
  let start = start(with: &generator)
  let unit = UInt64(generator.pick(1...40)) * 16
  builder.time = UInt64(generator.pick(0...1 << 40))
  // The first moment, without a block, is the first peak of live.
  builder.map(start, 8 * unit)
  builder.ask(.measures)
  for round in 0..<40 {
    let size = UInt64(8 + generator.below(4) + (round % 4 == 3 ? 4 : 0))
    builder.resize(start, size * unit)
    builder.ask(.measures)
    for place in 0..<UInt64(generator.pick(2...4) + round / 10) {
      // Those that were asked for little take as much.
      let requested = generator.oneIn(3) ? unit / 2 : unit
      builder.begin(start + place * unit, requested: requested, taken: unit)
      if generator.oneIn(2) { builder.time += UInt64(generator.below(20)) }
      if generator.oneIn(2) { builder.ask(.measures) }
    }
    if round % 3 == 0 {
      // A peak that lasts no time.
      builder.resize(start, (size + 3) * unit)
      builder.resize(start, 8 * unit)
      builder.begin(start + 7 * unit, requested: unit, taken: unit)
      builder.end(start + 7 * unit)
    }
    builder.ask(.measures)
    builder.time += UInt64(generator.below(30))
    for address in builder.live.shuffled(using: &generator) {
      builder.end(address)
      if generator.oneIn(2) { builder.time += UInt64(generator.below(20)) }
    }
    builder.askAll(with: &generator)
    if round % 13 == 12 {
      builder.unmap(start)
      builder.ask(.measures)
      builder.map(start, 8 * unit)
    }
  }
  return builder.trace
}

private func longTimes(with generator: inout SeededGenerator) -> Trace {
  var builder = HeapStreamBuilder()
  let start = start(with: &generator)
  builder.map(start, 1 << 61)
  for step in 0..<60 {
    if builder.live.count < 8, generator.oneIn(2) {
      builder.any(1 << 40...1 << 58, with: &generator)
    } else {
      builder.endAny(with: &generator)
    }
    builder.time += UInt64(generator.pick(1 << 40...1 << 57))
    builder.ask(.measures)
    if step % 10 == 9 { builder.askAll(with: &generator) }
  }
  builder.time = .max - UInt64(generator.below(3))
  builder.endAny(with: &generator)
  builder.ask(.measures)
  builder.time = .max
  builder.any(1...99, with: &generator)
  builder.askAll(with: &generator)
  return builder.trace
}
