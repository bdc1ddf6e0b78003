import Examining
import Vocabularies

/// A block that changes its size stays where it is if it does not grow, or if there is room behind it.
final class StaysWhereItCan: PlacementRule {
  private struct Block {
    var address: Int
    var size: Int
  }

  private let heapLimit: Int
  /// By slot, the block that was placed there last.
  private var blocks: [Block?] = []
  /// Words of the map of live bytes that were read so far.
  private var wordsRead = 0
  private static let (wordsAtFirst, wordsAnOperation) = (1 << 20, 64)
  private var requests = 0

  init(heapLimit: Int) { self.heapLimit = heapLimit }

  func restarted() {
    blocks.removeAll(keepingCapacity: true)
    (wordsRead, requests) = (0, 0)
  }

  func objection(
    toPlacing request: AllocationOperation, at address: Int, in oracle: borrowing AllocationOracle
  ) -> Objection? {
    let slot = request.slot
    if slot >= blocks.count { blocks += Array(repeating: nil, count: slot + 1 - blocks.count) }
    defer { blocks[slot] = Block(address: address, size: request.size) }
    requests += 1
    guard request.kind == .reallocate, let old = blocks[slot], old.address != address,
      old.address & (request.alignment - 1) == 0
    else { return nil }
    guard request.size > old.size else {
      return Objection(
        .movedWithoutNeed,
        "moved from \(hexadecimal(old.address)), though it needs no more than the \(old.size) bytes that it had")
    }
    // Its own bytes are free by now, as the oracle has it.
    let end = old.address + request.size + JoinsFreeBytes.overhead
    let count = end - old.address
    guard !oracle.growthMayFail, end <= heapLimit,
      wordsRead + count / 64 <= Self.wordsAtFirst + requests * Self.wordsAnOperation
    else { return nil }
    wordsRead += count / 64
    guard oracle.isFree(old.address, count) else { return nil }
    return Objection(
      .movedWithoutNeed,
      "moved from \(hexadecimal(old.address)), though all bytes up to \(hexadecimal(end)) are its own or free")
  }
}
