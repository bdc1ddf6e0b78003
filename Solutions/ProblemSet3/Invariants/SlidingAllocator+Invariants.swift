import AllocLab

extension SlidingAllocator: InvariantChecking {
  /// What is not as the file's head says, a sentence each.
  ///
  /// - Complexity: O(blocks + handles).
  public func invariantViolations() -> [String] {
    var violations: [String] = []
    func expect(_ holds: Bool, _ place: Int, _ what: String) {
      if !holds { violations.append("at \(place): \(what)") }
    }
    var (place, sum, listed, live) = (0, 0, 0, 0)
    var followsHole = false
    while place < top {
      let total = total(place)
      guard total >= Self.header, total % 16 == 0, total <= top - place else {
        violations.append("at \(place): \(total) bytes, and the top is \(top)")
        return violations
      }
      expect((word(place) & Self.followsHole != 0) == followsHole, place, "what is before it is a hole: \(followsHole)")
      followsHole = isHole(place)
      if followsHole {
        sum += total
        listed += total > Self.header ? 1 : 0
        expect(word(place + total - 8) == total, place, "a hole's two ends say different sizes")
        expect(place + total < top, place, "a hole at the top")
      } else {
        live += 1
        let handle = handle(place)
        expect(handle < handleCount, place, "handle \(handle) of \(handleCount)")
        if handle < handleCount {
          expect(word(entry(handle)) == place + Self.header, place, "the table says \(word(entry(handle)))")
        }
        for field in 0..<references(place) {
          let target = word(place + Self.header + 8 * field)
          guard target != Self.noReference else { continue }
          let isBlock = target >= Self.header && target <= top && target % 16 == 0 && !isHole(target - Self.header)
          expect(
            isBlock && word(entry(self.handle(target - Self.header))) == target, place,
            "field \(field) holds \(target)")
        }
      }
      place += total
    }
    expect(place == top, place, "blocks end there, and not at \(top)")
    expect(sum == holeBytes, 0, "holes of \(sum) bytes, counted \(holeBytes)")
    expect(top <= tableEnd, top, "blocks reach into the table at \(tableEnd)")
    var inBins = 0
    for bin in 0..<32 {
      var (hole, previous) = (bins[bin], -1)
      while hole >= 0, inBins <= listed {
        inBins += 1
        expect(isHole(hole) && Self.bin(total(hole)) == bin, hole, "is no hole of list \(bin)")
        expect(word(hole + 16) == previous, hole, "the link back")
        (previous, hole) = (hole, word(hole + 8))
      }
    }
    expect(inBins == listed, 0, "\(inBins) holes in lists, and \(listed) in the heap")
    var (unused, next) = (0, freeHandle)
    while next != Self.noHandle, unused <= handleCount {
      unused += 1
      next = word(entry(next >> 1))
    }
    expect(unused + live == handleCount, 0, "\(unused) handles are free and \(live) in use, of \(handleCount)")
    return violations
  }
}
