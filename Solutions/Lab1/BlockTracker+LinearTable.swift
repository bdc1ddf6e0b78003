/// What a table has at a place.
protocol TableEntry {
  var key: UInt64 { get }
  var isVacant: Bool { get }
  static var vacant: Self { get }
}

/// A hash table with linear probing, at most half full.
struct LinearTable<Entry: TableEntry> {
  private var slots = Array(repeating: Entry.vacant, count: 16)
  private var shift = 60
  private(set) var count = 0

  var entries: [Entry] { slots.filter { !$0.isVacant } }

  subscript(place: Int) -> Entry {
    get { slots[place] }
    set { slots[place] = newValue }
  }

  /// Where the search for a key begins: multiplication by the golden ratio, its highest bits.
  private func home(_ key: UInt64) -> Int { Int(truncatingIfNeeded: (key &* 0x9e37_79b9_7f4a_7c15) >> UInt64(shift)) }

  /// Where the entry of a key is, if there is one.
  func place(of key: UInt64) -> Int? {
    var place = home(key)
    while !slots[place].isVacant {
      if slots[place].key == key { return place }
      place = (place + 1) & (slots.count - 1)
    }
    return nil
  }

  /// Adds an entry, whose key is not there.
  mutating func insert(_ entry: Entry) {
    if 2 * (count + 1) > slots.count { grow() }
    count += 1
    put(entry)
  }

  private mutating func put(_ entry: Entry) {
    var place = home(entry.key)
    while !slots[place].isVacant { place = (place + 1) & (slots.count - 1) }
    slots[place] = entry
  }

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: Entry.vacant, count: 2 * old.count)
    shift -= 1
    for entry in old where !entry.isVacant { put(entry) }
  }

  /// Takes an entry out, and moves those behind it back that would not be found across the gap.
  mutating func remove(at place: Int) -> Entry {
    let removed = slots[place]
    let mask = slots.count - 1
    var (gap, next) = (place, (place + 1) & mask)
    while !slots[next].isVacant {
      if (next - home(slots[next].key)) & mask >= (next - gap) & mask {
        slots[gap] = slots[next]
        gap = next
      }
      next = (next + 1) & mask
    }
    slots[gap] = .vacant
    count -= 1
    return removed
  }
}
