import Examining
import Traces
import Vocabularies
import Workloads

extension HeapChecker {
  static let workloads: [Workload] =
    [
      Workload("churn", "Damage among random comings and goings.") { generator in
        injured(
          &generator,
          before: { builder, generator in
            buildUp(&builder, &generator, operations: 600, population: 60) { $0.logarithmic(1...600) }
          }
        ) { builder, generator in
          builder.churn(operations: 60, population: 60, with: &generator) { ($0.logarithmic(1...600), 1) }
        }
      },
      Workload("small-blocks", "Damage among many blocks of a few bytes, and of none.") { generator in
        injured(
          &generator,
          before: { builder, generator in
            buildUp(&builder, &generator, operations: 900, population: 200) { $0.pick(0...24) }
          }
        ) { builder, generator in
          builder.churn(operations: 150, population: 200, with: &generator) { ($0.pick(0...24), 1) }
        }
      },
      Workload("holes", "Damage where most blocks are free, each between two that are live.") { generator in
        injured(&generator) { builder, generator in
          let size = generator.pick(2...12) * 16
          for _ in 0..<40 { builder.allocate(size + generator.below(16)) }
          var place = 0
          while place < builder.live.count {
            if generator.oneIn(2) { builder.deallocateKeepingOrder(at: place) } else { place += 1 }
          }
          while builder.live.count > 60 { builder.deallocate(at: generator.below(builder.live.count)) }
        }
      },
      Workload("coalescing", "Damage after everything was freed, in three orders.") { generator in
        injured(&generator) { builder, generator in
          builder.ramp(count: 30, order: generator.pick(ReleaseOrder.allCases), with: &generator) {
            ($0.logarithmic(1...400), 1)
          }
          for _ in 0..<generator.pick(4...12) { builder.allocate(generator.logarithmic(1...200)) }
          while builder.live.count > 20 { builder.deallocate(at: generator.below(builder.live.count)) }
        }
      },
      Workload("reallocation", "Damage among blocks that grow and shrink.") { generator in
        injured(
          &generator,
          before: { builder, generator in
            buildUp(&builder, &generator, operations: 300, population: 50) { $0.logarithmic(1...300) }
          }
        ) { builder, generator in
          for _ in 0..<60 {
            if builder.live.count < 40 || generator.oneIn(8) { builder.allocate(generator.logarithmic(1...300)) }
            let place = generator.below(builder.live.count)
            if generator.oneIn(5) {
              builder.deallocate(at: place)
            } else {
              let size = builder.live[place].size
              let larger = min(size + 1 + generator.below(120), 900)
              builder.reallocate(at: place, to: generator.oneIn(2) ? size / 2 : larger)
            }
          }
        }
      },
      Workload("exhaustion", "Damage in a small heap that is filled until it is full, again and again.") { generator in
        let room = generator.pick(8...12) * 4096 + generator.pick(0...255) * 16
        return injured(&generator, limit: room + ballastBlocks * 32 + 4096) { builder, generator in
          while builder.live.reduce(0, { $0 + $1.size }) < room { builder.allocate(generator.logarithmic(16...1500)) }
          builder.checkInvariants()
          builder.punchHoles(keepingOneIn: generator.pick(2...5), with: &generator)
        }
      },
      Workload("refilled", "Damage in a small heap that is filled, thinned out, and filled again with smaller blocks.")
      {
        generator in
        var builder = AllocationTraceBuilder()
        let limit = 16 * 4096 + generator.pick(0...255) * 16
        for round in 0..<20 {
          let size = 16 * generator.pick(30...40)
          while builder.liveBytes < limit { builder.allocate(size - 16 * (round % 2 * generator.pick(0...6))) }
          builder.checkInvariants()
          builder.punchHoles(keepingOneIn: generator.pick(9...12), with: &generator)
          builder.damage(record: generator.below(1 << 24), way: round % RecordDamage.allCases.count)
          builder.checkInvariants()
          // What is smaller than the holes fits into them.
          while builder.liveBytes < limit / 5 { builder.allocate(16 * generator.pick(8...20)) }
          builder.checkInvariants()
          builder.deallocateAll(shuffledWith: &generator)
        }
        return checkerTrace(builder, limit: limit)
      },
      Workload("large-blocks", "Damage among blocks of up to a few hundred kilobytes.") { generator in
        injured(&generator, limit: 8 << 20) { builder, generator in
          for _ in 0..<2 {
            while builder.live.count < 8 { builder.allocate(generator.logarithmic(1000...300_000)) }
            for _ in 0..<generator.pick(2...6) { builder.deallocate(at: generator.below(builder.live.count)) }
          }
        }
      },
      Workload("growth-refused", "Damage where the heap refuses to grow now and then.") { generator in
        injured(&generator) { builder, generator in
          for _ in 0..<4 {
            if generator.oneIn(2) { builder.fault(.growthFails, 1) } else { builder.fault(.growthWorks) }
            builder.churn(operations: 15, population: 70, with: &generator) { ($0.logarithmic(1...900), 1) }
          }
          builder.checkInvariants()
          builder.fault(.growthWorks)
          builder.churn(operations: 30, population: 60, with: &generator) { ($0.logarithmic(1...300), 1) }
        }
      },
      Workload("double-frees", "Blocks are freed twice, alone and after their neighbours have gone.") { generator in
        var builder = AllocationTraceBuilder()
        buildUp(&builder, &generator, operations: 400, population: 60) { $0.logarithmic(1...300) }
        for _ in 0..<60 {
          builder.churn(operations: 40, population: 60, with: &generator) { ($0.logarithmic(1...300), 1) }
          while builder.live.count < 10 { builder.allocate(generator.logarithmic(1...300)) }
          for _ in 0..<generator.pick(1...4) {
            builder.deallocate(at: generator.below(builder.live.count))
            builder.freeAgain()
          }
          builder.checkInvariants()
        }
        return checkerTrace(builder, checkedFrees: generator.pick(1...3))
      },
      Workload("wrong-addresses", "Addresses inside blocks, beside them, and outside the heap are freed.") {
        generator in
        var builder = AllocationTraceBuilder()
        buildUp(&builder, &generator, operations: 400, population: 60) { $0.logarithmic(1...300) }
        for _ in 0..<60 {
          builder.churn(operations: 40, population: 60, with: &generator) { ($0.logarithmic(1...300), 1) }
          while builder.live.count < 10 { builder.allocate(generator.logarithmic(1...300)) }
          for _ in 0..<3 { freeWrongly(&builder, &generator) }
          builder.checkInvariants()
        }
        return checkerTrace(builder, checkedFrees: generator.pick(1...3))
      },
      Workload("checked-frees", "Every free is a checked one, among wrong ones, in a heap that fills and empties.") {
        generator in
        var builder = AllocationTraceBuilder()
        let limit = 12 * 4096
        for _ in 0..<8 {
          while builder.liveBytes < limit { builder.allocate(generator.logarithmic(1...1200)) }
          while !builder.live.isEmpty {
            if generator.oneIn(6) { freeWrongly(&builder, &generator) }
            builder.deallocate(at: generator.below(builder.live.count))
            if generator.oneIn(6) { builder.freeAgain() }
          }
          builder.checkInvariants()
        }
        return checkerTrace(builder, limit: limit, checkedFrees: 1)
      },
    ] + exhaustive
}

/// Comings and goings with checks among them, before anything is damaged.
private func buildUp(
  _ builder: inout AllocationTraceBuilder, _ generator: inout SeededGenerator, operations: Int, population: Int,
  size: (inout SeededGenerator) -> Int
) {
  for _ in 0..<20 {
    builder.churn(operations: operations / 20, population: population, with: &generator) { (size(&$0), 1) }
    builder.checkInvariants()
  }
}

/// Blocks that are there from the beginning to the end, and small: whoever keeps a copy of the records has much to keep.
private let ballastBlocks = 8000

/// Damages one record after the other, each after a check and before one, and with `shape` in between; then many with no check.
///
/// Between the check before and the check after, blocks come, go, and are written to; and one time in three that is all. So that
/// bytes have changed since the last check says nothing. Before everything else comes the ballast.
private func injured(
  _ generator: inout SeededGenerator, limit: Int = 4 << 20,
  before: (inout AllocationTraceBuilder, inout SeededGenerator) -> Void = { _, _ in },
  shape: (inout AllocationTraceBuilder, inout SeededGenerator) -> Void
) -> Trace {
  var builder = AllocationTraceBuilder()
  let ballast = (0..<ballastBlocks).map { _ in builder.take(generator.pick(1...16)) }
  before(&builder, &generator)
  var damages = 0
  while damages < 84 {
    shape(&builder, &generator)
    // Nobody is to know from how often it was asked what has been done.
    if generator.oneIn(3) { builder.checkInvariants() }
    stir(&builder, &generator)
    if !generator.oneIn(3) {
      builder.damage(record: generator.below(1 << 24), way: damages % RecordDamage.allCases.count)
      damages += 1
    }
    builder.checkInvariants()
    // What was found has been undone.
    if generator.oneIn(2) { builder.checkInvariants() }
  }
  for _ in 0..<30 {
    shape(&builder, &generator)
    for _ in 0..<3 {
      builder.damage(record: generator.below(1 << 24), way: generator.below(RecordDamage.allCases.count))
    }
  }
  for block in ballast { builder.adopt(block) }
  builder.deallocateAll(shuffledWith: &generator)
  builder.ramp(count: 100, order: .random, with: &generator) { ($0.logarithmic(1...1000), 1) }
  return checkerTrace(builder, limit: limit, ballast: ballastBlocks)
}

/// A few operations, one at the least; some of them only write to a block that stays where it is.
private func stir(_ builder: inout AllocationTraceBuilder, _ generator: inout SeededGenerator) {
  for _ in 0..<generator.logarithmic(1...12) {
    let place = builder.live.isEmpty ? nil : generator.below(builder.live.count)
    switch (generator.below(4), place) {
    case (0, let place?): builder.deallocate(at: place)
    case (1, let place?): builder.reallocate(at: place, to: generator.logarithmic(1...300))
    // Its owner writes all of it anew.
    case (2, let place?): builder.reallocate(at: place, to: builder.live[place].size)
    default: builder.allocate(generator.logarithmic(1...300))
    }
  }
}

/// Frees an address where no block begins.
private func freeWrongly(_ builder: inout AllocationTraceBuilder, _ generator: inout SeededGenerator) {
  let place = generator.below(builder.live.count)
  switch generator.below(5) {
  case 0: builder.freeForeign(offset: generator.pick([0, 8, 16, 4096, 1 << 30]))
  case 1: builder.freeWrongly(.misalignedFree, at: place, offset: generator.pick(1...15))
  default:
    // Inside a block, most often where one could begin.
    let size = builder.live[place].size
    guard size > 1 else { return builder.freeForeign(offset: 0) }
    let isPlausible = size > 16 && !generator.oneIn(4)
    let offset = isPlausible ? 16 * generator.pick(1...(size - 1) / 16) : generator.pick(1...size - 1)
    builder.freeWrongly(.interiorFree, at: place, offset: offset)
  }
}

/// A trace for an allocator that checks itself; blocks begin at multiples of 16, and at no other address.
///
/// - Parameter ballast: how many of the first slots have blocks that stay; most damage is done elsewhere.
func checkerTrace(
  _ builder: AllocationTraceBuilder, limit: Int = 1 << 20, checkedFrees: Int = 0, ballast: Int = 0
) -> Trace {
  builder.trace(
    name: "heap-checker", seed: 0,
    parameters: [("heap.limit", limit), ("checked.frees", checkedFrees), ("ballast.slots", ballast)]
  ).mappingOperations { $0.aligned(to: 16) }
}
