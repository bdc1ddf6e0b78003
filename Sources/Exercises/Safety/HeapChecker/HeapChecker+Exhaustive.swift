import Traces
import Vocabularies
import Workloads

/// All short lives of a heap checker: with each wrong free there is, and with each record damaged in each way.
extension HeapChecker {
  static let exhaustive: [Workload] = [
    Workload(
      "all-wrong-frees", "Every sequence of up to 4 steps: comings, goings, and frees of what is no block.",
      isExhaustive: true
    ) { generator in
      lives(
        [
          .allocate(generator.pick(33...48)), .allocate(generator.pick(3000...3100)), .deallocate, .freeAgain,
          .freeInside(16), .freeInside(32), .freeBeyond(0), .freeBeyond(8),
        ], depth: 4, BoundedSequences.Ending(last: [AllocationOperation(.checkInvariants)]), checkedFrees: 1)
    },
    Workload(
      "all-damages", "Every sequence of up to 5 steps, and then each record is damaged in every way.",
      isExhaustive: true
    ) { generator in
      lives(
        [.allocate(generator.pick(33...48)), .deallocate], depth: 5,
        BoundedSequences.Ending(
          probes: (0..<records).map(damages), sizes: [generator.pick(1300...1330), 64, 1, 2000],
          last: [AllocationOperation(.checkInvariants)]))
    },
  ]

  /// So many of the words that the subject keeps for itself: that of the list, and of each block two tags and two links.
  private static let records = 16

  /// One record in every way there is, each asked about at once, and undone where it is found.
  private static func damages(of record: Int) -> [AllocationOperation] {
    RecordDamage.allCases.flatMap { way in
      // Divided by 8 it is the number of the record, and by the rest 4 it is any record that is meant.
      [
        AllocationOperation(.damage, slot: way.rawValue, size: 8 * record + 4), AllocationOperation(.checkInvariants),
      ]
    }
  }

  private static func lives(
    _ alphabet: [BoundedSequences.Step], depth: Int, _ ending: BoundedSequences.Ending, checkedFrees: Int = 0
  ) -> Trace {
    let parameters = checkerTrace(AllocationTraceBuilder(), limit: 32 << 10, checkedFrees: checkedFrees).parameters
    return BoundedSequences(alphabet, depth: depth, ending: ending).trace(name: "heap-checker", parameters: parameters)
      .mappingOperations { $0.aligned(to: 16) }
  }
}
