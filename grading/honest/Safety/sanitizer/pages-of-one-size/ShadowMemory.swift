// No shadow memory for what is live: all blocks of a page have one size, so a byte's block is found by a division, and its header says the
// rest. Only what is initialised has a bit for each byte.

import AllocLab

public struct ShadowMemory: ShadowSanitizer, ~Copyable {
  private let heap: Heap
  /// The program's pages; then the table of pages, a word each; then a bit for each byte.
  private let (pages, table, bits): (Int, Int, Int)
  /// Page 0 has the lists. The last page is nobody's.
  private var fresh = 1
  private var queue = (first: 0, last: 0, charges: 0)

  public init(heap: Heap) {
    self.heap = heap
    pages = (heap.limit - 64) / (4096 + 8 + 512)
    table = pages * 4096
    bits = table + pages * 8
    if heap.grow(by: heap.limit) == nil { fresh = .max }
  }

  // MARK: Pages: an order (the logarithm of a block's room), and for those of large blocks how far back the first one is

  private func word(_ place: Int) -> Int { heap.load(Int.self, at: Address(place)) }
  private func setWord(_ place: Int, _ value: Int) { heap.store(value, at: Address(place)) }

  /// Where the object of the block begins that a byte is in, its header included.
  private func base(at byte: Int) -> Int? {
    guard byte >= 4096, byte < table else { return nil }
    let page = byte >> 12
    let entry = word(table + 8 * page)
    guard entry != 0 else { return nil }
    if entry & 63 > 11 { return (page - entry >> 6) << 12 + 16 }
    let stride = 1 << (entry & 63) + 16
    let number = (byte & 4095) / stride
    // What is left of a page behind its last block belongs to that.
    return page << 12 + min(number, 4096 / stride - 1) * stride + 16
  }

  // MARK: Headers: size and state, and a link

  private enum State: Int { case none, live, remembered }
  private func size(_ base: Int) -> Int { word(base - 16) >> 2 }
  private func state(_ base: Int) -> State { State(rawValue: word(base - 16) & 3) ?? .none }
  private func set(_ base: Int, _ size: Int, _ state: State) { setWord(base - 16, size << 2 | state.rawValue) }

  private func order(_ size: Int) -> Int { max(4, Int.bitWidth - max(0, size - 1).leadingZeroBitCount) }

  public mutating func allocate(_ byteCount: Int) -> Address? {
    guard byteCount < table else { return nil }
    let order = order(byteCount)
    if word(8 * order) == 0 { makeBlocks(order) }
    let base = word(8 * order)
    guard base != 0 else { return nil }
    setWord(8 * order, word(base - 8))
    set(base, byteCount, .live)
    setBits(base, byteCount, false)
    return Address(base)
  }

  private mutating func makeBlocks(_ order: Int) {
    let count = order > 11 ? (1 << order + 16 + 4095) >> 12 : 1
    guard fresh < pages, count < pages - fresh else { return }
    for page in 0..<count { setWord(table + 8 * (fresh + page), order | page << 6) }
    let start = fresh << 12
    fresh += count
    for number in 0..<(order > 11 ? 1 : 4096 / (1 << order + 16)) {
      let base = start + number * (1 << order + 16) + 16
      setWord(base - 8, word(8 * order))
      setWord(8 * order, base)
    }
  }

  public mutating func deallocate(_ address: Address) -> MemoryFault? {
    guard let base = base(at: address.offset), state(base) != .none else { return MemoryFault(.invalidFree, at: address) }
    guard address.offset == base else {
      let isInside = address.offset > base && address.offset - base < size(base)
      return MemoryFault(.invalidFree, at: address, object: isInside ? Address(base) : nil)
    }
    guard state(base) == .live else { return MemoryFault(.doubleFree, at: address, object: address) }
    set(base, size(base), .remembered)
    setWord(base - 8, 0)
    if queue.first == 0 { queue.first = base } else { setWord(queue.last - 8, base) }
    queue.last = base
    queue.charges += 1 << order(size(base)) + 64
    while queue.charges > heap.limit / 32 {
      let gone = queue.first
      queue.first = word(gone - 8)
      let order = order(size(gone))
      queue.charges -= 1 << order + 64
      set(gone, 0, .none)
      setWord(gone - 8, word(8 * order))
      setWord(8 * order, gone)
    }
    return nil
  }

  // MARK: Accesses

  /// The end of the live object that a byte is in.
  private func end(of byte: Int) -> Int? {
    guard let base = base(at: byte), byte >= base, byte - base < size(base), state(base) == .live else { return nil }
    return base + size(base)
  }

  private func check(_ address: Address, _ byteCount: Int) -> MemoryFault? {
    guard byteCount > 0 else { return nil }
    let byte = address.offset
    guard let end = end(of: byte) else { return fault(byte) }
    return byteCount <= end - byte ? nil : fault(end)
  }

  private func fault(_ byte: Int) -> MemoryFault {
    let address = Address(byte)
    let own = base(at: byte)
    if let own, state(own) == .remembered, byte >= own, byte - own < size(own) {
      return MemoryFault(.useAfterFree, at: address, object: Address(own))
    }
    var fault = MemoryFault(.wild, at: address)
    var nearest = 17
    // Behind an object: 16 bytes back is its block.
    if byte >= 16, let lower = base(at: byte - 16), state(lower) == .live, byte >= lower + size(lower),
      byte - lower - size(lower) < 16
    {
      nearest = byte - lower - size(lower) + 1
      fault = MemoryFault(.overflow, at: address, object: Address(lower))
    }
    if let own, state(own) == .live, byte < own, own - byte < nearest {
      fault = MemoryFault(.underflow, at: address, object: Address(own))
    }
    return fault
  }

  public mutating func read(_ address: Address, byteCount: Int) -> MemoryFault? { check(address, byteCount) }

  public mutating func write(_ address: Address, byteCount: Int) -> MemoryFault? {
    if let fault = check(address, byteCount) { return fault }
    setBits(address.offset, byteCount, true)
    return nil
  }

  public mutating func use(_ address: Address, byteCount: Int) -> MemoryFault? {
    let fault = check(address, byteCount)
    var byte = address.offset
    let end = fault?.address.offset ?? byte + byteCount
    while byte < end {
      // Whole bytes of bits at once where they are.
      if byte & 7 == 0, end - byte >= 8, self.byte(byte) == 0xff {
        byte += 8
      } else if self.byte(byte) >> UInt8(byte & 7) & 1 == 1 {
        byte += 1
      } else {
        return MemoryFault(.uninitialisedUse, at: Address(byte), object: base(at: byte).map { Address($0) })
      }
    }
    return fault
  }

  public mutating func copy(from source: Address, to destination: Address, byteCount: Int) -> MemoryFault? {
    if let fault = check(source, byteCount) ?? check(destination, byteCount) { return fault }
    let isUpward = destination > source
    for place in 0..<max(0, byteCount) {
      let offset = isUpward ? byteCount - 1 - place : place
      let bit = byte(source.offset + offset) >> UInt8((source.offset + offset) & 7) & 1
      setBits(destination.offset + offset, 1, bit == 1)
    }
    return nil
  }

  // MARK: Bits

  private func byte(_ place: Int) -> UInt8 { heap.load(UInt8.self, at: Address(bits + place >> 3)) }

  private func setBits(_ start: Int, _ count: Int, _ isSet: Bool) {
    var place = start
    while place < start + count {
      if place & 7 == 0, start + count - place >= 8 {
        let whole = (start + count - place) >> 3
        heap.fill(at: Address(bits + place >> 3), byteCount: whole, with: isSet ? 0xff : 0)
        place += whole << 3
      } else {
        let mask: UInt8 = 1 << UInt8(place & 7)
        heap.store(isSet ? byte(place) | mask : byte(place) & ~mask, at: Address(bits + place >> 3))
        place += 1
      }
    }
  }
}
