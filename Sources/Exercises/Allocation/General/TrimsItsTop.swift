import Examining
import Vocabularies
import Workloads

/// After a trim, pages behind the last live block take no memory.
final class TrimsItsTop: ReapRule {
  /// What may be left behind the last live block.
  static let slack = 64 << 10

  func objection(toTouching byteCount: Int, in oracle: borrowing AllocationOracle) -> Objection? {
    var end = oracle.highestUsed.roundedUp(to: 64)
    guard byteCount > Self.slack else { return nil }
    while end > 0, oracle.isFree(end - 64, 64) { end -= 64 }
    let allowed = end.roundedUp(to: 4096) + Self.slack
    guard byteCount > allowed else { return nil }
    return Objection(
      .notTrimmed,
      "though the last live block ends at \(hexadecimal(end)): at most \(allowed) were expected")
  }
}
