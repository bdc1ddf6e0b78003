import Examining
import Vocabularies

/// What arenas may take, and what one must serve, by the weight of what was handed out since they were reset: see `Arena`.
final class BoundedByLoad: PlacementRule, LifetimeRule, RefusalRule, GrowthRule, BulkRule {
  private struct Load {
    var now = 0
    var peak = 0
    /// The block that was handed out last, while it lives and nothing was released since; and what its bytes weigh.
    var last: (address: Int, weight: Int)?
  }

  private static let slack = 64 << 10

  private var loads: [Load]
  /// By the number of a mark, the loads when it was taken; empty where it does not hold.
  private var marks: [[Int]] = []
  private var request = AllocationOperation(word: 0)
  /// Whether the heap may ever have refused to grow before its limit.
  private var hasRefused = false

  init(arenas: Int) { loads = Array(repeating: Load(), count: arenas) }

  private static func weight(ofBytes size: Int) -> Int { (max(size, 1) + 15) & ~15 }

  private static func weight(ofAlignment alignment: Int) -> Int { alignment > 16 ? alignment : 0 }

  func objection(
    toPlacing request: AllocationOperation, at address: Int, in oracle: borrowing AllocationOracle
  ) -> Objection? {
    self.request = request
    if oracle.growthMayFail { hasRefused = true }
    return nil
  }

  func placed(at address: Int, outcome: UInt64) -> Objection? {
    let number = loads.count == 1 ? 0 : Int(outcome >> AllocationVocabulary.cacheShift & 15) % loads.count
    let bytes = Self.weight(ofBytes: request.size)
    loads[number].now += bytes + Self.weight(ofAlignment: request.alignment)
    loads[number].peak = max(loads[number].peak, loads[number].now)
    loads[number].last = (address, bytes)
    return nil
  }

  func ended(at address: Int) {
    for number in loads.indices {
      guard let last = loads[number].last, last.address == address else { continue }
      loads[number].now -= last.weight
      loads[number].last = nil
    }
  }

  func reaped() {}

  func willEnd(_ operation: AllocationOperation, in oracle: borrowing AllocationOracle) {
    let number = operation.slot
    switch operation.kind {
    case .mark:
      marks = Array(marks.prefix(number))
      marks += Array(repeating: [], count: number - marks.count)
      marks.append(loads.map(\.now))
    case .release:
      guard number < marks.count, !marks[number].isEmpty else { return }
      for arena in loads.indices { (loads[arena].now, loads[arena].last) = (marks[number][arena], nil) }
      marks.removeLast(marks.count - number - 1)
    case .reset:
      for arena in loads.indices { (loads[arena].now, loads[arena].last) = (0, nil) }
      marks.removeAll()
    default: break
    }
  }

  func restarted() {
    loads = Array(repeating: Load(), count: loads.count)
    marks.removeAll()
    hasRefused = false
  }

  func objection(
    toRefusing request: AllocationOperation, at index: Int, in oracle: borrowing AllocationOracle
  ) -> Objection? {
    if oracle.growthMayFail { hasRefused = true }
    guard !hasRefused, request.size <= oracle.heapLimit else { return nil }
    let weight = Self.weight(ofBytes: request.size) + Self.weight(ofAlignment: request.alignment)
    let peaks = loads.reduce(0) { $0 + $1.peak }
    if peaks == 0, 2 * weight <= oracle.heapLimit {
      return Objection(
        .failedWithRoom, "it is the first request, and weighs \(weight) bytes: no more than half of the heap's limit")
    }
    guard loads.count == 1 else {
      guard 8 * (peaks + weight) + Self.slack * loads.count <= oracle.heapLimit else { return nil }
      return Objection(
        .failedWithRoom,
        "the largest loads of all arenas, with this request, are \(peaks + weight) bytes: eight times that and \(Self.slack) bytes for "
          + "each arena are within the heap's limit")
    }
    let load = loads[0].now + weight
    guard 4 * load + Self.slack <= oracle.heapLimit else { return nil }
    return Objection(
      .failedWithRoom,
      "the load, with this request, is \(load) bytes: four times that and \(Self.slack) bytes are within the heap's limit"
    )
  }

  func objection(toEnding end: Int, in oracle: borrowing AllocationOracle) -> Objection? {
    let peaks = loads.reduce(0) { $0 + $1.peak }
    let bound = 8 * peaks + Self.slack * loads.count
    guard end > bound else { return nil }
    return Objection(
      .growthWithoutNeed,
      "moved to \(hexadecimal(end)), though the largest load so far is \(peaks) bytes, and no more than \(bound) may be taken for that"
    )
  }
}
