import AllocLab

/// Holes: what has ended, joined with what is free beside it, in lists by size.
extension SlidingAllocator {
  /// The list for holes of `total` bytes.
  static func bin(_ total: Int) -> Int { min(31, Int.bitWidth - 1 - (total >> 4).leadingZeroBitCount) }

  /// Makes `total` bytes at `place` a hole, joined with the holes on both sides. At the top there is none: the top comes down.
  mutating func makeHole(_ place: Int, _ total: Int) {
    var (place, total) = (place, total)
    if place + total < top, isHole(place + total) {
      let next = place + total
      total += self.total(next)
      unlink(next)
    }
    if word(place) & Self.followsHole != 0 {
      let before = word(place - 8)
      place -= before
      total += before
      unlink(place)
    }
    guard place + total < top else {
      top = place
      return
    }
    link(place, total)
  }

  /// Puts a hole, that has no free neighbour, into its list.
  mutating func link(_ place: Int, _ total: Int) {
    setWord(place, total | Self.isHole)
    setWord(place + total - 8, total)
    setWord(place + total, word(place + total) | Self.followsHole)
    holeBytes += total
    // One with just a header is in no list: it is found again by its neighbours.
    guard total > Self.header else { return }
    let bin = Self.bin(total)
    let next = bins[bin]
    setWord(place + 8, next)
    setWord(place + 16, -1)
    if next >= 0 { setWord(next + 16, place) }
    bins[bin] = place
  }

  /// Takes a hole out of its list. What is behind it does not know yet.
  mutating func unlink(_ place: Int) {
    let total = total(place)
    holeBytes -= total
    guard total > Self.header else { return }
    let (next, previous) = (word(place + 8), word(place + 16))
    if next >= 0 { setWord(next + 16, previous) }
    if previous >= 0 { setWord(previous + 8, next) } else { bins[Self.bin(total)] = next }
  }

  /// The best of the first holes that have room for `total` bytes, and lie wholly below `line`.
  func bestHole(_ total: Int, below line: Int = .max) -> Int? {
    for bin in Self.bin(total)..<32 {
      var (best, bestTotal) = (-1, Int.max)
      var hole = bins[bin]
      var tries = 64
      while hole >= 0, tries > 0, bestTotal > total {
        let found = self.total(hole)
        if found >= total, found < bestTotal, hole + total <= line { (best, bestTotal) = (hole, found) }
        hole = word(hole + 8)
        tries -= 1
      }
      if best >= 0 { return best }
    }
    return nil
  }

  /// A place of `total` bytes in a hole, with a header that says so; what is left of the hole stays one.
  mutating func takeHole(_ total: Int, below line: Int = .max) -> Int? {
    guard let hole = bestHole(total, below: line) else { return nil }
    let found = self.total(hole)
    unlink(hole)
    setWord(hole, total)
    if found > total {
      link(hole + total, found - total)
    } else {
      setWord(hole + total, word(hole + total) & ~Self.followsHole)
    }
    return hole
  }

  /// Gives back the pages behind the top that were touched.
  mutating func giveBackTop() {
    let first = Address(top).alignedUp(to: Heap.pageSize)
    let end = min(Address(touchedEnd).alignedUp(to: Heap.pageSize), Address(tableEnd).alignedDown(to: Heap.pageSize))
    if first < end { heap.decommit(at: first, byteCount: end - first) }
    touchedEnd = top
  }

  /// Gives back the pages inside holes: of each all but links and footer.
  func giveBackHoles() {
    for bin in Self.bin(Heap.pageSize)..<32 {
      var hole = bins[bin]
      while hole >= 0 {
        heap.decommit(at: Address(hole + 24), byteCount: total(hole) - 32)
        hole = word(hole + 8)
      }
    }
  }
}
