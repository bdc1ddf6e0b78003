import Traces
import Vocabularies
import Workloads

/// All short lives of caches: one, two that share a heap, and one whose heap is full after a few dozen objects.
extension Slab {
  static let exhaustive: [Workload] = [
    all("small-objects", "the smallest objects", depth: 7, with: faults) { _ in ([16], 8) },
    all("aligned-objects", "objects at multiples of 256", depth: 7, with: faults) { ([8 * $0.pick(3...6)], 256) },
    all("two-caches", "two caches that share a heap", depth: 7) { ([24, 8 * $0.pick(20...30)], 8) },
    Workload(
      "all-full-heaps", "Every sequence of up to 5 steps: objects by dozens, until the heap is full.",
      isExhaustive: true
    ) { generator in
      let size = 8 * generator.pick(240...250)
      return lives(
        [
          .allocate(size, alignment: 8, count: 12), .allocate(size, alignment: 8), .deallocate, .deallocateAll, .reap,
          .fault(.growthFails), .fault(.growthWorks),
        ], depth: 5, [size], 8, limit: (120 << 10) + 4096 * generator.pick(0...3))
    },
  ]

  private static let faults: [BoundedSequences.Step] = [
    .fault(.growthFailsOnce), .fault(.growthFails), .fault(.growthWorks),
  ]

  private static func all(
    _ name: String, _ what: String, depth: Int, with others: [BoundedSequences.Step] = [],
    _ caches: @escaping @Sendable (inout SeededGenerator) -> (sizes: [Int], alignment: Int)
  ) -> Workload {
    Workload("all-\(name)", "Every sequence of up to \(depth) steps: \(what).", isExhaustive: true) { generator in
      let (sizes, alignment) = caches(&generator)
      return lives(
        sizes.map { .allocate($0, alignment: alignment) } + [.deallocate, .reap] + others, depth: depth, sizes,
        alignment, limit: 4096 * generator.pick(30...34))
    }
  }

  private static func lives(
    _ alphabet: [BoundedSequences.Step], depth: Int, _ sizes: [Int], _ alignment: Int, limit: Int
  ) -> Trace {
    BoundedSequences(alphabet, depth: depth).trace(
      name: "slab",
      parameters: slabTrace(AllocationTraceBuilder(), sizes, alignment: alignment, limit: limit).parameters)
  }
}
