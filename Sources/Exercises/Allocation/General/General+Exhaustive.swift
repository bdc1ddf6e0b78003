import Examining
import Traces
import Vocabularies
import Workloads

/// All short lives of a general-purpose allocator, for each way in which blocks come to lie side by side.
extension General {
  static let exhaustive: [Workload] = [
    all("small-blocks", "the smallest blocks, of no bytes and of a few", depth: 6, limit: 16 << 10) { _ in
      [.allocate(0), .allocate(25), .allocate(40), .deallocate]
    },
    all("neighbours", "blocks of which a few fill the heap, freed in any order", depth: 7, limit: 14 << 10) {
      generator in
      [.allocate(1500 + generator.pick(0...9)), .allocate(4000), .deallocate]
    },
    all("full-heaps", "blocks that fill the heap, and growth that is refused", depth: 6, limit: 13_000) { _ in
      [.allocate(4000), .allocate(2000), .deallocate, .fault(.growthFails), .fault(.growthWorks)]
    },
    all(
      "resized", "blocks that grow, shrink and vanish where they are, in a heap that is soon full", depth: 5,
      limit: 12 << 10
    ) {
      generator in
      [
        .allocate(1200), .deallocate, .reallocate(to: 0), .reallocate(to: 600 + generator.pick(0...40)),
        .reallocate(to: 3600), .reallocateBeyond(Int.max - generator.below(5000)),
      ]
    },
    all("alignments", "alignments larger than the size, and blocks cut at their front", depth: 5, limit: 40 << 10) {
      _ in
      [
        .allocate(9), .allocate(100, alignment: 64), .allocate(10, alignment: 4096), .deallocate,
        .reallocate(to: 300, alignment: 256), .ask(1, alignment: 1 << 30),
      ]
    },
    all("trims", "blocks of several pages, and trims", depth: 6, limit: 1 << 20) { generator in
      [.allocate(24), .allocate(20_000 + generator.pick(0...99)), .deallocate, .reap]
    },
  ]

  private static func all(
    _ name: String, _ what: String, depth: Int, limit: Int,
    _ alphabet: @escaping @Sendable (inout SeededGenerator) -> [BoundedSequences.Step]
  ) -> Workload {
    Workload("all-\(name)", "Every sequence of up to \(depth) steps: \(what).", isExhaustive: true) { generator in
      BoundedSequences(alphabet(&generator), depth: depth).trace(
        name: "general",
        parameters: generalTrace(AllocationTraceBuilder(), limit: limit + 16 * generator.pick(0...63)).parameters)
    }
  }
}
