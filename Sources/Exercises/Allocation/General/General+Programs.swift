import Examining
import Traces
import Vocabularies
import Workloads

/// A suite in the manner of the malloc lab's (Bryant and O'Hallaron, *Computer Systems*, chapter 9): the shapes that waste memory in allocators
/// that are simple, and some that programs have. `alloclab check general --utilisation` prints
/// their mean utilisation.
extension General {
  private static let mallocLab = "malloc-lab"

  static let suite: [Workload] = [
    Workload(
      "binary",
      "Small blocks and larger ones in turn; the larger ones are freed, and no hole is large enough for what comes then.",
      suite: mallocLab, weight: 3
    ) { generator in
      binary(small: 64, large: 448, larger: 512, pairs: 2000 + generator.pick(0...63))
    },
    Workload("binary-small", "The same with blocks of a few words.", suite: mallocLab, weight: 3) { generator in
      binary(small: 16, large: 112, larger: 128, pairs: 6000 + generator.pick(0...63))
    },
    Workload(
      "coalescing", "Two blocks side by side are freed, and one as large as both is wanted.", suite: mallocLab,
      weight: 3
    ) { generator in
      var builder = AllocationTraceBuilder()
      let size = 4000 + 16 * generator.pick(0...12)
      for _ in 0..<100 {
        builder.allocate(size)
        builder.allocate(size)
      }
      // Side by side, or not: a heap of two blocks must serve their sum.
      for _ in 0..<3000 {
        builder.deallocateLast()
        builder.deallocateLast()
        builder.allocate(2 * size)
        builder.deallocateLast()
        builder.allocate(size)
        builder.allocate(size)
      }
      builder.deallocateAll()
      return generalTrace(builder)
    },
    Workload("growing", "One block grows, bit by bit, with short lives beside it.", suite: mallocLab, weight: 3) {
      generator in
      growing(from: 512, by: 128, beside: 128, count: 4000 + generator.pick(0...63))
    },
    Workload(
      "growing-far", "A large block grows in small steps between blocks of a few words.", suite: mallocLab, weight: 3
    ) { generator in
      growing(from: 4092, by: 5, beside: 16, count: 20_000 + generator.pick(0...63))
    },
    Workload(
      "small-objects", "Objects of an odd number of words, to which a word more or less is a lot.", suite: mallocLab,
      weight: 4
    ) {
      generator in
      var builder = AllocationTraceBuilder()
      for _ in 0..<6000 { builder.allocate([24, 24, 40, 56][generator.below(4)], alignment: 8) }
      for _ in 0..<6000 {
        builder.deallocate(at: generator.below(builder.live.count))
        builder.allocate([24, 24, 40, 56][generator.below(4)], alignment: 8)
      }
      return generalTrace(builder)
    },
    Workload(
      "compiler", "Functions one after the other: many small nodes, growing tables, and what is kept of them.",
      isTimed: true, suite: mallocLab
    ) {
      generator in
      var builder = AllocationTraceBuilder()
      var kept: [AllocationTraceBuilder.Block] = []
      for function in 0..<120 {
        var table = builder.take(256)
        var size = 256
        for node in 0..<generator.pick(150...450) {
          builder.allocate(generator.oneIn(12) ? generator.logarithmic(200...4000) : 8 * generator.pick(2...12))
          if node % 40 == 39 {
            size += size / 2
            builder.reallocate(&table, to: size)
          }
        }
        // A part of the code lives to the end.
        for _ in 0..<builder.live.count / 8 {
          kept.append(builder.exchange(at: generator.below(builder.live.count), with: nil))
        }
        if function % 3 == 0 { builder.deallocateAll(shuffledWith: &generator) } else { builder.deallocateAll() }
        builder.release(table)
      }
      for block in kept { builder.release(block) }
      return generalTrace(builder)
    },
    Workload("random", "Blocks of all sizes, freed in any order.", isTimed: true, suite: mallocLab) { generator in
      var builder = AllocationTraceBuilder()
      builder.churn(operations: 40_000, population: 1500, with: &generator) { ($0.logarithmic(1...8192), 1) }
      builder.deallocateAll(shuffledWith: &generator)
      return generalTrace(builder)
    },
    Workload("short-lives", "A stack of temporaries above blocks that live long.", isTimed: true, suite: mallocLab) {
      generator in
      var builder = AllocationTraceBuilder()
      for _ in 0..<4000 { builder.allocate(generator.logarithmic(8...600)) }
      for depth in [1, 3, 12, 60] {
        builder.pairs(operations: 16_000, depth: depth, with: &generator) { ($0.logarithmic(8...2000), 1) }
      }
      builder.deallocateAll()
      return generalTrace(builder)
    },
    Workload("recorded-gcc", "The compiler gcc, as recorded.", isTimed: true, recorded: "gcc") { trace, _ in
      generalTrace(Projection.general(trace, largest: 256 << 10, limit: 60_000), limit: 64 << 20)
    },
    Workload("recorded-perl", "perl, as recorded.", recorded: "perl") { trace, _ in
      generalTrace(Projection.general(trace, largest: 256 << 10, limit: 60_000), limit: 64 << 20)
    },
  ]

  /// Pairs of a small block and a large one; then the large ones are freed, and as many larger ones wanted.
  private static func binary(small: Int, large: Int, larger: Int, pairs: Int) -> Trace {
    var builder = AllocationTraceBuilder()
    var smalls: [AllocationTraceBuilder.Block] = []
    var larges: [AllocationTraceBuilder.Block] = []
    for _ in 0..<pairs {
      smalls.append(builder.take(small))
      larges.append(builder.take(large))
    }
    for block in larges { builder.release(block) }
    for _ in 0..<pairs { builder.allocate(larger) }
    builder.deallocateAll()
    for block in smalls { builder.release(block) }
    return generalTrace(builder)
  }

  /// A block that grows in steps, with a new neighbour after each, which lives for one step.
  private static func growing(from first: Int, by step: Int, beside neighbour: Int, count: Int) -> Trace {
    var builder = AllocationTraceBuilder()
    var block = builder.take(first)
    var last = builder.take(neighbour)
    for place in 1...count {
      builder.reallocate(&block, to: first + step * place)
      let next = builder.take(neighbour)
      builder.release(last)
      last = next
    }
    builder.release(block)
    builder.release(last)
    return generalTrace(builder)
  }
}
