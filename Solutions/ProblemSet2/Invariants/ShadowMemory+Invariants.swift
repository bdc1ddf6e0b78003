import AllocLab

extension ShadowMemory: InvariantChecking {
  public func invariantViolations() -> [String] {
    guard fresh != .max else { return [] }
    var wrong: [String] = []
    if fresh != 512, fresh > top - 16 { wrong.append("1: fresh is \(fresh), and top \(top)") }
    var (blocks, queue, free) = (Set<Int>(), Set<Int>(), Set<Int>())
    var base = 528
    while base < fresh {
      blocks.insert(base)
      let (size, state) = (size(base), state(base))
      let room = Self.room(Self.roomClass(size))
      for granule in -2..<room / 8 {
        let live = min(8, max(0, size - granule * 8))
        let expected =
          state == .free ? 0 : granule < 0 ? Self.mark : state == .live ? UInt8(live) : live > 0 ? Self.freed : 0
        let found = shadow(base >> 3 + granule)
        if found != expected {
          wrong.append("2: the shadow of granule \(granule) of \(base) is \(found), not \(expected)")
        }
        let bits = bits(at: base + granule * 8) & 0xff
        if granule < 0 || state != .live || bits >> UInt64(live) != 0, bits != 0 {
          wrong.append("3: initialised bytes \(bits) in granule \(granule) of \(base)")
        }
      }
      if state == .remembered { queue.insert(base) }
      if state == .free { free.insert(base) }
      base += room + 16
    }
    if base != fresh + 16 { wrong.append("1: the last block ends at \(base - 16), and fresh is \(fresh)") }
    var (next, charges) = (oldest, 0)
    while next != 0 {
      guard queue.remove(next) != nil else {
        wrong.append("4: the queue leads to \(next)")
        break
      }
      charges += Self.charge(size(next))
      if link(next) == 0, next != youngest { wrong.append("4: the youngest is \(youngest), not \(next)") }
      next = link(next)
    }
    if !queue.isEmpty { wrong.append("4: the queue does not lead to \(queue.sorted())") }
    if charges != remembered || charges > heap.limit / 32 { wrong.append("4: charges \(charges), not \(remembered)") }
    for number in 0..<128 {
      var next = first(number)
      while next != 0 {
        guard free.remove(next) != nil, Self.roomClass(size(next)) == number else {
          wrong.append("5: list \(number) leads to \(next)")
          break
        }
        next = link(next)
      }
    }
    if !free.isEmpty { wrong.append("5: no list leads to \(free.sorted())") }
    return wrong
  }
}
