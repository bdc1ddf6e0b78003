// A buddy system that coalesces only when it has to: a free sets a bit, and buddies are joined, all at once, when a request finds no
// block. No free block is ever written to.
//
//     capacity                                                                     records, behind the blocks
//     | order of the live block at each unit: a byte | bits of order 0 | bits of order 1 | …  | bit of the whole |
//
//     a unit has 64 bytes; bit n of order k is set while the block of 64 · 2ᵏ bytes at n · 64 · 2ᵏ is free as such a block
//
// The bits of buddies are neighbours in one word, the lower at an even place: joining is `bits & bits >> 1 & 0x5555…`. Each order
// knows how many of its bits are set, and a word before which none is. Records take a 64th and a 256th.

import AllocLab

public struct BuddyAllocator: BuddySystem, ~Copyable {
  public let heap: Heap
  public let capacity: Int
  private let unit: Int
  /// The order of the whole.
  private let height: Int
  private var counts: [Int]
  private var hints: [Int]
  private var isReady = false
  /// Whether a block was freed since buddies were last joined.
  private var mayJoin = false

  public init(heap: Heap) {
    self.heap = heap
    capacity = Self.capacity(of: heap)
    unit = min(64, max(capacity, 1))
    height = capacity == 0 ? 0 : (capacity / unit).trailingZeroBitCount
    counts = Array(repeating: 0, count: height + 1)
    hints = counts
  }

  public mutating func allocate(_ layout: Layout) -> Address? {
    guard let order = order(for: layout), prepare() else { return nil }
    var found = (order...height).first { counts[$0] > 0 }
    if found == nil, mayJoin {
      join()
      found = (order...height).first { counts[$0] > 0 }
    }
    guard var at = found else { return nil }
    var number = takeFirst(at)
    while at > order {
      at -= 1
      number *= 2
      put(number + 1, at)
    }
    let start = number << order
    heap.store(UInt8(order), at: Address(capacity + start))
    return Address(start * unit)
  }

  public mutating func deallocate(_ address: Address) {
    let start = address.offset / unit
    let order = self.order(ofBlockAt: start)
    put(start >> order, order)
    mayJoin = true
  }

  /// In place where the block is large enough; the order of a block that shrinks stays.
  public mutating func reallocate(_ address: Address, to layout: Layout) -> Address? {
    guard let wanted = order(for: layout) else { return nil }
    let order = self.order(ofBlockAt: address.offset / unit)
    if wanted <= order, address.isAligned(to: layout.alignment) { return address }
    guard let new = allocate(layout) else { return nil }
    heap.copy(from: address, to: new, byteCount: min(unit << order, unit << wanted))
    deallocate(address)
    return new
  }

  private func order(ofBlockAt start: Int) -> Int { Int(heap.load(UInt8.self, at: Address(capacity + start))) }

  private func order(for layout: Layout) -> Int? {
    let wanted = max(layout.size, layout.alignment, unit)
    guard wanted <= capacity else { return nil }
    return Int.bitWidth - ((wanted + unit - 1) / unit - 1).leadingZeroBitCount
  }

  // MARK: Bits

  private func wordCount(_ order: Int) -> Int { ((1 << (height - order)) + 63) / 64 }

  /// Where a word of an order's bits is. The orders below it take 2, 1, ½ … times as many words.
  private func place(_ word: Int, _ order: Int) -> Address {
    var words = word
    for below in 0..<order { words += wordCount(below) }
    return Address(capacity + (1 << height) + 8 * words)
  }

  private mutating func put(_ number: Int, _ order: Int) {
    let place = place(number / 64, order)
    heap.store(heap.load(UInt64.self, at: place) | 1 << UInt64(number % 64), at: place)
    counts[order] += 1
    hints[order] = min(hints[order], number / 64)
  }

  private mutating func takeFirst(_ order: Int) -> Int {
    var word = hints[order]
    while heap.load(UInt64.self, at: place(word, order)) == 0 { word += 1 }
    let bits = heap.load(UInt64.self, at: place(word, order))
    heap.store(bits & (bits - 1), at: place(word, order))
    counts[order] -= 1
    hints[order] = word
    return word * 64 + bits.trailingZeroBitCount
  }

  /// Joins all buddies of which both are free, from the smallest up.
  private mutating func join() {
    mayJoin = false
    for order in 0..<height where counts[order] > 1 {
      var left = counts[order]
      var word = hints[order]
      while left > 0 {
        let place = place(word, order)
        let bits = heap.load(UInt64.self, at: place)
        left -= bits.nonzeroBitCount
        var pairs = bits & bits >> 1 & 0x5555_5555_5555_5555
        heap.store(bits & ~(pairs | pairs << 1), at: place)
        counts[order] -= 2 * pairs.nonzeroBitCount
        while pairs != 0 {
          put((word * 64 + pairs.trailingZeroBitCount) / 2, order + 1)
          pairs &= pairs - 1
        }
        word += 1
      }
    }
  }

  /// Takes all of the heap: what is not touched costs nothing.
  private mutating func prepare() -> Bool {
    if isReady { return true }
    let words = (0...height).reduce(0) { $0 + wordCount($1) }
    guard heap.grow(by: capacity + (1 << height) + 8 * words) != nil else { return false }
    put(0, height)
    isReady = true
    return true
  }
}
