/// Where blocks lie that have no records at all: each at the lowest place that has room for it, and where it is as long as it fits there.
struct FirstFit {
  let limit: Int
  /// In the order of their addresses.
  private var blocks: [Range<Int>] = []

  init(limit: Int) { self.limit = limit }

  mutating func allocate(_ size: Int, alignment: Int) -> Int? {
    guard size <= limit, alignment <= limit else { return nil }
    let step = max(alignment, 16)
    var end = 0
    for place in 0...blocks.count {
      let start = (end + step - 1) & ~(step - 1)
      if start + max(size, 1) <= (place < blocks.count ? blocks[place].lowerBound : limit) {
        blocks.insert(start..<start + max(size, 1), at: place)
        return start
      }
      if place < blocks.count { end = blocks[place].upperBound }
    }
    return nil
  }

  mutating func deallocate(_ address: Int) { blocks.removeAll { $0.lowerBound == address } }

  mutating func reallocate(_ address: Int, to size: Int, alignment: Int) -> Int? {
    guard size <= limit, let place = blocks.firstIndex(where: { $0.lowerBound == address }) else { return nil }
    let room = place + 1 < blocks.count ? blocks[place + 1].lowerBound : limit
    if address & (alignment - 1) == 0, address + max(size, 1) <= room {
      blocks[place] = address..<address + max(size, 1)
      return address
    }
    guard let new = allocate(size, alignment: alignment) else { return nil }
    deallocate(address)
    return new
  }
}
