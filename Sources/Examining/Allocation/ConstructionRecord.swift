import Vocabularies

/// Which serial number the object at each address had last, so that a constructor that ran again shows.
struct ConstructionRecord {
  /// The bits of a serial number that an outcome carries.
  static let serialMask: UInt64 = ~0 >> AllocationVocabulary.serialShift

  /// Per eight bytes of heap: the serial number of the object there, or 0.
  private let serials: ZeroedWords<UInt32>
  /// Per eight bytes of heap: how often the subject had reaped when the object there was freed.
  private let epochs: ZeroedWords<UInt32>
  private var epoch: UInt32 = 0

  init(heapLimit: Int) {
    serials = ZeroedWords(count: heapLimit / 8 + 1)
    epochs = ZeroedWords(count: heapLimit / 8 + 1)
  }

  /// What is wrong with an object that comes with that serial number, if anything.
  mutating func allocated(_ address: Int, serial: UInt64) -> String? {
    let place = address / 8
    let last = UInt64(serials[place])
    serials[place] = UInt32(truncatingIfNeeded: serial)
    guard last != 0, last != serial, epochs[place] == epoch else { return nil }
    return
      "was constructed again (construction \(serial), before it \(last)), though it had been freed in its constructed "
      + "state and not been reaped since"
  }

  mutating func freed(_ address: Int) { epochs[address / 8] = epoch }

  /// From now on every free object may be constructed anew.
  mutating func reaped() { epoch += 1 }
}
