import Vocabularies

extension AllocationOracle {
  /// Bytes that are copied out of another process at once.
  private static let batchBytes = 1 << 20
  /// Ranges that are copied at once: what the system takes.
  private static let batchRanges = 512

  /// Looks at live blocks of a subject whose heap is its process's own memory.
  ///
  /// - Complexity: O(n log n) in the blocks: neighbours are copied together, since a range costs more than its bytes.
  func checkBytes(of slots: [Int32], _ memory: any ProcessMemory) -> Violation? {
    var pieces: [(start: Int, slot: Int32)] = []
    pieces.reserveCapacity(slots.count)
    for slot in slots where blocks[Int(slot)].size > 0 { pieces.append((blocks[Int(slot)].address, slot)) }
    pieces.sort { $0.start < $1.start }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.batchBytes, alignment: 64)
    defer { unsafe buffer.deallocate() }
    var first = 0
    while first < pieces.count {
      let block = blocks[Int(pieces[first].slot)]
      if block.size > Self.batchBytes {
        if let violation = unsafe checkLarge(Int(pieces[first].slot), memory, buffer) { return violation }
        first += 1
        continue
      }
      var ranges: [Range<Int>] = []
      var byteCount = 0
      var last = first
      while last < pieces.count, ranges.count < Self.batchRanges {
        let block = blocks[Int(pieces[last].slot)]
        let end = block.address + block.size
        if let before = ranges.last, block.address <= before.upperBound || Self.areNeighbours(before, block.address) {
          let added = max(0, end - before.upperBound)
          guard byteCount + added <= Self.batchBytes else { break }
          ranges[ranges.count - 1] = before.lowerBound..<max(before.upperBound, end)
          byteCount += added
        } else {
          guard byteCount + block.size <= Self.batchBytes else { break }
          ranges.append(block.address..<end)
          byteCount += block.size
        }
        last += 1
      }
      if let violation = unsafe check(pieces[first..<last], ranges, memory, buffer) { return violation }
      first = last
    }
    return nil
  }

  /// Whether what lies between a range and the next block is in their pages.
  private static func areNeighbours(_ range: Range<Int>, _ start: Int) -> Bool {
    start >> 12 - (range.upperBound - 1) >> 12 <= 1
  }

  /// Copies ranges and compares the blocks in them, both in the order of their addresses.
  private func check(
    _ pieces: ArraySlice<(start: Int, slot: Int32)>, _ ranges: [Range<Int>], _ memory: any ProcessMemory,
    _ buffer: UnsafeMutableRawBufferPointer
  ) -> Violation? {
    let copied = unsafe memory.copy(ranges, to: buffer)
    var range = 0
    // Where in the buffer the range begins.
    var place = 0
    for piece in pieces {
      while piece.start >= ranges[range].upperBound {
        place += ranges[range].count
        range += 1
      }
      let slot = Int(piece.slot)
      let offset = place + piece.start - ranges[range].lowerBound
      let known = max(0, min(blocks[slot].size, copied - offset))
      if let violation = unsafe compare(slot, 0, UnsafeRawBufferPointer(rebasing: buffer[offset..<offset + known])) {
        return violation
      }
      if known < blocks[slot].size { return missing(slot, known) }
    }
    return nil
  }

  private func checkLarge(
    _ slot: Int, _ memory: any ProcessMemory, _ buffer: UnsafeMutableRawBufferPointer
  ) -> Violation? {
    let block = blocks[slot]
    var done = 0
    while done < block.size {
      let start = block.address + done
      let count = min(block.size - done, Self.batchBytes)
      let copied = unsafe memory.copy([start..<start + count], to: buffer)
      if let violation = unsafe compare(slot, done, UnsafeRawBufferPointer(rebasing: buffer[..<copied])) {
        return violation
      }
      if copied < count { return missing(slot, done + copied) }
      done += count
    }
    return nil
  }

  /// Compares the bytes of a block from `offset` on, a multiple of eight, with what they should be.
  private func compare(_ slot: Int, _ offset: Int, _ bytes: UnsafeRawBufferPointer) -> Violation? {
    let block = blocks[slot]
    let key = patternKey(of: block)
    // The pattern goes on from any word as that of another key.
    let shifted = PayloadPattern.key(key, advancedBy: offset)
    let count = min(bytes.count, patternedBytes(of: slot) - offset)
    guard count > 0, let base = bytes.baseAddress,
      let difference = unsafe PayloadPattern.firstDifference(base, count: count, key: shifted)
    else { return nil }
    // Safe: the difference lies in the bytes that were compared.
    let found = unsafe bytes[difference]
    return payloadChanged(
      slot, at: offset + difference, expected: PayloadPattern.byte(at: offset + difference, key: key), found: found)
  }

  private func missing(_ slot: Int, _ offset: Int) -> Violation {
    Violation(
      .payloadChanged, at: span(ofDamageTo: slot).upperBound,
      "byte \(offset) of b\(slot) is in no memory any more, though the block is live",
      evidence: ["it is in \(describe(slot))"])
  }
}
