import AllocLab

extension PoolAllocator: InvariantChecking {
  public func invariantViolations() -> [String] {
    var violations: [String] = []
    if fresh > end || end != heap.end.offset {
      violations.append("fresh \(fresh), end \(end), heap \(heap.end.offset)")
    }
    if linkBytes == 0 {
      checkTinyPages(&violations)
    } else {
      checkFreeList(&violations)
    }
    return violations
  }

  private func checkFreeList(_ violations: inout [String]) {
    guard stride > 0 else { return }
    if fresh % stride != 0 { violations.append("fresh \(fresh) is not a multiple of the stride \(stride)") }
    var length = 0
    var link = free
    while link != 0 {
      let offset = link - 1
      length += 1
      guard offset >= 0, offset < fresh, offset % stride == 0 else {
        violations.append("the free list leads to \(offset), where no block is")
        return
      }
      guard length <= fresh / stride else {
        violations.append("the free list is longer than the \(fresh / stride) blocks that there are")
        return
      }
      link =
        linkBytes == 4 ? Int(heap.load(UInt32.self, at: Address(offset))) : heap.load(Int.self, at: Address(offset))
    }
  }

  private func checkTinyPages(_ violations: inout [String]) {
    var listed: Set<Int> = []
    var link = pages
    while link != 0, listed.insert(link - 1).inserted {
      link = Int(heap.load(UInt32.self, at: TinyPage(number: link - 1).next))
    }
    if link != 0 { violations.append("the list of pages is a circle at page \(link - 1)") }
    for number in 0..<(end + Heap.pageSize - 1) / Heap.pageSize {
      let page = TinyPage(number: number)
      let summary = heap.load(UInt64.self, at: page.summary)
      let count = Int(heap.load(UInt16.self, at: page.blockCount))
      if listed.contains(number) != (summary != 0) {
        violations.append("page \(number): listed, or full, but not both")
      }
      for index in 0..<(count + 63) / 64 {
        let word = heap.load(UInt64.self, at: page.word(index))
        if (summary >> index & 1 == 1) != (word != 0) { violations.append("page \(number): summary bit \(index)") }
        let used = count - 64 * index
        if used < 64, word >> used != 0 { violations.append("page \(number): free blocks past the last of \(count)") }
      }
    }
  }
}
