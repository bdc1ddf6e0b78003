import Examining
import Vocabularies
import Workloads

/// A request is refused only where no block of its order is free, or would be if all free buddies were joined.
final class Coalesces: RefusalRule, PlacementRule {
  /// The bytes of the whole.
  let capacity: Int
  /// Words of the map of live bytes that were read so far, of those that each operation allows: a long trace whose every request fails
  /// would else take longer to judge than to replay.
  private var wordsRead = 0

  /// Per 64 bytes: one more than the order of the largest block that was ever handed out there, or 0.
  private let handedOut: ZeroedWords<UInt8>

  init(capacity: Int) {
    self.capacity = capacity
    handedOut = ZeroedWords(count: capacity / 64 + 1)
  }

  /// Notes where blocks were; it objects to none.
  func objection(
    toPlacing request: AllocationOperation, at address: Int, in oracle: borrowing AllocationOracle
  ) -> Objection? {
    guard address < capacity, let block = blockSize(request.size, request.alignment) else { return nil }
    handedOut[address / 64] = max(handedOut[address / 64], UInt8(block.trailingZeroBitCount + 1))
    return nil
  }

  /// Whether a byte of a block's range was ever in a block: in one that began there, or in a larger one around it.
  private func wasHandedOut(_ start: Int, _ block: Int) -> Bool {
    if (start / 64..<max((start + block) / 64, start / 64 + 1)).contains(where: { handedOut[$0] > 0 }) { return true }
    var size = 2 * block
    while size <= capacity {
      if Int(handedOut[(start & ~(size - 1)) / 64]) > size.trailingZeroBitCount { return true }
      size *= 2
    }
    return false
  }

  func restarted() { wordsRead = 0 }

  /// Enough at first for every refusal of a short trace.
  private static let (wordsAtFirst, wordsAnOperation) = (1 << 20, 64)

  func objection(
    toRefusing request: AllocationOperation, at index: Int, in oracle: borrowing AllocationOracle
  ) -> Objection? {
    let words = oracle.highestUsed / 64
    guard wordsRead + words <= Self.wordsAtFirst + index * Self.wordsAnOperation else { return nil }
    wordsRead += words
    // The smallest block may be as large as 64 bytes, and one that shrank may have stayed as large as it was.
    guard !oracle.growthMayFail, oracle.holdingMore == 0,
      let block = blockSize(max(request.size, 64), request.alignment), block <= capacity
    else { return nil }
    // Beyond the first block that was never touched all are free.
    let end = min(capacity, oracle.highestUsed.roundedUp(to: block) + block)
    for start in stride(from: 0, to: end, by: block) where oracle.isFree(start, block) {
      let range = "\(hexadecimal(start)) ..< \(hexadecimal(start + block))"
      return wasHandedOut(start, block)
        ? Objection(.notCoalesced, "no live block is in \(range): its parts should have coalesced")
        : Objection(.failedWithRoom, "\(range) was never handed out")
    }
    return nil
  }
}
