import Examining

/// What `reap` answers can be: the judge does not know the slabs, but there are answers that none can be right for.
final class CountsWhatItReaps: LifetimeRule, ReapAnswerRule {
  /// Whether anything was handed out or taken back since the last reap, or the start.
  private var hasChanged = false
  private var live = 0
  /// The most objects that were live at once since then.
  private var peak = 0
  /// Bytes of the smallest objects.
  private let leastSize: Int
  /// What caches may keep, as `ReapGivesBack` has it.
  private let kept: Int

  init(caches: Int, leastSize: Int) {
    self.leastSize = leastSize
    kept = 2 * caches * ReapGivesBack.slabBytes
  }

  func placed(at address: Int, outcome: UInt64) -> Objection? {
    hasChanged = true
    live += 1
    peak = max(peak, live)
    return nil
  }

  func ended(at address: Int) {
    hasChanged = true
    live -= 1
  }

  func reaped() { (hasChanged, peak) = (false, live) }

  func restarted() { (hasChanged, live, peak) = (false, 0, 0) }

  func objection(toAnswering byteCount: UInt64, in oracle: borrowing AllocationOracle) -> Objection? {
    if byteCount > UInt64(oracle.heapLimit) {
      return Objection(.miscounted, "more than the \(oracle.heapLimit) that the heap can hold")
    }
    if byteCount % 4096 != 0 {
      return Objection(.miscounted, "which are no whole pages; decommit(at:byteCount:) says how many it gave back")
    }
    if byteCount > 0, !hasChanged {
      return Objection(.miscounted, "though no object was handed out or taken back since the last reap, or the start")
    }
    // With no object live, all slabs are empty.
    let least = live == 0 ? peak * leastSize - kept : 0
    if byteCount < UInt64(max(least, 0)) {
      return Objection(
        .miscounted,
        "though none of the \(peak) objects that were live at once since the last reap is, so at least \(least) are free"
      )
    }
    return nil
  }
}
