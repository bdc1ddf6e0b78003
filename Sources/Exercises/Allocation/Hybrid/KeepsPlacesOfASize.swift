import Examining
import Vocabularies

/// While all requests are for blocks of one small size, as many can be live as were at any time in that while: each has left a place that only
/// such blocks could have taken since.
final class KeepsPlacesOfASize: PlacementRule, RefusalRule, LifetimeRule {
  /// Larger ones are asked about by nobody.
  private static let largest = 1024

  /// The size that is asked for, while it is the same; nil where it is none of these.
  private var size: Int?
  /// The most blocks of it that were live at once in this while.
  private var peak = 0
  /// By size, how many blocks are live.
  private var live = Array(repeating: 0, count: largest + 1)
  /// Per 16 bytes of heap: one more than the size of the small block that begins there, or 0.
  private let sizes: ZeroedWords<UInt16>
  /// By slot, where its block was placed last.
  private var addresses: [Int] = []

  init(heapLimit: Int) { sizes = ZeroedWords(count: heapLimit / 16 + 1) }

  /// All blocks of the life before have ended.
  func restarted() {
    (size, peak) = (nil, 0)
    addresses.removeAll(keepingCapacity: true)
  }

  /// Another size, or a large alignment, may take any memory that is free.
  private func note(_ request: AllocationOperation) {
    let asked = request.size <= Self.largest && request.alignment <= 16 ? request.size : nil
    guard asked != size else { return }
    size = asked
    peak = asked.map { live[$0] } ?? 0
  }

  func objection(
    toPlacing request: AllocationOperation, at address: Int, in oracle: borrowing AllocationOracle
  ) -> Objection? {
    note(request)
    let slot = request.slot
    if slot >= addresses.count { addresses += Array(repeating: -1, count: slot + 1 - addresses.count) }
    // What moves ends where it was.
    if request.kind == .reallocate { ended(at: addresses[slot]) }
    addresses[slot] = address
    guard request.size <= Self.largest else { return nil }
    sizes[address / 16] = UInt16(request.size + 1)
    live[request.size] += 1
    if request.size == size { peak = max(peak, live[request.size]) }
    return nil
  }

  func placed(at address: Int, outcome: UInt64) -> Objection? { nil }

  func ended(at address: Int) {
    guard address >= 0, sizes[address / 16] > 0 else { return }
    live[Int(sizes[address / 16]) - 1] -= 1
    sizes[address / 16] = 0
  }

  func reaped() {}

  func objection(
    toRefusing request: AllocationOperation, at index: Int, in oracle: borrowing AllocationOracle
  ) -> Objection? {
    note(request)
    guard let size, !oracle.growthMayFail, live[size] < peak else { return nil }
    return Objection(
      .blockLost,
      "nothing but blocks of \(size) bytes was asked for since \(peak) of them were live, and now only \(live[size]) are"
    )
  }
}
