import Traces
import Workloads

/// All short lives of a buddy system whose whole is as small as can be: 128 KiB.
extension Buddy {
  private static let capacity = 1 << 17

  static let exhaustive: [Workload] = [
    all("small-blocks", "sizes and alignments around the smallest, and what nobody can serve", depth: 5) { generator in
      [
        .allocate(0), .allocate(generator.pick(65...128)), .allocate(1, alignment: 4096), .deallocate,
        .ask(capacity + 1), .ask(Int.max - generator.below(5000)), .ask(1, alignment: 2 * capacity),
      ]
    },
    all("full-heaps", "the whole, its half and its quarter", depth: 6, weight: 4) { generator in
      [
        .allocate(capacity), .allocate(capacity / 2 - generator.pick(0...99)), .allocate(capacity / 4), .deallocate,
        .allocate(1, alignment: capacity / 2),
      ]
    },
    all("reallocations", "blocks that grow, shrink, vanish and get aligned", depth: 5) { generator in
      [
        .allocate(generator.pick(17...32)), .allocate(capacity / 4), .deallocate, .reallocate(to: 0),
        .reallocate(to: generator.pick(65...100)), .reallocate(to: capacity / 2), .reallocate(to: 40, alignment: 4096),
        .reallocateBeyond(Int.max - generator.below(5000)),
      ]
    },
  ]

  private static func all(
    _ name: String, _ what: String, depth: Int, weight: Double = 1,
    _ alphabet: @escaping @Sendable (inout SeededGenerator) -> [BoundedSequences.Step]
  ) -> Workload {
    Workload("all-\(name)", "Every sequence of up to \(depth) steps: \(what).", isExhaustive: true, weight: weight) {
      generator in
      BoundedSequences(alphabet(&generator), depth: depth).trace(
        name: "buddy", parameters: buddyTrace(AllocationTraceBuilder(), capacity: capacity).parameters)
    }
  }
}
