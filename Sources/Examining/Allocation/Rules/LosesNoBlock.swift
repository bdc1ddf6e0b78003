package import Vocabularies

/// Where all blocks are alike, as many can be live as ever were before.
package final class LosesNoBlock: RefusalRule {
  package init() {}

  package func objection(
    toRefusing request: AllocationOperation, at index: Int, in oracle: borrowing AllocationOracle
  ) -> Objection? {
    guard oracle.liveBlocks < oracle.peakLiveBlocks else { return nil }
    return Objection(
      .blockLost,
      "\(oracle.peakLiveBlocks) blocks were live at once before, and now only \(oracle.liveBlocks) are")
  }
}
