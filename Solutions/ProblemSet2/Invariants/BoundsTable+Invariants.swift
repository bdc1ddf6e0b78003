import AllocLab

extension BoundsTable: InvariantChecking {
  public func invariantViolations() -> [String] {
    guard fresh != .max else { return [] }
    var wrong: [String] = []
    let floor = top - 8 * records
    if fresh < 512 || fresh > floor || fresh % 8 != 0 { wrong.append("1: fresh is \(fresh), and floor \(floor)") }

    var isFree = Array(repeating: false, count: records)
    var next = freeRecord
    while next != 0 {
      guard next <= records, !isFree[next - 1] else {
        wrong.append("3: the list of free records leads to \(next), of \(records)")
        break
      }
      isFree[next - 1] = true
      next = Int(truncatingIfNeeded: record(next - 1))
    }

    var blocks: [Range<Int>] = []
    var found = 0
    for number in 0..<records {
      let record = record(number)
      let size = Self.size(record)
      if (size < 0) != isFree[number] {
        wrong.append("3: record \(number) has size \(size), and is in the list: \(isFree[number])")
      }
      guard size >= 0 else { continue }
      found += 1
      if size > 0 {
        blocks.append(Self.base(record)..<Self.base(record) + Self.blockSize(Self.blockClass(size)))
      }
    }
    if found != live { wrong.append("4: \(found) records of live objects, and live is \(live)") }

    for number in 0..<128 {
      var block = first(number)
      while block != 0, blocks.count <= fresh / 8 {
        let base = Int(block) * 8
        guard base < fresh else {
          wrong.append("2: a free block at \(base), and fresh is \(fresh)")
          break
        }
        blocks.append(base..<base + Self.blockSize(number))
        block = heap.load(UInt32.self, at: Address(base))
      }
    }
    var end = 512
    for block in blocks.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if block.lowerBound != end { wrong.append("2: a block at \(block), and the one before ends at \(end)") }
      end = block.upperBound
    }
    if end != fresh { wrong.append("2: the last block ends at \(end), and fresh is \(fresh)") }
    return wrong
  }
}
