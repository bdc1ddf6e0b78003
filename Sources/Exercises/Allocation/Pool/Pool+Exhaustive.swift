import Traces
import Vocabularies
import Workloads

/// All short lives of a pool, for each way in which a block may be too small, too large or out of line.
extension Pool {
  static let exhaustive: [Workload] = [
    all("link-sized", "blocks as large as a link", depth: 8, pages: 2...3) { _ in (8, 8) },
    all(
      "full-heaps", "blocks of which three or four fill the heap", depth: 9, limit: { 4096 + 3 * $0 + 16 },
      { (16 * $0.pick(240...250) + 1, 16) }),
    all("page-aligned", "blocks at multiples of a page", depth: 8, pages: 5...8) { ($0.pick(90...110), 4096) },
    all("tiny-blocks", "blocks smaller than a link", depth: 8, pages: 2...3) { ($0.pick(2...3), 1) },
    all("single-bytes", "blocks of one byte", depth: 8, pages: 2...3) { _ in (1, 1) },
    all("empty-blocks", "blocks of no bytes", depth: 8, pages: 2...3) { _ in (0, 1) },
    all("empty-aligned", "blocks of no bytes at multiples of 64", depth: 8, pages: 2...3) { _ in (0, 64) },
    runs("full-of-bytes", "pages full of single bytes, by thousands", of: 2700, depth: 3, limit: 8192) { _ in (1, 1) },
    runs("full-chunks", "large blocks by scores, in a heap of a few chunks", of: 20, depth: 4, limit: 300_000) {
      ($0.pick(4100...4200), 8)
    },
  ]

  private static let faults: [BoundedSequences.Step] = [
    .fault(.growthFailsOnce), .fault(.growthFails), .fault(.growthWorks),
  ]

  private static func all(
    _ name: String, _ what: String, depth: Int, pages: ClosedRange<Int>,
    _ block: @escaping @Sendable (inout SeededGenerator) -> (size: Int, alignment: Int)
  ) -> Workload {
    Workload("all-\(name)", "Every sequence of up to \(depth) steps: \(what).", isExhaustive: true) { generator in
      let (size, alignment) = block(&generator)
      return lives(
        [.allocate(size, alignment: alignment), .deallocate] + faults, depth: depth, size, alignment,
        limit: generator.pick(pages) * 4096)
    }
  }

  private static func all(
    _ name: String, _ what: String, depth: Int, limit: @escaping @Sendable (_ size: Int) -> Int,
    _ block: @escaping @Sendable (inout SeededGenerator) -> (size: Int, alignment: Int)
  ) -> Workload {
    Workload("all-\(name)", "Every sequence of up to \(depth) steps: \(what).", isExhaustive: true) { generator in
      let (size, alignment) = block(&generator)
      return lives(
        [.allocate(size, alignment: alignment), .deallocate] + faults, depth: depth, size, alignment,
        limit: limit(size.roundedUp(to: alignment)))
    }
  }

  private static func runs(
    _ name: String, _ what: String, of count: Int, depth: Int, limit: Int,
    _ block: @escaping @Sendable (inout SeededGenerator) -> (size: Int, alignment: Int)
  ) -> Workload {
    Workload("all-\(name)", "Every sequence of up to \(depth) steps: \(what).", isExhaustive: true) { generator in
      let (size, alignment) = block(&generator)
      return lives(
        [
          .allocate(size, alignment: alignment, count: count), .allocate(size, alignment: alignment), .deallocate,
          .deallocateAll, .fault(.growthFails), .fault(.growthWorks),
        ], depth: depth, size, alignment, limit: limit + generator.pick(0...63))
    }
  }

  private static func lives(
    _ alphabet: [BoundedSequences.Step], depth: Int, _ size: Int, _ alignment: Int, limit: Int
  ) -> Trace {
    BoundedSequences(alphabet, depth: depth).trace(
      name: "pool", parameters: poolTrace(AllocationTraceBuilder(), size, alignment, limit: limit).parameters)
  }
}
