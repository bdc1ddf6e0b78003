/// A set of addresses, all of which are known in advance: a bit for each, and a bit for each word that has one, and so on.
package struct AddressSet: Sendable {
  /// All that may be in the set, ascending.
  package let addresses: [UInt64]
  /// Bits, and whether a word of the level below has any.
  private var levels: [[UInt64]]

  /// - Complexity: O(n log n).
  package init(of addresses: [UInt64]) {
    var distinct: [UInt64] = []
    for address in addresses.sorted() where distinct.last != address { distinct.append(address) }
    self.addresses = distinct
    levels = []
    var count = distinct.count
    repeat {
      count = (count + 63) / 64
      levels.append(Array(repeating: 0, count: max(count, 1)))
    } while count > 1
  }

  /// How many of all addresses are below one.
  private func rank(_ address: UInt64) -> Int {
    var (low, high) = (0, addresses.count)
    while low < high {
      let middle = (low + high) / 2
      if addresses[middle] < address { low = middle + 1 } else { high = middle }
    }
    return low
  }

  package mutating func removeAll() {
    for level in levels.indices { levels[level] = Array(repeating: 0, count: levels[level].count) }
  }

  /// Of an address that may be in it.
  package mutating func insert(_ address: UInt64) {
    var place = rank(address)
    guard place < addresses.count, addresses[place] == address else { return }
    for level in levels.indices {
      levels[level][place / 64] |= 1 << UInt64(place % 64)
      place /= 64
    }
  }

  package mutating func remove(_ address: UInt64) {
    var place = rank(address)
    guard place < addresses.count, addresses[place] == address else { return }
    for level in levels.indices {
      levels[level][place / 64] &= ~(1 << UInt64(place % 64))
      if levels[level][place / 64] != 0 { return }
      place /= 64
    }
  }

  /// The greatest in the set that is below an address.
  package func last(below address: UInt64) -> UInt64? {
    var place = rank(address)
    for level in levels.indices {
      if place / 64 < levels[level].count {
        let found = levels[level][place / 64] & ((1 << UInt64(place % 64)) - 1)
        if found != 0 {
          return descend(from: level, to: place / 64 * 64 + 63 - found.leadingZeroBitCount) {
            63 - $0.leadingZeroBitCount
          }
        }
      }
      place /= 64
    }
    return nil
  }

  /// The least in the set that is not below an address.
  package func first(from address: UInt64) -> UInt64? {
    var place = rank(address)
    for level in levels.indices {
      // Where what is below has been looked at, only what comes behind it counts.
      if place / 64 < levels[level].count {
        let found = levels[level][place / 64] & (UInt64.max << UInt64(place % 64))
        if found != 0 {
          return descend(from: level, to: place / 64 * 64 + found.trailingZeroBitCount) { $0.trailingZeroBitCount }
        }
      }
      place = place / 64 + 1
    }
    return nil
  }

  private func descend(from level: Int, to place: Int, _ pick: (UInt64) -> Int) -> UInt64? {
    var place = place
    for level in stride(from: level - 1, through: 0, by: -1) { place = place * 64 + pick(levels[level][place]) }
    return place < addresses.count ? addresses[place] : nil
  }
}
