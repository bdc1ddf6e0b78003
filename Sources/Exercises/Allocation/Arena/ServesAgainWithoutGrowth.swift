import Examining
import Vocabularies

/// What an arena has served once it serves again without growth: as long as requests after a reset are those after the reset before it,
/// one for one, the heap's end stays where it is. So it is of several arenas as well, of which each gets the same again.
///
/// Growth is seen when a window ends, as it does after each reset.
final class ServesAgainWithoutGrowth: PlacementRule, RefusalRule, LifetimeRule, GrowthRule, BulkRule {
  /// What happened since a reset, in numbers: requests, and which of the blocks ended, by the order in which they were handed out.
  private var life: [UInt64] = []
  private var lifeBefore: [UInt64] = []
  /// Whether what happened since the reset is how it began before that.
  private var isSame = false
  /// The number, in this life, of the block at an address.
  private var numbers: [Int: UInt64] = [:]
  private var handedOut: UInt64 = 0
  /// The heap's end at the first reset after which all has been the same; nil before the window ends there.
  private var end: Int?
  private var request = AllocationOperation(word: 0)
  /// Whether something was refused in either life: nobody has to serve that again.
  private var isOver = false

  private enum Event: UInt64 {
    case request, end, mark, release
  }

  private func note(_ event: Event, _ number: UInt64) {
    let word = event.rawValue << 62 | number & (1 << 62 - 1)
    if isSame { isSame = life.count < lifeBefore.count && lifeBefore[life.count] == word }
    life.append(word)
  }

  func restarted() {
    (life, lifeBefore, numbers) = ([], [], [:])
    (isSame, isOver, handedOut, end) = (false, false, 0, nil)
  }

  func objection(
    toPlacing request: AllocationOperation, at address: Int, in oracle: borrowing AllocationOracle
  ) -> Objection? {
    self.request = request
    if oracle.growthMayFail { isOver = true }
    return nil
  }

  func objection(
    toRefusing request: AllocationOperation, at index: Int, in oracle: borrowing AllocationOracle
  ) -> Objection? {
    isOver = true
    return nil
  }

  func placed(at address: Int, outcome: UInt64) -> Objection? {
    note(
      .request,
      UInt64(truncatingIfNeeded: request.size) << 6 | UInt64(truncatingIfNeeded: request.alignment.trailingZeroBitCount)
    )
    numbers[address] = handedOut
    handedOut += 1
    return nil
  }

  func ended(at address: Int) {
    // What a reset ends belongs to neither life.
    if let number = numbers.removeValue(forKey: address) { note(.end, number) }
  }

  func reaped() {}

  func willEnd(_ operation: AllocationOperation, in oracle: borrowing AllocationOracle) {
    switch operation.kind {
    case .mark: note(.mark, UInt64(operation.slot))
    case .release: note(.release, UInt64(operation.slot))
    case .reset:
      if !isSame || isOver { end = nil }
      (lifeBefore, life, numbers) = (life, [], [:])
      (isSame, isOver, handedOut) = (!isOver, false, 0)
    default: break
    }
  }

  func objection(toEnding end: Int, in oracle: borrowing AllocationOracle) -> Objection? {
    guard isSame, !isOver else {
      self.end = nil
      return nil
    }
    let before = self.end ?? end
    self.end = before
    guard end > before else { return nil }
    return Objection(
      .growthWithoutNeed,
      "moved from \(hexadecimal(before)) to \(hexadecimal(end)), though all requests since the reset are those that came after the reset "
        + "before it, and were served then")
  }
}
