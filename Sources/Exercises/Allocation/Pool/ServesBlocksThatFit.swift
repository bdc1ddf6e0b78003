import Examining
import Vocabularies

/// A pool's heap holds as many blocks as fit into it.
final class ServesBlocksThatFit: RefusalRule {
  private let alignment: Int
  /// What a block may take: as much as a link of eight bytes needs.
  private let stride: Int

  init(size: Int, alignment: Int) {
    self.alignment = alignment
    stride = (max(size, 8) + alignment - 1) & ~(alignment - 1)
  }

  func objection(
    toRefusing request: AllocationOperation, at index: Int, in oracle: borrowing AllocationOracle
  ) -> Objection? {
    guard !oracle.growthMayFail else { return nil }
    // A page may go to records.
    let capacity = (oracle.heapLimit - 4096 - alignment) / stride
    guard oracle.liveBlocks < capacity else { return nil }
    return Objection(.failedWithRoom, "\(oracle.liveBlocks) of at least \(capacity) blocks that fit are live")
  }
}
