import AllocLab

extension ArenaAllocator: InvariantChecking {
  public func invariantViolations() -> [String] {
    var violations: [String] = []
    if (first == 0) != (final == 0) || (first == 0) != (current == 0) {
      violations.append("the list is from \(first) to \(final), and blocks come from \(current)")
    }
    if last != -1, !(before...max(top, before)).contains(last) {
      violations.append("the last block is at \(last), and the top was \(before) before it and is \(top)")
    }
    guard first != 0 else { return violations }
    var (link, chunks, sum, hasCurrent) = (first, 0, 0, false)
    var previousEnd = 0
    while link != 0 {
      let chunk = link - 1
      guard chunk >= previousEnd, chunk % 8 == 0, chunk + 16 <= heap.end.offset else {
        violations.append("a chunk at \(chunk), where the one before it ends at \(previousEnd)")
        return violations
      }
      let chunkEnd = heap.load(Int.self, at: Address(chunk + 8))
      if chunkEnd < chunk + 16 || chunkEnd > heap.end.offset {
        violations.append("the chunk at \(chunk) ends at \(chunkEnd), the heap at \(heap.end.offset)")
      }
      if link == current {
        hasCurrent = true
        if end != chunkEnd || top < chunk + 16 || top > end {
          violations.append("top \(top) and end \(end), where the chunk is from \(chunk) to \(chunkEnd)")
        }
      }
      (chunks, sum, previousEnd) = (chunks + 1, sum + chunkEnd - chunk, chunkEnd)
      let next = heap.load(Int.self, at: Address(chunk))
      if (next == 0) != (link == final) {
        violations.append("after the chunk at \(chunk) comes \(next), the last is \(final)")
      }
      link = next
    }
    if !hasCurrent { violations.append("the current chunk \(current) is not in the list") }
    // What lies before a chunk, to make it a multiple of 8, is counted too.
    if !(sum...sum + 7 * chunks).contains(byteCount) {
      violations.append("chunks have \(sum) bytes, and not \(byteCount)")
    }
    return violations
  }
}
