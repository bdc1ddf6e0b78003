import Examining
import Traces
import Vocabularies
import Workloads

/// All short lives of an arena, for each way in which a block may be too small, too large or out of line.
extension Arena {
  static let exhaustive: [Workload] = [
    all(
      "marks", "small blocks, marks and releases", depth: 6,
      [.allocate(24, alignment: 8), .mark, .release, .reset, .deallocate], limit: 1 << 20),
    all(
      "empty-blocks", "blocks of no bytes and of one", depth: 6, [.allocate(0), .allocate(1), .mark, .release, .reset],
      limit: 1 << 20),
    all(
      "large-blocks", "small blocks, and larger ones than any chunk, in a heap that holds a few of them", depth: 6,
      [.allocate(40), .allocate(70_000), .mark, .release, .reset], limit: 700_000),
    all(
      "full-heaps", "blocks of which three fill the heap, and growth that is refused", depth: 6,
      [.allocate(4000), .mark, .release, .reset, .fault(.growthFails), .fault(.growthWorks)], limit: 13_000),
    all(
      "shared-heap", "two arenas in one heap, and blocks of several pages", depth: 6,
      [.allocate(5000), .allocate(301), .mark, .release, .reset], limit: 1 << 20, arenas: 2),
    all(
      "alignments", "blocks at multiples of two pages, and small ones", depth: 6,
      [.allocate(9), .allocate(10, alignment: 8192), .mark, .release, .deallocate], limit: 1 << 20),
    all(
      "moves", "blocks that grow and shrink", depth: 5,
      [.allocate(24), .reallocate(to: 8), .reallocate(to: 200), .mark, .release, .deallocate], limit: 1 << 20),
  ]

  private static func all(
    _ name: String, _ what: String, depth: Int, _ alphabet: [BoundedSequences.Step], limit: Int, arenas: Int = 1
  ) -> Workload {
    Workload("all-\(name)", "Every sequence of up to \(depth) steps: \(what).", isExhaustive: true) { generator in
      BoundedSequences(alphabet, depth: depth).trace(
        name: "arena",
        parameters: arenaTrace(AllocationTraceBuilder(), arenas: arenas, limit: limit + generator.pick(0...63))
          .parameters)
    }
  }
}
