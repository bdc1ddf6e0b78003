import Examining
import Vocabularies
import Workloads

/// After a trim, rows of free bytes take no memory but a little at their ends: see `SegregatedAllocator`.
final class TrimsRows: ReapRule {
  private let recordBytes: Int
  private let slack: Int

  init(recordBytes: Int, slack: Int) { (self.recordBytes, self.slack) = (recordBytes, slack) }

  func objection(toTouching byteCount: Int, in oracle: borrowing AllocationOracle) -> Objection? {
    guard byteCount > recordBytes + slack else { return nil }
    let end = oracle.highestUsed.roundedUp(to: 64)
    var (live, row, allowed) = (0, 0, recordBytes + slack)
    for place in stride(from: min(recordBytes, end), to: end, by: 64) {
      if oracle.isFree(place, 64) {
        row += 64
      } else {
        live += 64
        allowed += 64 + min(row, slack)
        row = 0
      }
    }
    guard byteCount > allowed else { return nil }
    return Objection(
      .notTrimmed,
      "though live blocks take \(live) of them: with records and what may be kept beside live blocks at most \(allowed) were expected"
    )
  }
}
