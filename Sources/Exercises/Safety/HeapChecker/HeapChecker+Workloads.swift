import Examining
import Traces
import Vocabularies
import Workloads

extension HeapChecker {
  static let workloads: [Workload] = [
    Workload("churn", "Damage among random comings and goings.") { generator in
      var builder = AllocationTraceBuilder()
      buildUp(&builder, &generator, operations: 600, population: 60) { $0.logarithmic(1...600) }
      injure(&builder, &generator) { builder, generator in
        builder.churn(operations: 60, population: 60, with: &generator) { ($0.logarithmic(1...600), 1) }
      }
      return checkerTrace(builder)
    },
    Workload("small-blocks", "Damage among many blocks of a few bytes, and of none.") { generator in
      var builder = AllocationTraceBuilder()
      buildUp(&builder, &generator, operations: 900, population: 200) { $0.pick(0...24) }
      injure(&builder, &generator) { builder, generator in
        builder.churn(operations: 150, population: 200, with: &generator) { ($0.pick(0...24), 1) }
      }
      return checkerTrace(builder)
    },
    Workload("holes", "Damage where most blocks are free, each between two that are live.") { generator in
      var builder = AllocationTraceBuilder()
      injure(&builder, &generator) { builder, generator in
        let size = generator.pick(2...12) * 16
        for _ in 0..<40 { builder.allocate(size + generator.below(16)) }
        var place = 0
        while place < builder.live.count {
          if generator.oneIn(2) { builder.deallocateKeepingOrder(at: place) } else { place += 1 }
        }
        while builder.live.count > 60 { builder.deallocate(at: generator.below(builder.live.count)) }
      }
      return checkerTrace(builder)
    },
    Workload("coalescing", "Damage after everything was freed, in three orders.") { generator in
      var builder = AllocationTraceBuilder()
      injure(&builder, &generator) { builder, generator in
        builder.ramp(count: 30, order: generator.pick(ReleaseOrder.allCases), with: &generator) {
          ($0.logarithmic(1...400), 1)
        }
        for _ in 0..<generator.pick(4...12) { builder.allocate(generator.logarithmic(1...200)) }
        while builder.live.count > 20 { builder.deallocate(at: generator.below(builder.live.count)) }
      }
      return checkerTrace(builder)
    },
    Workload("reallocation", "Damage among blocks that grow and shrink.") { generator in
      var builder = AllocationTraceBuilder()
      buildUp(&builder, &generator, operations: 300, population: 50) { $0.logarithmic(1...300) }
      injure(&builder, &generator) { builder, generator in
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
      return checkerTrace(builder)
    },
    Workload("exhaustion", "Damage in a small heap that is filled until it is full, again and again.") { generator in
      var builder = AllocationTraceBuilder()
      let limit = generator.pick(8...12) * 4096 + generator.pick(0...255) * 16
      injure(&builder, &generator) { builder, generator in
        while builder.liveBytes < limit { builder.allocate(generator.logarithmic(16...1500)) }
        builder.checkInvariants()
        builder.punchHoles(keepingOneIn: generator.pick(2...5), with: &generator)
      }
      return checkerTrace(builder, limit: limit)
    },
    Workload("growth-refused", "Damage where the heap refuses to grow now and then.") { generator in
      var builder = AllocationTraceBuilder()
      injure(&builder, &generator) { builder, generator in
        for _ in 0..<4 {
          if generator.oneIn(2) { builder.fault(.growthFails, 1) } else { builder.fault(.growthWorks) }
          builder.churn(operations: 15, population: 70, with: &generator) { ($0.logarithmic(1...900), 1) }
        }
        builder.checkInvariants()
        builder.fault(.growthWorks)
        builder.churn(operations: 30, population: 60, with: &generator) { ($0.logarithmic(1...300), 1) }
      }
      return checkerTrace(builder)
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
  ]
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

/// Damages one record after the other, each with a check before it and after it, and with `shape` in between; then many with none.
private func injure(
  _ builder: inout AllocationTraceBuilder, _ generator: inout SeededGenerator,
  shape: (inout AllocationTraceBuilder, inout SeededGenerator) -> Void
) {
  for number in 0..<126 {
    shape(&builder, &generator)
    builder.checkInvariants()
    builder.damage(record: generator.below(1 << 24), way: number % RecordDamage.allCases.count)
    builder.checkInvariants()
    // What was found has been undone.
    builder.checkInvariants()
  }
  for _ in 0..<30 {
    shape(&builder, &generator)
    for _ in 0..<3 {
      builder.damage(record: generator.below(1 << 24), way: generator.below(RecordDamage.allCases.count))
    }
  }
  builder.deallocateAll(shuffledWith: &generator)
  builder.ramp(count: 100, order: .random, with: &generator) { ($0.logarithmic(1...1000), 1) }
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
func checkerTrace(_ builder: AllocationTraceBuilder, limit: Int = 1 << 20, checkedFrees: Int = 0) -> Trace {
  builder.trace(
    name: "heap-checker", seed: 0, parameters: [("heap.limit", limit), ("checked.frees", checkedFrees)]
  ).mappingOperations { $0.aligned(to: 16) }
}
