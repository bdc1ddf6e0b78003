import Examining
import Vocabularies

/// A block is a power of two of bytes, all of which are its own, and begins at a multiple of that.
final class NaturalBlocks: PlacementRule, ExtentRule {
  func extent(size: Int, alignment: Int) -> Int { blockSize(size, alignment) ?? size }

  func objection(
    toPlacing request: AllocationOperation, at address: Int, in oracle: borrowing AllocationOracle
  ) -> Objection? {
    guard let block = blockSize(request.size, request.alignment), address & (block - 1) != 0 else { return nil }
    return Objection(.notNaturallyAligned, "is not at a multiple of \(block), the block's size")
  }
}

/// The power of two that serves a request, or nil where no `Int` is large enough.
func blockSize(_ size: Int, _ alignment: Int) -> Int? {
  let wanted = max(size, alignment, 1)
  return wanted > 1 << 61 ? nil : 1 << (Int.bitWidth - (wanted - 1).leadingZeroBitCount)
}

/// The largest power of two that is not above `limit`.
func wholeSize(_ limit: Int) -> Int { 1 << (Int.bitWidth - 1 - limit.leadingZeroBitCount) }
