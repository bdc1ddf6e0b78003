package import Vocabularies

/// Where all blocks are alike, the heap is not used further than when most of them were live, while fewer are.
package final class GrowsOnlyWithNeed: PlacementRule {
  /// Bytes that it may be used beyond that all the same.
  private let slack: Int

  package init(slack: Int) { self.slack = slack }

  package func objection(
    toPlacing request: AllocationOperation, at address: Int, in oracle: borrowing AllocationOracle
  ) -> Objection? {
    guard oracle.liveBlocks < oracle.peakLiveBlocks, address - slack > oracle.reachAtPeak else { return nil }
    return Objection(
      .growthWithoutNeed,
      "goes beyond all that was used, though only \(oracle.liveBlocks) blocks are live, and \(oracle.peakLiveBlocks) were before, "
        + "none of them beyond \(hexadecimal(oracle.reachAtPeak))")
  }
}
