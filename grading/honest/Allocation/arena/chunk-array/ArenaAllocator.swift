import AllocLab

/// Chunks in an array, each twice as large as the one before; a block never lies in a chunk that is behind the current one.
public struct ArenaAllocator: Arena, ~Copyable {
  public let heap: Heap
  private var starts: [Int] = []
  private var ends: [Int] = []
  /// The number of the chunk that blocks come from, and where the next block begins.
  private var chunk = 0
  private var top = 0
  private var lastBlock: (start: Int, topBefore: Int)?
  private var nextSize = 2048

  public struct Mark {
    let chunk: Int
    let top: Int
  }

  public init(heap: Heap) { self.heap = heap }

  private static func place(_ layout: Layout, from top: Int, to end: Int) -> Int? {
    let start = (top + layout.alignment - 1) / layout.alignment * layout.alignment
    return start <= end && max(layout.size, 1) <= end - start ? start : nil
  }

  public mutating func allocate(_ layout: Layout) -> Address? {
    guard layout.size <= heap.limit else { return nil }
    var (number, from) = (chunk, top)
    while number < starts.count {
      if let start = Self.place(layout, from: from, to: ends[number]) {
        return take(layout, start, number, from)
      }
      number += 1
      if number < starts.count { from = starts[number] }
    }
    guard addChunk(for: layout) else { return nil }
    number = starts.count - 1
    guard let start = Self.place(layout, from: starts[number], to: ends[number]) else { return nil }
    return take(layout, start, number, starts[number])
  }

  private mutating func take(_ layout: Layout, _ start: Int, _ number: Int, _ from: Int) -> Address {
    chunk = number
    top = start + max(layout.size, 1)
    lastBlock = (start, from)
    return Address(start)
  }

  private mutating func addChunk(for layout: Layout) -> Bool {
    let room = heap.limit - heap.end.offset
    let first = heap.end.offset
    let start = (first + layout.alignment - 1) / layout.alignment * layout.alignment
    let needed = start - first + max(layout.size, 1)
    guard needed <= room else { return false }
    for wanted in [min(max(nextSize, needed), room), needed] where heap.grow(by: wanted) != nil {
      starts.append(first)
      ends.append(first + wanted)
      nextSize = 2 * wanted
      return true
    }
    return false
  }

  public mutating func deallocate(_ address: Address) {
    guard let last = lastBlock, last.start == address.offset else { return }
    top = last.topBefore
    lastBlock = nil
  }

  public mutating func mark() -> Mark { Mark(chunk: chunk, top: starts.isEmpty ? -1 : top) }

  public mutating func release(to mark: Mark) {
    lastBlock = nil
    chunk = mark.chunk
    top = mark.top >= 0 ? mark.top : starts.first ?? 0
  }

  public mutating func reset() {
    lastBlock = nil
    chunk = 0
    top = starts.first ?? 0
  }
}
