import AllocLab

extension TemporalTable: InvariantChecking {
  public func invariantViolations() -> [String] {
    guard fresh != .max else { return [] }
    var wrong: [String] = []
    let floor = top - 16 * records
    if fresh < 512 || fresh > floor || fresh % 8 != 0 { wrong.append("1: fresh is \(fresh), and floor \(floor)") }

    var isFree = Array(repeating: false, count: records)
    var next = freeRecord
    while next != 0 {
      guard next <= records, !isFree[next - 1] else {
        wrong.append("3: the list of free records leads to \(next), of \(records)")
        break
      }
      isFree[next - 1] = true
      next = Int(truncatingIfNeeded: content(next - 1))
    }

    var blocks: [Range<Int>] = []
    for number in 0..<records {
      let (lock, content) = (lock(number), content(number))
      if lock & (Self.step - 1) != UInt64(number) { wrong.append("2: the lock of record \(number) is \(lock)") }
      let lives = lock & Self.step != 0
      if lives == isFree[number], lives || lock >= Self.step {
        wrong.append("3: record \(number) has lock \(lock), and is in the list: \(isFree[number])")
      }
      guard lives else { continue }
      let size = Self.blockSize(Self.blockClass(Self.size(content)))
      blocks.append(Self.base(content)..<Self.base(content) + size)
    }
    var end = 512
    for block in blocks.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if block.lowerBound < end { wrong.append("2: a block at \(block), and the one before ends at \(end)") }
      end = block.upperBound
    }
    if end > fresh { wrong.append("2: the last block ends at \(end), and fresh is \(fresh)") }
    return wrong
  }
}
