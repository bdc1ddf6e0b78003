extension Heap {
  /// An empty heap as two, one behind the other, each with addresses from 0 on: what combinators give to their parts.
  ///
  /// The whole heap is grown to its limit for them; pages cost nothing until they are touched. The parts' counters lie in the heap's
  /// last 128 bytes.
  /// - Parameter byteCount: how much the lower part may hold; rounded up to whole pages.
  /// - Returns: both parts, and what has to be added to an address of the upper one; nil where there is not a page for each.
  public func split(at byteCount: Int) -> (lower: Heap, upper: Heap, upperStart: Int)? {
    let start = (max(byteCount, 1) + Self.pageSize - 1) & ~(Self.pageSize - 1)
    let countersBytes = 128
    guard end == Address(0), limit - countersBytes - start >= Self.pageSize, grow(by: limit) != nil else { return nil }
    let place = (limit - countersBytes) & ~63
    // Safe: the two counters lie inside the heap, behind both parts, which end where they begin.
    unsafe (base + place).initializeMemory(
      as: HeapCounters.self, repeating: HeapCounters(limit: start, seed: random()), count: 1)
    unsafe (base + place + 64).initializeMemory(
      as: HeapCounters.self, repeating: HeapCounters(limit: place - start, seed: random()), count: 1)
    func part(_ offset: Int, _ countersOffset: Int) -> Heap {
      unsafe Heap(
        base: base + offset, counters: (base + countersOffset).assumingMemoryBound(to: HeapCounters.self),
        system: system)
    }
    return (part(0, place), part(start, place + 64), start)
  }
}
