import AllocLab

extension ColocatingAllocator {
  /// Which granules of a page are used, and where blocks begin: one line, eight words.
  struct Map {
    private(set) var used: [4 of UInt64] = [0, 0, 0, 0]
    private(set) var begins: [4 of UInt64] = [0, 0, 0, 0]

    /// Of a page in which nothing is used.
    init() {}

    /// As it was stored.
    init(of page: Int, at maps: Int, _ heap: Heap) {
      let base = Address(maps + 64 * page)
      for number in 0..<4 {
        used[number] = heap.load(at: base + 8 * number)
        begins[number] = heap.load(at: base + 32 + 8 * number)
      }
    }

    func store(_ page: Int, at maps: Int, _ heap: Heap) {
      let base = Address(maps + 64 * page)
      for number in 0..<4 {
        heap.store(used[number], at: base + 8 * number)
        heap.store(begins[number], at: base + 32 + 8 * number)
      }
    }

    /// Whether nothing is used.
    var isEmpty: Bool { used[0] | used[1] | used[2] | used[3] == 0 }

    private func nibble(_ line: Int) -> UInt64 { used[line >> 4] >> UInt64(4 * (line & 15)) & 15 }
    private func isUsed(_ granule: Int) -> Bool { used[granule >> 6] >> UInt64(granule & 63) & 1 == 1 }
    private func isBegin(_ granule: Int) -> Bool { begins[granule >> 6] >> UInt64(granule & 63) & 1 == 1 }

    /// A gap of so many granules, at most four, within a line.
    func fit(_ count: Int, _ alignment: Int, inLine line: Int) -> Int? {
      let taken = nibble(line)
      guard taken != 15 else { return nil }
      let wanted = UInt64(1 << count - 1)
      var place = 0
      while place + count <= 4 {
        if taken & wanted << UInt64(place) == 0 { return 4 * line + place }
        place += alignment
      }
      return nil
    }

    /// The first line from `line` on, and round to the page's start, of which nothing is used.
    func emptyLine(from line: Int) -> Int? {
      for step in 0..<64 where nibble((line + step) & 63) == 0 { return (line + step) & 63 }
      return nil
    }

    /// The first gap of so many granules, wherever it lies.
    func run(_ count: Int, _ alignment: Int) -> Int? {
      var start = 0
      while start + count <= 256 {
        guard let blocking = (start..<start + count).last(where: { isUsed($0) }) else { return start }
        start = (blocking + alignment) & ~(alignment - 1)
      }
      return nil
    }

    mutating func begin(at granule: Int, _ count: Int) {
      begins[granule >> 6] |= 1 << UInt64(granule & 63)
      for granule in granule..<granule + count { used[granule >> 6] |= 1 << UInt64(granule & 63) }
    }

    /// Ends the block that begins at a granule: it reaches to the next one that is free or begins another.
    mutating func end(at granule: Int) {
      begins[granule >> 6] &= ~(1 << UInt64(granule & 63))
      var granule = granule
      repeat {
        used[granule >> 6] &= ~(1 << UInt64(granule & 63))
        granule += 1
      } while granule < 256 && isUsed(granule) && !isBegin(granule)
    }
  }
}
