import Examining
import Vocabularies
import Workloads

/// A block that changes its size stays where it is if it does not grow, or if there is room behind it.
///
/// Of blocks in classes of sizes less is asked: see `SegregatedAllocator`.
final class StaysWhereItCan: PlacementRule {
  private struct Block {
    var address: Int
    var size: Int
    /// The most that it ever was at its address.
    var largest: Int
    /// Whether more than a multiple of 16 was ever asked for there.
    var isAligned: Bool
  }

  private let heapLimit: Int
  /// Bytes that must be free beyond those that a block grows by.
  private let overhead: Int
  /// Blocks of at most so many bytes are in classes of sizes: the largest run has as many.
  private let classBytes: Int
  /// In classes of sizes, what has the same number of these has the same class, up to the limit.
  private static let (step, stepLimit) = (16, 256)
  /// By slot, the block that was placed there last.
  private var blocks: [Block?] = []
  /// Words of the map of live bytes that were read so far.
  private var wordsRead = 0
  private static let (wordsAtFirst, wordsAnOperation) = (1 << 20, 64)
  private var requests = 0

  init(heapLimit: Int, overhead: Int, classBytes: Int = 0) {
    (self.heapLimit, self.overhead, self.classBytes) = (heapLimit, overhead, classBytes)
  }

  func restarted() {
    blocks.removeAll(keepingCapacity: true)
    (wordsRead, requests) = (0, 0)
  }

  func objection(
    toPlacing request: AllocationOperation, at address: Int, in oracle: borrowing AllocationOracle
  ) -> Objection? {
    let slot = request.slot
    if slot >= blocks.count { blocks += Array(repeating: nil, count: slot + 1 - blocks.count) }
    let old = request.kind == .reallocate ? blocks[slot] : nil
    let kept = old?.address == address ? old : nil
    blocks[slot] = Block(
      address: address, size: request.size, largest: max(request.size, kept?.largest ?? 0),
      isAligned: request.alignment > 16 || kept?.isAligned == true)
    requests += 1
    guard let old, old.address != address, old.address & (request.alignment - 1) == 0 else { return nil }
    // Of a class it may be in a place for more: one that was larger, or aligned.
    let isAtHome = classBytes == 0 || !old.isAligned && 2 * request.size >= old.largest
    if request.size <= old.size {
      guard isAtHome else { return nil }
      return Objection(
        .movedWithoutNeed,
        "moved from \(hexadecimal(old.address)), though it needs no more than the \(old.size) bytes that it had")
    }
    if classBytes > 0, isAtHome, request.size <= Self.stepLimit, steps(request.size) == steps(old.size) {
      return Objection(
        .movedWithoutNeed,
        "moved from \(hexadecimal(old.address)), though \(old.size) bytes and \(request.size) are both "
          + "\(steps(old.size) * Self.step), rounded up")
    }
    guard old.size > classBytes || classBytes == 0 else { return nil }
    // Its own bytes are free by now, as the oracle has it.
    let end = old.address + request.size + overhead
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

  private func steps(_ size: Int) -> Int { max(size, 1).roundedUp(to: Self.step) / Self.step }
}
