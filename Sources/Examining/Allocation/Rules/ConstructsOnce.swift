import Vocabularies

/// An object that was freed in its constructed state is not constructed again, unless it was reaped: its serial number tells.
package final class ConstructsOnce: LifetimeRule {
  /// Per eight bytes of heap: the serial number of the object there, or 0.
  private let serials: ZeroedWords<UInt32>
  /// Per eight bytes of heap: how often the subject had reaped when the object there was freed.
  private let epochs: ZeroedWords<UInt32>
  private var epoch: UInt32 = 0
  /// Per eight bytes of heap: the largest serial number that had been seen when the object there was freed. What is constructed
  /// after that has a larger one.
  private let marks: ZeroedWords<UInt32>
  private var largest: UInt32 = 0

  package init(heapLimit: Int) {
    serials = ZeroedWords(count: heapLimit / 8 + 1)
    epochs = ZeroedWords(count: heapLimit / 8 + 1)
    marks = ZeroedWords(count: heapLimit / 8 + 1)
  }

  package func placed(at address: Int, outcome: UInt64) -> Objection? {
    let place = address / 8
    let serial = outcome >> AllocationVocabulary.serialShift
    let last = UInt64(serials[place])
    guard serial != BlockFormat.unknownSerial else {
      serials[place] = 0
      return nil
    }
    serials[place] = UInt32(truncatingIfNeeded: serial)
    largest = max(largest, UInt32(truncatingIfNeeded: serial))
    guard last != 0, last != serial, epochs[place] == epoch else { return nil }
    guard serial > UInt64(marks[place]) else {
      // No constructor counts down.
      return Objection(
        .constructedStateLost,
        "has another serial number in its first bytes (\(serial)) than when it was freed (\(last)): they were overwritten while it "
          + "was free")
    }
    return Objection(
      .constructedAgain,
      "was constructed again (construction \(serial), before it \(last)), though it had been freed in its constructed "
        + "state and not been reaped since")
  }

  package func ended(at address: Int) {
    epochs[address / 8] = epoch
    marks[address / 8] = largest
  }

  package func restarted() {
    epoch += 1
    largest = 0
  }

  /// From now on every free object may be constructed anew.
  package func reaped() { epoch += 1 }
}
