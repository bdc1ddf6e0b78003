import AllocLab

/// A table with two bytes for each line of the heap: which quarters are used and where blocks begin, and whose the line is.
public struct ColocatingAllocator: CacheFriendlyAllocator, ~Copyable {
  private let heap: Heap
  private let lineLimit: Int
  private let start: Int
  private var lineEnd = 0
  /// From where on each owner looks for a line that is not used.
  private var cursors: [2 of Int] = [0, 0]
  /// The line that an owner's blocks without a hint go into.
  private var packing: [2 of Int] = [-1, -1]

  // Low byte: used quarters, then beginnings. High byte: the owner; 2 for a line that a longer block begins in, 3 for one that it goes on in.
  private static let begins: UInt16 = 2, goesOn: UInt16 = 3

  public init(heap: Heap) {
    self.heap = heap
    lineLimit = heap.limit / 66 - 64
    start = (2 * max(lineLimit, 0) + 4095) / 4096 * 4096
    _ = heap.grow(by: min(start, heap.limit))
  }

  private func entry(_ line: Int) -> UInt16 { heap.load(at: Address(2 * line)) }
  private func set(_ line: Int, _ entry: UInt16) { heap.store(entry, at: Address(2 * line)) }

  public mutating func allocate(_ layout: Layout, near hint: Address?, owner: Int) -> Address? {
    let size = max(layout.size, 1)
    guard size < heap.limit, layout.alignment < heap.limit else { return nil }
    guard size <= 64, layout.alignment <= 64 else { return allocateLines(size, layout.alignment, owner) }
    let quarters = (size + 15) / 16
    let step = max(1, layout.alignment / 16)
    if let hint, hint.offset >= start {
      let line = (hint.offset - start) / 64
      if line < lineEnd, let found = take(line, quarters, step, owner) { return found }
      // An empty line of the same page, behind the hint's.
      for near in line + 1..<max(line + 1, min((line | 63) + 1, lineEnd)) where entry(near) == 0 {
        return take(near, quarters, step, owner)
      }
      guard let empty = emptyLines(1, alignment: 1, from: cursors[owner]) else { return nil }
      cursors[owner] = empty + 1
      return take(empty, quarters, step, owner)
    }
    if packing[owner] >= 0, let found = take(packing[owner], quarters, step, owner) { return found }
    guard let empty = emptyLines(1, alignment: 1, from: cursors[owner]) else { return nil }
    packing[owner] = empty
    cursors[owner] = empty + 1
    return take(empty, quarters, step, owner)
  }

  /// A gap of a line that is the owner's, or nobody's.
  private func take(_ line: Int, _ quarters: Int, _ step: Int, _ owner: Int) -> Address? {
    let entry = entry(line)
    guard entry == 0 || entry >> 8 == UInt16(owner) else { return nil }
    for place in stride(from: 0, through: 4 - quarters, by: step) {
      let mask = UInt16((1 << quarters - 1) << place)
      guard entry & mask == 0 else { continue }
      set(line, entry | mask | UInt16(1 << (4 + place)) | UInt16(owner) << 8)
      return Address(start + 64 * line + 16 * place)
    }
    return nil
  }

  private mutating func allocateLines(_ size: Int, _ alignment: Int, _ owner: Int) -> Address? {
    // One line more than it needs, so that rows of large blocks do not all begin in the same set.
    let count = (size + 63) / 64 + (size >= 2048 ? 1 : 0)
    guard count <= lineLimit, let line = emptyLines(count, alignment: alignment, from: cursors[owner]) else {
      return nil
    }
    if size < 2048 { cursors[owner] = line + count }
    set(line, Self.begins << 8 | 0x1f)
    for line in line + 1..<max(line + 1, line + count) { set(line, Self.goesOn << 8 | 0x0f) }
    return Address(start + 64 * line)
  }

  /// So many empty lines in a row, from somewhere on and then from the start; the heap grows for them where it must.
  private mutating func emptyLines(_ count: Int, alignment: Int, from first: Int) -> Int? {
    for first in [min(first, lineEnd), 0] {
      var line = first
      var length = 0
      while line < lineLimit {
        if length == 0, (start + 64 * line) % alignment != 0 {
          line += 1
          continue
        }
        length = line >= lineEnd || entry(line) == 0 ? length + 1 : 0
        line += 1
        guard length == count else { continue }
        if line > lineEnd {
          let more = min((line - lineEnd + 63) / 64 * 64, lineLimit - lineEnd)
          guard heap.grow(by: 64 * more) != nil else { break }
          lineEnd += more
        }
        return line - count
      }
    }
    return nil
  }

  public mutating func deallocate(_ address: Address, by thread: Int) {
    let line = (address.offset - start) / 64
    let old = entry(line)
    if old >> 8 == Self.begins {
      set(line, 0)
      var next = line + 1
      while next < lineEnd, entry(next) >> 8 == Self.goesOn {
        set(next, 0)
        next += 1
      }
      return
    }
    var place = (address.offset - start) % 64 / 16
    var new = old & ~UInt16(1 << (4 + place))
    repeat {
      new &= ~UInt16(1 << place)
      place += 1
    } while place < 4 && old >> UInt16(place) & 1 == 1 && old >> UInt16(4 + place) & 1 == 0
    set(line, new & 0xff == 0 ? 0 : new)
    if new & 0xff == 0 {
      for owner in 0..<2 where line < cursors[owner] && cursors[owner] - line < 4096 { cursors[owner] = line }
    }
  }
}
