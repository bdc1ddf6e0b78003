import AllocLab

/// References threaded through fields and headers (Jonkers 1979): all fields that refer to a block hang on its header while it moves, so where it
/// goes is written down nowhere. Blocks and holes are one list without bins, searched from the bottom.
public struct SlidingAllocator: CompactingAllocator, ~Copyable {
  private let heap: Heap
  private var top = 0
  private var touched = 0
  private var free = 0
  private var count = 0
  private var unused = -1

  public init(heap: Heap) {
    self.heap = heap
    _ = heap.grow(by: heap.limit)
  }

  private func load(_ place: Int) -> Int { heap.load(Int.self, at: Address(place)) }
  private func store(_ value: Int, _ place: Int) { heap.store(value, at: Address(place)) }

  // A header: bytes with it, fields, pins; then handle and size lost to rounding, odd, or the first field that hangs here. 0 is a hole.
  private func bytes(_ place: Int) -> Int { load(place) & 0xffff_ffff }
  private func fields(_ place: Int) -> Int { load(place) >> 32 & 0xff }
  private func pins(_ place: Int) -> Int { load(place) >> 40 }
  private func name(_ place: Int) -> Int { load(place + 8) }
  private func isHole(_ place: Int) -> Bool { load(place + 8) == 0 }
  private func handle(_ place: Int) -> Int { name(place) >> 9 }
  private func size(_ place: Int) -> Int { bytes(place) - 16 - name(place) >> 1 & 0xff }
  private func entry(_ index: Int) -> Int { heap.limit & ~7 - 8 * index - 8 }

  public mutating func allocate(_ size: Int, references: Int) -> Handle? {
    guard size < heap.limit, entry(unused < 0 ? count : count - 1) >= top else { return nil }
    let wanted = 16 + max(16, (size + 15) & ~15)
    guard let place = hole(wanted, below: top) ?? fresh(wanted) else { return nil }
    let index = unused < 0 ? count : unused
    if unused < 0 { count += 1 } else { unused = load(entry(index)) }
    store(place + 16, entry(index))
    store(wanted | references << 32, place)
    store(index << 9 | (wanted - 16 - size) << 1 | 1, place + 8)
    heap.fill(at: Address(place + 16), byteCount: 8 * references, with: 0xff)
    return Handle(word: UInt64(index))
  }

  private mutating func fresh(_ wanted: Int) -> Int? {
    guard top + wanted <= entry(unused < 0 ? count : count - 1) else { return nil }
    top += wanted
    touched = max(touched, top)
    return top - wanted
  }

  /// Takes the first hole that has room, and joins holes on the way.
  private mutating func hole(_ wanted: Int, below end: Int) -> Int? {
    guard free >= wanted else { return nil }
    var place = 0
    while place + wanted <= end {
      if isHole(place) {
        join(place)
        let found = bytes(place)
        if found >= wanted, place + wanted <= end {
          if found > wanted { makeHole(place + wanted, found - wanted) }
          free -= wanted
          return place
        }
      }
      place += bytes(place)
    }
    return nil
  }

  private func join(_ place: Int) {
    while place + bytes(place) < top, isHole(place + bytes(place)) {
      store(bytes(place) + bytes(place + bytes(place)), place)
    }
  }

  private func makeHole(_ place: Int, _ count: Int) {
    store(count, place)
    store(0, place + 8)
  }

  public mutating func deallocate(_ handle: Handle) {
    let place = load(entry(Int(handle.word))) - 16
    store(unused, entry(Int(handle.word)))
    unused = Int(handle.word)
    free += bytes(place)
    makeHole(place, bytes(place))
  }

  public borrowing func address(of handle: Handle) -> Address { Address(load(entry(Int(handle.word)))) }

  public mutating func setReference(_ field: Int, of source: Handle, to target: Handle?) {
    let value = if let target { load(entry(Int(target.word))) } else { Self.noReference }
    store(value, load(entry(Int(source.word))) + 8 * field)
  }

  public mutating func pin(_ handle: Handle) -> Address {
    let address = load(entry(Int(handle.word)))
    store(load(address - 16) + 1 << 40, address - 16)
    return Address(address)
  }

  public mutating func unpin(_ handle: Handle) {
    let address = load(entry(Int(handle.word)))
    store(load(address - 16) - 1 << 40, address - 16)
  }

  public mutating func compact() {
    _ = slide(budget: .max)
    trim(holesToo: true)
  }

  public mutating func step(budget: Int) -> Int {
    guard free >= Heap.pageSize + top / 128 else {
      trim(holesToo: false)
      return 0
    }
    if let moved = fill(above: top - free, budget: budget) {
      trim(holesToo: false)
      return moved
    }
    let moved = slide(budget: budget)
    trim(holesToo: moved == 0)
    return moved
  }

  /// Moves blocks from above the line into holes below it, one by one.
  private mutating func fill(above line: Int, budget: Int) -> Int? {
    var moved: Int?
    var place = 0
    while place < top {
      let total = bytes(place)
      if place >= line, !isHole(place), pins(place) == 0, size(place) <= budget - (moved ?? 0),
        let goal = hole(total, below: line)
      {
        moved = (moved ?? 0) + size(place)
        heap.copy(from: Address(place), to: Address(goal), byteCount: total)
        store(goal + 16, entry(handle(place)))
        makeHole(place, total)
        free += total
        forEachField { field in
          if load(field) == place + 16 { store(goal + 16, field) }
        }
      }
      place += total
    }
    return moved
  }

  private func forEachField(_ body: (Int) -> Void) {
    var place = 0
    while place < top {
      if !isHole(place) {
        for field in 0..<fields(place) { body(place + 16 + 8 * field) }
      }
      place += bytes(place)
    }
  }

  /// Where blocks go, asked from the bottom up.
  private struct Slide {
    let budget: Int
    var moved = 0
    var end = 0
    var isOver = false

    mutating func goal(_ place: Int, _ total: Int, size: Int, isPinned: Bool) -> Int {
      var goal = place
      if !isOver, end < place, !isPinned, size <= budget {
        if size <= budget - moved {
          goal = end
          moved += size
        } else {
          isOver = true
        }
      }
      end = goal + total
      return goal
    }
  }

  private mutating func slide(budget: Int) -> Int {
    var plan = Slide(budget: budget)
    var place = 0
    // What refers upwards is told where its target goes, when the target is met; what refers downwards hangs on.
    while place < top {
      let total = bytes(place)
      if !isHole(place) {
        let name = lastName(place)
        let size = total - 16 - name >> 1 & 0xff
        let goal = plan.goal(place, total, size: size, isPinned: pins(place) > 0)
        unthread(place, goal)
        for field in stride(from: place + 16, to: place + 16 + 8 * fields(place), by: 8) {
          let target = load(field)
          if target != Self.noReference {
            store(self.name(target - 16), field)
            store(field, target - 16 + 8)
          }
        }
      }
      place += total
    }
    plan = Slide(budget: budget)
    place = 0
    var end = 0
    while place < top {
      let total = bytes(place)
      if !isHole(place) {
        let size = total - 16 - lastName(place) >> 1 & 0xff
        let goal = plan.goal(place, total, size: size, isPinned: pins(place) > 0)
        unthread(place, goal)
        if end < goal { makeHole(end, goal - end) }
        if goal < place {
          store(goal + 16, entry(handle(place)))
          heap.copy(from: Address(place), to: Address(goal), byteCount: total)
        }
        end = goal + total
      }
      place += total
    }
    free -= top - end
    top = end
    return plan.moved
  }

  /// The handle's word, at the end of what hangs on a header.
  private func lastName(_ place: Int) -> Int {
    var name = name(place)
    while name & 1 == 0 { name = load(name) }
    return name
  }

  private func unthread(_ place: Int, _ goal: Int) {
    var name = name(place)
    while name & 1 == 0 {
      let next = load(name)
      store(goal + 16, name)
      name = next
    }
    store(name, place + 8)
  }

  /// Takes holes at the top away, and gives pages back.
  private mutating func trim(holesToo: Bool) {
    var (place, end) = (0, 0)
    while place < top {
      if isHole(place) {
        join(place)
        if holesToo, place + bytes(place) < top {
          heap.decommit(at: Address(place + 16), byteCount: bytes(place) - 16)
        }
      } else {
        end = place + bytes(place)
      }
      place += bytes(place)
    }
    free -= top - end
    top = end
    let first = Address(top).alignedUp(to: Heap.pageSize)
    let last = min(Address(touched).alignedUp(to: Heap.pageSize), Address(entry(count)).alignedDown(to: Heap.pageSize))
    if first < last { heap.decommit(at: first, byteCount: last - first) }
    touched = top
  }
}
