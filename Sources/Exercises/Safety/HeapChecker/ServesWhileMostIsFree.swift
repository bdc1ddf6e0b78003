import Examining
import Vocabularies

/// A request is served while the heap has far more room than tags, rounding and holes can take.
final class ServesWhileMostIsFree: RefusalRule {
  func objection(
    toRefusing request: AllocationOperation, at index: Int, in oracle: borrowing AllocationOracle
  ) -> Objection? {
    guard !oracle.growthMayFail, request.alignment <= 16, request.size <= oracle.heapLimit else { return nil }
    // An empty heap has no holes.
    let room = oracle.liveBlocks == 0 ? oracle.heapLimit - 4096 : oracle.heapLimit / 4
    guard oracle.liveBytes + request.size + 64 * (oracle.liveBlocks + 1) <= room else { return nil }
    return Objection(.failedWithRoom, "most of the heap is free")
  }
}
