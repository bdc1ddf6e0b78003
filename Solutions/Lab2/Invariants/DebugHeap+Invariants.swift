import AllocLab

extension DebugHeap: InvariantChecking {
  /// Chunks are gone through one by one, and the map, the queue and the lists have to agree with what is found. Bytes that the program may have
  /// damaged are not looked at.
  public func invariantViolations() -> [String] {
    var wrong: [String] = []
    var states: [State: Set<Int>] = [.free: [], .live: [], .kept: []]
    var chunk = chunks
    while chunk < unused {
      let byteCount = Self.bytes(ofClass: sizeClass(chunk))
      states[state(chunk), default: []].insert(chunk)
      if !isChunk(chunk) { wrong.append("the map has no chunk at \(chunk)") }
      for place in stride(from: chunk + 16, to: min(chunk + byteCount, unused), by: 16) where isChunk(place) {
        wrong.append("the map has a chunk at \(place), inside the one at \(chunk)")
      }
      if state(chunk) != .free {
        let taken = Self.front + size(chunk) + Self.tagBytes
        if taken > byteCount { wrong.append("\(taken) bytes are taken of the \(byteCount) at \(chunk)") }
        if taken <= 64 ? byteCount != 64 : byteCount - taken > taken / 4 + 16 {
          wrong.append("\(byteCount) bytes at \(chunk) are far more than the \(taken) that are taken")
        }
      }
      chunk += byteCount
    }
    if chunk != unused { wrong.append("the last chunk ends at \(chunk), and what was never used begins at \(unused)") }
    return wrong + queueViolations(states[.kept] ?? []) + listViolations(states[.free] ?? [])
  }

  private func queueViolations(_ kept: Set<Int>) -> [String] {
    var (wrong, rest, next, charges) = ([String](), kept, oldest, 0)
    while next != 0 {
      guard rest.remove(next) != nil else { return ["the queue leads to \(next)"] }
      charges += Self.charge(size(next))
      if link(next) == 0, next != youngest { wrong.append("the youngest is \(youngest), not \(next)") }
      next = link(next)
    }
    if !rest.isEmpty { wrong.append("the queue does not lead to \(rest.sorted())") }
    if charges != keptBytes || charges > heap.limit / 16 { wrong.append("charges \(charges), not \(keptBytes)") }
    return wrong
  }

  private func listViolations(_ free: Set<Int>) -> [String] {
    var rest = free
    for sizeClass in 0..<128 {
      var next = Int(heap.load(UInt32.self, at: Self.list(sizeClass))) << 4
      while next != 0 {
        guard rest.remove(next) != nil, self.sizeClass(next) == sizeClass else {
          return ["the list of class \(sizeClass) leads to \(next)"]
        }
        next = link(next)
      }
    }
    return rest.isEmpty ? [] : ["no list leads to \(rest.sorted())"]
  }
}
