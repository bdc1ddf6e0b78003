import Examining
import Vocabularies

/// Caches serve objects as long as the heap has room for more slabs.
final class ServesObjectsThatFit: RefusalRule {
  private let caches: Int

  /// What others have taken of the heap.
  private let taken: Int

  init(caches: Int, taken: Int) {
    self.caches = caches
    self.taken = taken
  }

  func objection(
    toRefusing request: AllocationOperation, at index: Int, in oracle: borrowing AllocationOracle
  ) -> Objection? {
    guard !oracle.growthMayFail else { return nil }
    // Headers, colours and the ends of slabs may take three tenths, and each cache a slab that is hardly used.
    let stride = (request.size + request.alignment - 1) & ~(request.alignment - 1)
    let room = (oracle.heapLimit - taken) * 7 / 10 - ReapGivesBack.slabBytes * caches
    // What one cache took at its peak, others cannot have: each may have had all that was ever live.
    let live =
      caches == 1
      ? oracle.liveBlocks * stride : caches * (oracle.peakLiveBytes + oracle.peakLiveBlocks * request.alignment)
    guard live < room else { return nil }
    return Objection(.failedWithRoom, "\(oracle.liveBlocks) live objects leave room for more")
  }
}
