import AllocLab

extension HardenedHeap: InvariantChecking {
  public func invariantViolations() -> [String] {
    guard top > blocks else { return [] }
    var wrong: [String] = []
    var taken: [(base: Int, end: Int)] = []
    var states: [Record.State: Set<Int>] = [:]
    for half in stride(from: blocks, to: fresh, by: 32) {
      let record = record(half)
      guard record.word != 0 else { continue }
      let base = half + (record.isUpper ? 16 : 0)
      states[record.state, default: []].insert(base)
      if record.bin == Record.extent {
        let start = base - Self.page
        taken.append((start, start + Self.extent(record.size).pages * Self.page))
      } else {
        let slot = Self.slot(record.bin)
        taken.append((base, base + slot))
        if record.size + Self.canaryBytes > slot { wrong.append("1: \(record.size) bytes in the slot at \(base)") }
      }
      // The program has changed none of these where this is asked.
      if record.state == .live, !hasCanary(base, record) { wrong.append("4: the canary behind \(base)") }
      if record.state == .remembered || record.state == .free, record.bin != Record.extent,
        !isPoisoned(base, Self.slot(record.bin))
      {
        wrong.append("4: the poison at \(base)")
      }
    }
    for (one, other) in zip(taken, taken.dropFirst()) where one.end > other.base {
      wrong.append("1: what begins at \(one.base) ends at \(one.end), and \(other.base) begins before")
    }
    if let last = taken.last, last.end > fresh || fresh > top {
      wrong.append("1: \(last.end) is used, fresh is \(fresh), and top \(top)")
    }
    wrong += quarantineViolations(states[.remembered] ?? [])
    wrong += binViolations(states)
    return wrong
  }

  private func quarantineViolations(_ remembered: Set<Int>) -> [String] {
    var (wrong, rest, next, charges) = ([String](), remembered, oldest, 0)
    while next != 0 {
      guard rest.remove(next) != nil else { return ["2: the quarantine leads to \(next)"] }
      charges += Self.charge(record(next).size)
      if record(next).next == 0, next != youngest { wrong.append("2: the youngest is \(youngest), not \(next)") }
      next = record(next).next
    }
    if !rest.isEmpty { wrong.append("2: the quarantine does not lead to \(rest.sorted())") }
    if charges != self.remembered || charges > heap.limit / 64 {
      wrong.append("2: charges \(charges), not \(self.remembered)")
    }
    return wrong
  }

  private func binViolations(_ states: [Record.State: Set<Int>]) -> [String] {
    var wrong: [String] = []
    var free = states[.free] ?? []
    var found: Set<Int> = []
    for bin in 0..<24 {
      for place in 0..<word(Self.count(bin)) {
        let base = word(Self.pool(bin) + 4 * place)
        if !found.insert(base).inserted { wrong.append("3: \(base) is twice in the pool of bin \(bin)") }
        let record = record(base)
        if record.word != 0, record.bin != bin || free.remove(base) == nil {
          wrong.append("3: the pool of bin \(bin) has \(base)")
        }
      }
      var next = word(Self.list(bin))
      while next != 0 {
        guard free.remove(next) != nil, record(next).bin == bin else {
          return wrong + ["3: list \(bin) leads to \(next)"]
        }
        next = record(next).next
      }
    }
    for list in stride(from: 0, to: 1024, by: 4) {
      var next = word(list)
      while next != 0 {
        guard free.remove(next) != nil, record(next).bin == Record.extent else {
          return wrong + ["3: the list of extents at \(list) leads to \(next)"]
        }
        next = record(next).next
      }
    }
    if !free.isEmpty { wrong.append("3: no list leads to \(free.sorted())") }
    return wrong
  }
}
