/// An image with less in it, which is an image all the same.
extension HeapImageTables {
  package var nonzeroBytes: Int { regions.reduce(0) { $0 + $1.bytes.count { $0 != 0 } } }

  /// The image without the blocks of a range; where they lay is free.
  mutating func keepBlocks(_ removed: Range<Int>) { blocks.removeSubrange(removed.clamped(to: 0..<blocks.count)) }

  mutating func keepRegisters(_ removed: Range<Int>) {
    registers.removeSubrange(removed.clamped(to: 0..<registers.count))
  }

  /// Where something is not zero, by region and offsets: aligned words of the program's memory, or as much of one as a region has.
  var wordPlaces: [(region: Int, bytes: Range<Int>)] {
    regions.indices.flatMap { number -> [(region: Int, bytes: Range<Int>)] in
      let region = regions[number]
      return stride(from: -Int(region.start % 8), to: region.bytes.count, by: 8).compactMap { first in
        let range = max(0, first)..<min(first + 8, region.bytes.count)
        return region.bytes[range].contains { $0 != 0 } ? (number, range) : nil
      }
    }
  }

  /// The image with zeros in the place of the words of a range.
  mutating func keepWords(_ removed: Range<Int>) {
    let places = wordPlaces
    for place in places[removed.clamped(to: 0..<places.count)] {
      for byte in place.bytes { regions[place.region].bytes[byte] = 0 }
    }
  }

  /// How far inside their blocks pointers point, all together; 0 where there are many blocks.
  var innerBytes: Int {
    guard blocks.count <= 32 else { return 0 }
    let words = regions.flatMap { region in
      stride(from: Int((8 - region.start % 8) % 8), to: region.bytes.count - 7, by: 8).map { region.word(at: $0) }
    }
    return (registers + words).reduce(0) { sum, word in
      sum + (block(at: word).map { Int(word - blocks[$0].address) } ?? 0)
    }
  }

  /// Zeros in all that belongs to no block.
  mutating func clearFree() {
    for region in regions.indices where regions[region].isHeap {
      let start = regions[region].start
      var cleared = [UInt8](repeating: 0, count: regions[region].bytes.count)
      for block in blocks where block.address >= start && block.address < regions[region].end {
        let first = Int(block.address - start)
        for place in first..<first + block.size { cleared[place] = regions[region].bytes[place] }
      }
      regions[region].bytes = cleared
    }
  }

  /// A block no larger than what is not zero in it, and no smaller than so many bytes.
  mutating func shrinkBlock(_ place: Int, toAtLeast least: Int = 0) {
    guard blocks.indices.contains(place), let region = region(at: blocks[place].address) else { return }
    let first = Int(blocks[place].address - regions[region].start)
    let used = regions[region].bytes[first..<first + blocks[place].size].lastIndex { $0 != 0 }.map { $0 - first + 1 }
    // Whole words: a pointer's highest bytes are zero.
    blocks[place].size = min(blocks[place].size, max(((used ?? 0) + 7) & ~7, least))
  }

  /// The image without a block; what pointed to it points to what its first pointer did.
  mutating func bypassBlock(_ place: Int) {
    guard blocks.indices.contains(place) else { return }
    let range = blocks[place].range
    let words = stride(from: (range.lowerBound + 7) & ~7, to: range.upperBound, by: 8).compactMap { word(at: $0) }
    guard let next = words.first(where: { word in block(at: word).map { $0 != place } ?? false }) else { return }
    replacePointers { range.contains($0) ? next : nil }
    blocks.remove(at: place)
  }

  /// The image with pointers to a block's second byte in the place of those farther inside.
  mutating func bringNearer(_ place: Int) {
    guard blocks.indices.contains(place), blocks[place].size > 2 else { return }
    let range = blocks[place].range
    replacePointers { $0 > range.lowerBound + 1 && range.contains($0) ? range.lowerBound + 1 : nil }
  }

  /// Replaces registers and aligned words of the memory.
  private mutating func replacePointers(_ replacement: (UInt64) -> UInt64?) {
    registers = registers.map { replacement($0) ?? $0 }
    for region in regions.indices {
      var offset = Int((8 - regions[region].start % 8) % 8)
      while offset + 8 <= regions[region].bytes.count {
        if let word = replacement(regions[region].word(at: offset)) { regions[region].set(word, at: offset) }
        offset += 8
      }
    }
  }

  /// The image without free memory that separates blocks, and without roots behind the last that is not zero; pointers go along.
  mutating func squeeze() {
    var moved = HeapImageTables()
    var places: [UInt64] = []
    var cursor = regions.first?.start ?? 0
    for region in regions {
      // Where it began by a multiple of 16 or not, it begins so again.
      cursor = ((cursor + 15) & ~15) + region.start % 16
      let start = cursor
      var bytes: [UInt8] = []
      if region.isHeap {
        var before: Block?
        for block in blocks where block.address >= region.start && block.address < region.end {
          let touches = before.map { $0.range.upperBound == block.address } ?? false
          // As little as keeps where it begins to a multiple of 16.
          if !touches, !bytes.isEmpty || block.address % 16 != start % 16 {
            let apart = before == nil ? 0 : 8
            let next = (cursor + UInt64(apart) + 15) & ~15
            let to = next + block.address % 16
            let old = Int(block.address - region.start)
            let between = Int(to - cursor)
            // What stands right before a block, and right behind the one before, stays.
            let behind = before.map { Int($0.range.upperBound - region.start) } ?? 0
            for place in 0..<between {
              let byte = place < 8 ? behind + place : old - between + place
              bytes.append(byte >= 0 && byte < old ? region.bytes[byte] : 0)
            }
            cursor = to
          }
          let first = Int(block.address - region.start)
          places.append(cursor)
          moved.blocks.append(Block(address: cursor, size: block.size, site: block.site))
          bytes += region.bytes[first..<first + max(block.size, 1)]
          cursor += UInt64(max(block.size, 1))
          before = block
        }
        guard let before else { continue }
        let behind = Int(before.range.upperBound - region.start)
        for place in 0..<8 where behind + place < region.bytes.count { bytes.append(region.bytes[behind + place]) }
        cursor = start + UInt64(bytes.count)
      } else {
        let used = region.bytes.lastIndex { $0 != 0 }.map { ($0 / 8 + 1) * 8 } ?? 0
        bytes = Array(region.bytes.prefix(used))
        if bytes.isEmpty { continue }
        cursor += UInt64(bytes.count)
      }
      moved.regions.append(Region(start: start, kind: region.kind, bytes: bytes))
      cursor += 8
    }
    guard places.count == blocks.count else { return }
    moved.registers = registers.map { relocated($0, places) }
    for region in moved.regions.indices { relocate(&moved.regions[region], places) }
    self = moved
  }

  /// The image at another address.
  mutating func move(to start: UInt64) {
    guard let first = regions.first, first.start >= start else { return }
    let distance = first.start - start - first.start % 16
    var moved = self
    let places = blocks.map { $0.address - distance }
    for place in blocks.indices { moved.blocks[place].address = places[place] }
    for region in regions.indices { moved.regions[region].start -= distance }
    moved.registers = registers.map { relocated($0, places) }
    for region in moved.regions.indices { relocate(&moved.regions[region], places) }
    self = moved
  }

  /// A word as it is where blocks have moved: one that points to a block, or one past its end, points there still.
  private func relocated(_ word: UInt64, _ places: [UInt64]) -> UInt64 {
    if let block = block(at: word) { return places[block] + (word - blocks[block].address) }
    guard word > 0, let block = block(at: word - 1) else { return word }
    return places[block] + (word - blocks[block].address)
  }

  /// Moves what points to blocks: words at any offset, each byte in one of them at most.
  private func relocate(_ region: inout Region, _ places: [UInt64]) {
    var offset = 0
    while offset + 8 <= region.bytes.count {
      let word = region.word(at: offset)
      let new = relocated(word, places)
      let isPointer = new != word || block(at: word) != nil
      if isPointer { region.set(new, at: offset) }
      offset += isPointer ? 8 : 1
    }
  }
}
