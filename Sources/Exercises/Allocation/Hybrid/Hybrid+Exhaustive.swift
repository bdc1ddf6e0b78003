import Examining
import Traces
import Vocabularies
import Workloads

/// All short lives of a hybrid allocator, for each way in which blocks come to be treated differently.
extension Hybrid {
  static let exhaustive: [Workload] = [
    all("small-blocks", "the smallest blocks, of no bytes and of a few", depth: 5, limit: 160 << 10) { _ in
      [.allocate(0), .allocate(16), .allocate(17), .deallocate]
    },
    all("borders", "blocks on both sides of where small ones end, and medium ones", depth: 4, limit: 256 << 10) {
      generator in
      [
        .allocate(generator.pick([255, 512, 1023, 1024])), .allocate(generator.pick([1025, 2048, 4096, 8191])),
        .allocate(generator.pick([8193, 16_384, 32_767, 32_769])), .deallocate,
      ]
    },
    all("neighbours", "large blocks of which a few fill the heap, freed in any order", depth: 5, limit: 416 << 10) {
      generator in
      [.allocate(70_000 + generator.pick(0...99)), .allocate(160_000), .deallocate]
    },
    all("full-heaps", "blocks that fill the heap, and growth that is refused", depth: 4, limit: 256 << 10) {
      generator in
      [
        .allocate(60_000 + generator.pick(0...99)), .allocate(3000, count: 12), .deallocate, .fault(.growthFails),
        .fault(.growthWorks),
      ]
    },
    all(
      "resized", "blocks that are resized across all borders, in a heap that is soon full", depth: 4, limit: 320 << 10
    ) {
      generator in
      [
        .allocate(40), .allocate(50_000), .deallocate, .reallocate(to: 0),
        .reallocate(to: 700 + generator.pick(0...99)),
        .reallocate(to: 9000), .reallocate(to: 100_000), .reallocateBeyond(Int.max - generator.below(5000)),
      ]
    },
    all("alignments", "alignments larger than the size, up to several pages", depth: 3, limit: 256 << 10) {
      generator in
      [
        .allocate(9), .allocate(100, alignment: 64), .allocate(10 + generator.pick(0...99), alignment: 4096),
        .allocate(5000, alignment: 16_384), .deallocate, .reallocate(to: 300, alignment: 256),
        .ask(1, alignment: 1 << 30),
      ]
    },
    all("trims", "blocks of all three kinds, and trims", depth: 4, limit: 1 << 20) { generator in
      [.allocate(24), .allocate(3000), .allocate(200_000 + generator.pick(0...99)), .deallocate, .reap]
    },
  ]

  private static func all(
    _ name: String, _ what: String, depth: Int, limit: Int,
    _ alphabet: @escaping @Sendable (inout SeededGenerator) -> [BoundedSequences.Step]
  ) -> Workload {
    Workload("all-\(name)", "Every sequence of up to \(depth) steps: \(what).", isExhaustive: true) { generator in
      BoundedSequences(alphabet(&generator), depth: depth).trace(
        name: "hybrid",
        parameters: hybridTrace(AllocationTraceBuilder(), limit: limit + 16 * generator.pick(0...63)).parameters)
    }
  }
}
