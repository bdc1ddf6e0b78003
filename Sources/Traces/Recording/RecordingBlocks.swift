/// The live blocks of a recording: from address to slot, in a table with open addressing and linear probing.
///
/// Invariant: no empty entry lies between a key's home entry and the entry that holds it, so that a search may stop at
/// the first empty one. At most half of the entries are taken.
struct RecordingBlocks {
  /// Addresses; 0 is an empty entry.
  private var keys: [UInt64]
  private var values: [UInt32]
  private var mask: Int
  private var shift: UInt64
  private(set) var count = 0

  init() {
    keys = Array(repeating: 0, count: 1024)
    values = Array(repeating: 0, count: 1024)
    mask = 1023
    shift = 64 - 10
  }

  private func home(_ key: UInt64) -> Int { Int(truncatingIfNeeded: (key >> 4 &* 0x9e37_79b9_7f4a_7c15) >> shift) }

  /// Adds a block; its address must not be there, nor be 0.
  mutating func insert(_ address: UInt64, _ slot: UInt32) {
    if (count + 1) * 2 > keys.count { grow() }
    var index = home(address)
    while keys[index] != 0 { index = (index + 1) & mask }
    keys[index] = address
    values[index] = slot
    count += 1
  }

  /// Removes the block at an address, and answers its slot.
  mutating func remove(_ address: UInt64) -> UInt32? {
    guard address != 0 else { return nil }
    var index = home(address)
    while keys[index] != address {
      if keys[index] == 0 { return nil }
      index = (index + 1) & mask
    }
    let value = values[index]
    // Moves each later entry of the run back whose home does not lie behind the gap.
    var gap = index
    while true {
      index = (index + 1) & mask
      if keys[index] == 0 { break }
      if (index &- home(keys[index])) & mask >= (index &- gap) & mask {
        keys[gap] = keys[index]
        values[gap] = values[index]
        gap = index
      }
    }
    keys[gap] = 0
    count -= 1
    return value
  }

  private mutating func grow() {
    let (oldKeys, oldValues) = (keys, values)
    keys = Array(repeating: 0, count: oldKeys.count * 2)
    values = Array(repeating: 0, count: oldKeys.count * 2)
    mask = keys.count - 1
    shift -= 1
    count = 0
    for index in oldKeys.indices where oldKeys[index] != 0 { insert(oldKeys[index], oldValues[index]) }
  }
}
