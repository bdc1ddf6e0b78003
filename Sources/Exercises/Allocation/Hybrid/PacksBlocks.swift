import Examining
import Vocabularies
import Workloads

/// Blocks of one class lie side by side, with nothing in front of each: as long as none has ended, what they weigh is what they take. See
/// `SegregatedAllocator`.
final class PacksBlocks: PlacementRule, RefusalRule, LifetimeRule {
  /// What a size weighs in addition: a run that has begun.
  private static let weightOfASize = Hybrid.runBytes
  /// Up to this size classes are 16 bytes apart.
  private static let finest = 128

  /// Bytes for blocks.
  private let limit: Int
  private var weight = 0
  private var sizes: Set<Int> = []
  /// Whether a block has ended or moved: from then on what is free may lie scattered.
  private var isOver = false

  init(limit: Int) { self.limit = limit }

  func restarted() { (weight, sizes, isOver) = (0, [], false) }

  /// What a block weighs; sizes of up to the heap's limit come here.
  private func weight(_ request: AllocationOperation) -> Int {
    let size = request.size + (request.alignment > 16 ? request.alignment : 0)
    guard size <= Self.finest else { return size + size / 2 }
    let rounded = max(size, 1).roundedUp(to: 16)
    return rounded + rounded / 8
  }

  private func add(_ request: AllocationOperation) -> Int {
    if sizes.insert(request.size << 6 | request.alignment.trailingZeroBitCount).inserted {
      weight += Self.weightOfASize
    }
    return weight + weight(request)
  }

  func objection(
    toPlacing request: AllocationOperation, at address: Int, in oracle: borrowing AllocationOracle
  ) -> Objection? {
    if request.kind == .reallocate { isOver = true }
    guard !isOver else { return nil }
    weight = add(request)
    return nil
  }

  func placed(at address: Int, outcome: UInt64) -> Objection? { nil }
  func ended(at address: Int) { isOver = true }
  func reaped() {}

  func objection(
    toRefusing request: AllocationOperation, at index: Int, in oracle: borrowing AllocationOracle
  ) -> Objection? {
    guard !isOver, request.size <= limit, request.alignment <= limit else { return nil }
    let weight = add(request)
    guard !oracle.growthMayFail, weight <= limit else { return nil }
    return Objection(
      .failedWithRoom,
      "no block has ended so far, and with this one all of them weigh \(weight) bytes, of \(limit) that are not for records"
    )
  }
}
