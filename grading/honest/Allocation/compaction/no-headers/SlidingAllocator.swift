import AllocLab

/// Blocks without headers: what is known of a block stands in its table entry, and handles are kept in the order of addresses, so that
/// the block at an address is found by bisection.
public struct SlidingAllocator: CompactingAllocator, ~Copyable {
  private let heap: Heap
  /// Handles of live blocks, by address.
  private var order: [Int32] = []
  private var count = 0
  private var unused = -1
  private var touched = 0
  /// Bytes of live blocks.
  private var live = 0

  public init(heap: Heap) {
    self.heap = heap
    _ = heap.grow(by: heap.limit)
  }

  // An entry is two words: the address, or the next entry that is unused; and size, fields and pins.
  private func entry(_ index: Int) -> Address { Address(heap.limit & ~15 - 16 * (index + 1)) }
  private func base(_ index: Int) -> Int { heap.load(Int.self, at: entry(index)) }
  private func facts(_ index: Int) -> Int { heap.load(Int.self, at: entry(index) + 8) }
  private func size(_ index: Int) -> Int { facts(index) & 0xff_ffff_ffff }
  private func fields(_ index: Int) -> Int { facts(index) >> 40 & 0xff }
  private func pins(_ index: Int) -> Int { facts(index) >> 48 }
  private func extent(_ index: Int) -> Int { max(16, (size(index) + 15) / 16 * 16) }
  private func base(at position: Int) -> Int { base(Int(order[position])) }
  private var top: Int { order.isEmpty ? 0 : base(at: order.count - 1) + extent(Int(order[order.count - 1])) }

  /// The first position whose block lies at or above an address.
  private func position(_ address: Int) -> Int {
    var (low, high) = (0, order.count)
    while low < high {
      let middle = (low + high) / 2
      if base(at: middle) < address { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The first gap below `end` with room for `bytes`, and the position of what comes behind it.
  private func gap(_ bytes: Int, below end: Int) -> (place: Int, position: Int)? {
    var place = 0
    for position in order.indices {
      let next = base(at: position)
      if place + bytes > end { return nil }
      if next - place >= bytes { return (place, position) }
      place = next + extent(Int(order[position]))
    }
    return place + bytes <= end ? (place, order.count) : nil
  }

  public mutating func allocate(_ size: Int, references: Int) -> Handle? {
    guard size <= heap.limit else { return nil }
    let bytes = max(16, (size + 15) / 16 * 16)
    let end = entry(unused >= 0 ? count - 1 : count).offset
    guard end >= top, let (place, position) = gap(bytes, below: end) else { return nil }
    let index: Int
    if unused >= 0 {
      index = unused
      unused = base(index)
    } else {
      index = count
      count += 1
    }
    heap.store(place, at: entry(index))
    heap.store(size | references << 40, at: entry(index) + 8)
    order.insert(Int32(index), at: position)
    live += bytes
    touched = max(touched, place + bytes)
    heap.fill(at: Address(place), byteCount: 8 * references, with: 0xff)
    return Handle(word: UInt64(index))
  }

  public mutating func deallocate(_ handle: Handle) {
    let index = Int(handle.word)
    order.remove(at: position(base(index)))
    live -= extent(index)
    heap.store(unused, at: entry(index))
    unused = index
  }

  public borrowing func address(of handle: Handle) -> Address { Address(base(Int(handle.word))) }

  public mutating func setReference(_ field: Int, of source: Handle, to target: Handle?) {
    let value = if let target { base(Int(target.word)) } else { Self.noReference }
    heap.store(value, at: address(of: source) + 8 * field)
  }

  public mutating func pin(_ handle: Handle) -> Address {
    heap.store(facts(Int(handle.word)) + 1 << 48, at: entry(Int(handle.word)) + 8)
    return address(of: handle)
  }

  public mutating func unpin(_ handle: Handle) {
    heap.store(facts(Int(handle.word)) - 1 << 48, at: entry(Int(handle.word)) + 8)
  }

  public mutating func compact() {
    _ = slide(budget: .max)
    trim()
    trimGaps()
  }

  public mutating func step(budget: Int) -> Int {
    let line = live
    guard top - line >= Heap.pageSize + top / 128 else { return 0 }
    var moved = 0
    var position = order.count - 1
    var tries = 24
    while position >= 0, tries > 0, base(at: position) >= line, moved < budget {
      let index = Int(order[position])
      let old = base(index)
      if pins(index) == 0, size(index) <= budget - moved, let hole = gap(extent(index), below: line) {
        heap.copy(from: Address(old), to: Address(hole.place), byteCount: extent(index))
        heap.store(hole.place, at: entry(index))
        order.remove(at: position)
        order.insert(Int32(index), at: hole.position)
        // The block behind is now the next to look at, one further on.
        redirect { $0 == old ? hole.place : $0 }
        moved += size(index)
      } else {
        position -= 1
        tries -= 1
      }
    }
    if moved == 0 { moved = slide(budget: budget) }
    if moved == 0 { trimGaps() }
    trim()
    return moved
  }

  private func redirect(_ goal: (Int) -> Int) {
    for index in order {
      let first = base(Int(index))
      for field in 0..<fields(Int(index)) {
        let old = heap.load(Int.self, at: Address(first + 8 * field))
        if old >= 0 { heap.store(goal(old), at: Address(first + 8 * field)) }
      }
    }
  }

  /// Slides blocks down, from the lowest on, until the budget is used up.
  private mutating func slide(budget: Int) -> Int {
    var goals: [Int] = []
    var (end, moved) = (0, 0)
    var isOver = false
    for index in order {
      let (index, old) = (Int(index), base(Int(index)))
      let size = size(index)
      var goal = old
      if !isOver, end < old, pins(index) == 0, size <= budget {
        if size <= budget - moved {
          goal = end
          moved += size
        } else {
          isOver = true
        }
      }
      goals.append(goal)
      end = goal + extent(index)
    }
    redirect { goals[position($0)] }
    for position in order.indices {
      let index = Int(order[position])
      guard goals[position] != base(index) else { continue }
      heap.copy(from: Address(base(index)), to: Address(goals[position]), byteCount: extent(index))
      heap.store(goals[position], at: entry(index))
    }
    return moved
  }

  private mutating func trim() {
    let first = Address(top).alignedUp(to: Heap.pageSize)
    let last = min(
      Address(touched).alignedUp(to: Heap.pageSize), entry(max(count - 1, 0)).alignedDown(to: Heap.pageSize))
    if first < last { heap.decommit(at: first, byteCount: last - first) }
    touched = top
  }

  private func trimGaps() {
    var end = 0
    for position in order.indices {
      let next = base(at: position)
      if next - end >= Heap.pageSize { heap.decommit(at: Address(end), byteCount: next - end) }
      end = next + extent(Int(order[position]))
    }
  }
}
