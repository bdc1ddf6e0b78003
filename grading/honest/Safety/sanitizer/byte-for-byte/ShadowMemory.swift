// Shadow memory of a byte for each byte: what it is, in plain words. Blocks are powers of two, with a header in front.

import AllocLab

public struct ShadowMemory: ShadowSanitizer, ~Copyable {
  // What a byte is. Where an object begins, the byte in front of it says so.
  private static var outside: UInt8 { 0 }
  private static var blank: UInt8 { 1 }
  private static var written: UInt8 { 2 }
  private static var freed: UInt8 { 3 }
  private static var front: UInt8 { 4 }

  private let heap: Heap
  /// Where shadow memory begins.
  private let half: Int
  private var next = 1024
  private var (oldest, youngest, charges) = (0, 0, 0)

  public init(heap: Heap) {
    self.heap = heap
    half = heap.limit / 2 & ~4095
    if heap.grow(by: heap.limit) == nil { next = .max }
  }

  private func state(_ byte: Int) -> UInt8 {
    byte >= 0 && byte < half ? heap.load(UInt8.self, at: Address(half + byte)) : Self.outside
  }
  private func isLive(_ byte: Int) -> Bool { state(byte) == Self.blank || state(byte) == Self.written }
  private func mark(_ byte: Int, _ count: Int, _ state: UInt8) {
    heap.fill(at: Address(half + byte), byteCount: count, with: state)
  }

  // A header of 32 bytes: size, link, and whether the object lives.
  private func field(_ base: Int, _ number: Int) -> Int { heap.load(Int.self, at: Address(base - 32 + 8 * number)) }
  private func setField(_ base: Int, _ number: Int, _ value: Int) {
    heap.store(value, at: Address(base - 32 + 8 * number))
  }

  /// The binary logarithm of a block's room.
  private func order(_ size: Int) -> Int { max(4, Int.bitWidth - max(0, size - 1).leadingZeroBitCount) }

  public mutating func allocate(_ byteCount: Int) -> Address? {
    guard byteCount < half else { return nil }
    let order = order(byteCount)
    let first = Address(8 * order)
    var base = heap.load(Int.self, at: first)
    if base != 0 {
      heap.store(field(base, 1), at: first)
    } else {
      guard next <= half, 1 << order + 64 <= half - next else { return nil }
      base = next + 32
      next = base + 1 << order
    }
    setField(base, 0, byteCount)
    setField(base, 2, 1)
    mark(base - 1, 1, Self.front)
    mark(base, byteCount, Self.blank)
    return Address(base)
  }

  /// The object that a byte is in, or that it is right behind or in front of.
  private func base(of byte: Int) -> Int {
    var byte = byte
    while state(byte) != Self.front { byte -= 1 }
    return byte + 1
  }

  public mutating func deallocate(_ address: Address) -> MemoryFault? {
    let base = address.offset
    guard base > 0, state(base - 1) == Self.front else {
      let isInside = state(base) != Self.outside && state(base) != Self.front
      return MemoryFault(.invalidFree, at: address, object: isInside ? Address(self.base(of: base)) : nil)
    }
    guard field(base, 2) == 1 else { return MemoryFault(.doubleFree, at: address, object: address) }
    setField(base, 2, 0)
    mark(base, field(base, 0), Self.freed)
    setField(base, 1, 0)
    if oldest == 0 { oldest = base } else { setField(youngest, 1, base) }
    youngest = base
    charges += 1 << order(field(base, 0)) + 64
    while charges > heap.limit / 32 {
      let gone = oldest
      let (size, first) = (field(gone, 0), Address(8 * order(field(gone, 0))))
      oldest = field(gone, 1)
      charges -= 1 << order(size) + 64
      mark(gone - 1, size + 1, Self.outside)
      setField(gone, 1, heap.load(Int.self, at: first))
      heap.store(gone, at: first)
    }
    return nil
  }

  private func fault(_ byte: Int) -> MemoryFault {
    let address = Address(byte)
    if state(byte) == Self.freed { return MemoryFault(.useAfterFree, at: address, object: Address(base(of: byte))) }
    for distance in 1...16 {
      // The end of an object lies so far back, or of one of no bytes its beginning.
      let last = byte - distance
      if isLive(last) || (state(last) == Self.front && !isLive(last + 1) && field(last + 1, 2) == 1) {
        return MemoryFault(.overflow, at: address, object: Address(base(of: last)))
      }
      let first = byte + distance
      if state(first - 1) == Self.front, field(first, 2) == 1 {
        return MemoryFault(.underflow, at: address, object: Address(first))
      }
    }
    return MemoryFault(.wild, at: address)
  }

  private func check(_ address: Address, _ byteCount: Int, written: Bool = false) -> MemoryFault? {
    var offset = 0
    while offset < byteCount {
      let byte = address.offset &+ offset
      if !isLive(byte) { return fault(byte) }
      if written, state(byte) == Self.blank {
        return MemoryFault(.uninitialisedUse, at: Address(byte), object: Address(base(of: byte)))
      }
      offset += 1
    }
    return nil
  }

  public mutating func read(_ address: Address, byteCount: Int) -> MemoryFault? { check(address, byteCount) }

  public mutating func write(_ address: Address, byteCount: Int) -> MemoryFault? {
    if let fault = check(address, byteCount) { return fault }
    if byteCount > 0 { mark(address.offset, byteCount, Self.written) }
    return nil
  }

  public mutating func use(_ address: Address, byteCount: Int) -> MemoryFault? {
    check(address, byteCount, written: true)
  }

  public mutating func copy(from source: Address, to destination: Address, byteCount: Int) -> MemoryFault? {
    if let fault = check(source, byteCount) ?? check(destination, byteCount) { return fault }
    if byteCount > 0 { heap.copy(from: source + half, to: destination + half, byteCount: byteCount) }
    return nil
  }
}
