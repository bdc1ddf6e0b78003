package import Vocabularies

/// Where all blocks are alike, the heap grows for a request only when as many are live as ever were: any fewer have places already.
///
/// It looks at the heap's end, and not at where blocks lie: which of the free places is taken, and how far the heap grows when it has
/// to, is the allocator's business, and what that costs is a question of space. In windows longer than one operation only growth
/// that no request in them can have needed is found.
package final class GrowsOnlyWithNeed: PlacementRule, RefusalRule, GrowthRule {
  /// Bytes, over the whole trace, that it may grow all the same: for records, which may grow at any time.
  package static let slack = 1 << 20

  /// The heap's end when the window before this ended.
  private var end = 0
  /// Bytes that it grew without need.
  private var needless = 0
  /// Whether a request in this window came when as many were live as ever were.
  private var mayGrow = false

  package init() {}

  package func objection(
    toPlacing request: AllocationOperation, at address: Int, in oracle: borrowing AllocationOracle
  ) -> Objection? {
    note(oracle)
    return nil
  }

  package func objection(
    toRefusing request: AllocationOperation, at index: Int, in oracle: borrowing AllocationOracle
  ) -> Objection? {
    note(oracle)
    return nil
  }

  private func note(_ oracle: borrowing AllocationOracle) {
    if oracle.liveBlocks >= oracle.peakLiveBlocks { mayGrow = true }
  }

  package func objection(toEnding end: Int, in oracle: borrowing AllocationOracle) -> Objection? {
    let grown = end - self.end
    defer {
      self.end = max(end, self.end)
      mayGrow = false
    }
    guard !mayGrow, grown > 0 else { return nil }
    needless += grown
    guard needless > Self.slack else { return nil }
    return Objection(
      .growthWithoutNeed,
      "moved from \(hexadecimal(self.end)) to \(hexadecimal(end)), though \(oracle.peakLiveBlocks) blocks had been live at once before, "
        + "and fewer were now: \(needless) bytes of growth so far for which there was no need")
  }
}
