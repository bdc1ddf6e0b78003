import Examining
import Traces
import Vocabularies
import Workloads

/// What is used of a heap, and what its live blocks need at least, at each moment that the trace names: the four measures of fragmentation.
///
/// What a trace promises of them, and of large requests, its parameters say, in thousandths.
final class HeapGauge: PlacementRule, LifetimeRule, RefusalRule, LookRule {
  /// Of the measures, in their order.
  static let names = [
    "used / least, on average", "used / least, where most is live", "used / least, where most is used",
    "most used / most of the least",
  ]
  /// The parameters for the first and the fourth measure, and for the part of the heap that requests may fill.
  static let (average, peak, room) = ("promise.average", "promise.peak", "promise.room")

  private static let granule = 16
  /// Below this, pages that any heap has are too large a part.
  private static let leastJudged: UInt64 = 128 << 10

  private let promised: (average: Int?, peak: Int?, room: Int?)
  private let heapLimit: Int
  /// Per granule of heap: how many of them the block has that begins there, or 0.
  private let granules: ZeroedWords<UInt32>
  /// By slot, where its block was placed last.
  private var addresses: [Int] = []
  /// Granules that live blocks need.
  private var least = 0
  private var measures = FragmentationMeasures()
  private var looks: UInt64 = 0

  init(for trace: Trace) {
    heapLimit = trace.heapLimit
    // A trace may come from anywhere; no product overflows.
    func bound(_ name: String, _ most: Int) -> Int? { trace.parameter(name).map { max(0, min($0, most)) } }
    promised = (bound(Self.average, 1 << 30), bound(Self.peak, 1 << 30), bound(Self.room, 1000))
    granules = ZeroedWords(count: heapLimit / Self.granule + 1)
  }

  func restarted() {
    (least, looks, measures) = (0, 0, FragmentationMeasures())
    addresses.removeAll(keepingCapacity: true)
  }

  static func granules(of size: Int) -> Int { max(1, (size + granule - 1) / granule) }

  // MARK: What live blocks need

  func objection(
    toPlacing request: AllocationOperation, at address: Int, in oracle: borrowing AllocationOracle
  ) -> Objection? {
    let slot = request.slot
    if slot >= addresses.count { addresses += Array(repeating: -1, count: slot + 1 - addresses.count) }
    // What moves ends where it was.
    if request.kind == .reallocate { ended(at: addresses[slot]) }
    addresses[slot] = address
    let count = Self.granules(of: request.size)
    granules[address / Self.granule] = UInt32(clamping: count)
    least += count
    return nil
  }

  func placed(at address: Int, outcome: UInt64) -> Objection? { nil }

  func ended(at address: Int) {
    guard address >= 0 else { return }
    least -= Int(granules[address / Self.granule])
    granules[address / Self.granule] = 0
  }

  func reaped() {}

  // MARK: Large requests

  func objection(
    toRefusing request: AllocationOperation, at index: Int, in oracle: borrowing AllocationOracle
  ) -> Objection? {
    guard let room = promised.room, !oracle.growthMayFail, request.size <= heapLimit, request.alignment <= 16 else {
      return nil
    }
    let needed = (least + Self.granules(of: request.size)) * Self.granule
    guard needed * 1000 <= heapLimit * room else { return nil }
    return Objection(
      .scattered,
      "live blocks and this one need \(needed) bytes, of the \(heapLimit * room / 1000) that must be served here")
  }

  // MARK: Measures

  func looked(atTouching byteCount: Int, in oracle: borrowing AllocationOracle) {
    measures.note(used: UInt64(clamping: byteCount), live: UInt64(clamping: least * Self.granule), at: looks)
    looks += 1
  }

  var measurements: [Measurement] {
    guard isJudged else { return [] }
    return zip(Self.names, measures.quotients).map { name, quotient in
      Measurement(name, Double(quotient.numerator) / Double(max(quotient.denominator, 1)), "")
    }
  }

  /// Whether anything was seen that can be measured.
  private var isJudged: Bool { looks > 1 && measures.quotients[3].denominator >= UInt128(Self.leastJudged) }

  var finalObjection: Objection? {
    guard isJudged else { return nil }
    let quotients = measures.quotients
    for (promise, measure, kind) in [
      (promised.peak, 3, ViolationKind.usesTooMuch), (promised.average, 0, .keepsTooMuch),
    ] {
      let (numerator, denominator) = quotients[measure]
      guard let promise, numerator * 1000 > denominator * UInt128(promise) else { continue }
      let value = numerator * 1000 / max(denominator, 1)
      return Objection(
        kind,
        "\(Self.names[measure]) is \(Self.thousandths(value)), and at most \(Self.thousandths(UInt128(promise))) here")
    }
    return nil
  }

  private static func thousandths(_ value: UInt128) -> String {
    let digits = String(value % 1000)
    return "\(value / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
  }
}
