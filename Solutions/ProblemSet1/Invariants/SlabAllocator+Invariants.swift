import AllocLab

extension SlabAllocator: InvariantChecking {
  public func invariantViolations() -> [String] {
    var violations: [String] = []
    var seen: Set<Address> = []
    check(partial, "partial", &seen, &violations) { $0.out > 0 }
    check(full, "full", &seen, &violations) { $0.out == Int(slabs.shape.capacity) }
    check(empty, "empty", &seen, &violations) { $0.out == 0 && $0.made > 0 }
    let unused = slabs.shape.slabBytes == 0 ? 0 : (freshEnd - fresh) / slabs.shape.slabBytes
    if seen.count + reaped.count + unused != slabCount {
      violations.append("\(seen.count) slabs + \(reaped.count) reaped + \(unused) unused are not \(slabCount)")
    }
    if reaped.contains(where: seen.contains) { violations.append("a reaped slab is in a list") }
    if !(0...Self.magazineSize).contains(count) { violations.append("the magazine holds \(count) objects") }
    var ready: Set<Address> = []
    for place in 0..<count {
      let object = magazine[place]
      let slab = object.alignedDown(to: slabs.shape.slabBytes)
      let index = slabs.index(of: object, in: slab)
      if !ready.insert(object).inserted { violations.append("object \(object.offset) is in the magazine twice") }
      if !seen.contains(slab) || index >= slabs.made(slab) || slabs.object(index, of: slab) != object {
        violations.append("\(object.offset) in the magazine is no object of this cache")
      } else if slabs.word(slab, index) >> (index % 64) & 1 == 1 {
        violations.append("object \(object.offset) in the magazine is free in its slab too")
      }
    }
    return violations
  }

  private func check(
    _ list: Address?, _ name: String, _ seen: inout Set<Address>, _ violations: inout [String],
    _ belongs: ((out: Int, made: Int)) -> Bool
  ) {
    guard let list else { return }
    let capacity = Int(slabs.shape.capacity)
    var slab = list
    repeat {
      guard seen.insert(slab).inserted else {
        violations.append("slab \(slab.offset) is in a list twice")
        return
      }
      let (out, made) = (slabs.out(slab), slabs.made(slab))
      if !slab.isAligned(to: slabs.shape.slabBytes) { violations.append("slab \(slab.offset) is misaligned") }
      if made > capacity { violations.append("slab \(slab.offset): \(made) made of \(capacity)") }
      if !belongs((out, made)) { violations.append("slab \(slab.offset), \(out) of \(made) out, is in list \(name)") }
      var freeCount = 0
      for index in stride(from: 0, to: capacity, by: 64) {
        let word = slabs.word(slab, index)
        freeCount += word.nonzeroBitCount
        if made - index < 64, word >> max(0, made - index) != 0 {
          violations.append("slab \(slab.offset): objects are free that were not made")
        }
      }
      if out != made - freeCount { violations.append("slab \(slab.offset): \(out) out ≠ \(made) − \(freeCount)") }
      if slabs.previous(slabs.next(slab)) != slab { violations.append("slab \(slab.offset): the links disagree") }
      slab = slabs.next(slab)
    } while slab != list
  }
}
