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
    // As protocol and README say: a page and one 32nd may go to records and to what chunks leave over.
    let capacity = (oracle.heapLimit - oracle.heapLimit / 32 - 4096 - alignment) / stride
    guard oracle.liveBlocks < capacity else { return nil }
    return Objection(.failedWithRoom, "\(oracle.liveBlocks) of at least \(capacity) blocks that fit are live")
  }
}
