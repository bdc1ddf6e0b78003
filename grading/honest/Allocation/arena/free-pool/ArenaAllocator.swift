import AllocLab

/// A stack of chunks in use, and a pool of those that are not: what is released goes to the pool, and the smallest chunk that fits comes
/// back from it, wherever it lay before. A mark is the stack's height, and the top.
public struct ArenaAllocator: Arena, ~Copyable {
  private struct Chunk {
    let start: Int
    let end: Int
  }

  public let heap: Heap
  private var used: [Chunk] = []
  /// In order of size.
  private var free: [Chunk] = []
  private var top = 0
  private var end = 0
  private var total = 0
  private var last = -1
  private var topBefore = 0

  public struct Mark {
    let height: Int
    let top: Int
  }

  public init(heap: Heap) { self.heap = heap }

  public mutating func allocate(_ layout: Layout) -> Address? {
    let size = max(layout.size, 1)
    let mask = layout.alignment - 1
    var start = (top + mask) & ~mask
    if used.isEmpty || size > end - start {
      guard size <= heap.limit, let chunk = fittingChunk(size, mask) else { return nil }
      used.append(chunk)
      (top, end) = (chunk.start, chunk.end)
      start = (top + mask) & ~mask
    }
    topBefore = top
    last = start
    top = start + size
    return Address(start)
  }

  private mutating func fittingChunk(_ size: Int, _ mask: Int) -> Chunk? {
    if let place = free.firstIndex(where: { size <= $0.end - (($0.start + mask) & ~mask) }) {
      return free.remove(at: place)
    }
    let from = heap.end.offset
    let least = ((from + mask) & ~mask) - from + size
    let room = heap.limit - from
    guard least <= room else { return nil }
    var count = min(room, max(1024, total / 2, least))
    if heap.grow(by: count) == nil {
      count = least
      guard heap.grow(by: count) != nil else { return nil }
    }
    total += count
    return Chunk(start: from, end: from + count)
  }

  public mutating func deallocate(_ address: Address) {
    if address.offset == last { (top, last) = (topBefore, -1) }
  }

  public mutating func mark() -> Mark { Mark(height: used.count, top: top) }

  public mutating func release(to mark: Mark) {
    last = -1
    while used.count > mark.height {
      let chunk = used.removeLast()
      let place = free.firstIndex { $0.end - $0.start >= chunk.end - chunk.start } ?? free.count
      free.insert(chunk, at: place)
    }
    top = used.isEmpty ? 0 : mark.top
    end = used.last?.end ?? 0
  }

  public mutating func reset() { release(to: Mark(height: 0, top: 0)) }
}
