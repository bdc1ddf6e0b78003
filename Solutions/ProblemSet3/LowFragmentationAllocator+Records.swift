import AllocLab

/// The bitmaps that say where blocks begin and which are free, and the bins with their lists.
extension LowFragmentationAllocator {
  @inlinable func half(_ place: Int) -> Int { Int(heap.load(UInt32.self, at: Address(place))) }
  @inlinable func setHalf(_ place: Int, _ value: Int) {
    heap.store(UInt32(truncatingIfNeeded: value), at: Address(place))
  }

  // MARK: Bitmaps

  /// Where the two words for a granule are: `begins`, and 8 bytes behind it `free`.
  @inlinable func map(_ granule: Int) -> Int { Self.maps &+ (granule &>> 6) &* 16 }
  @inlinable func bits(_ place: Int) -> UInt64 { heap.load(UInt64.self, at: Address(place)) }
  @inlinable func setBits(_ place: Int, _ bits: UInt64) { heap.store(bits, at: Address(place)) }
  @inlinable static func bit(_ granule: Int) -> UInt64 { 1 &<< UInt64(truncatingIfNeeded: granule & 63) }

  @inlinable func setBegins(_ granule: Int) {
    let place = map(granule)
    setBits(place, bits(place) | Self.bit(granule))
  }
  @inlinable func clearBegins(_ granule: Int) {
    let place = map(granule)
    setBits(place, bits(place) & ~Self.bit(granule))
  }
  @inlinable func isFree(_ granule: Int) -> Bool { bits(map(granule) &+ 8) & Self.bit(granule) != 0 }
  @inlinable func setFree(_ granule: Int) {
    let place = map(granule) &+ 8
    setBits(place, bits(place) | Self.bit(granule))
  }
  @inlinable func clearFree(_ granule: Int) {
    let place = map(granule) &+ 8
    setBits(place, bits(place) & ~Self.bit(granule))
  }

  /// How many granules a block has: up to where the next one begins, or the wilderness.
  @inlinable func granules(of block: Int) -> Int {
    var (place, base) = (map(block), block & ~63)
    var next = bits(place) & (~1 &<< UInt64(truncatingIfNeeded: block & 63))
    while next == 0 {
      place &+= 16
      base &+= 64
      next = bits(place)
    }
    return base &+ next.trailingZeroBitCount &- block
  }

  // MARK: Bins

  /// The bin for blocks of so many granules.
  @inlinable static func bin(_ count: Int) -> Int {
    if count < firstWide { return count }
    let log = 63 &- count.leadingZeroBitCount
    return min(64 &+ (log &- 6) &* 8 &+ (count &>> (log &- 3)) & 7, 127)
  }

  /// Puts a block at the front of its bin's list, and says at both its ends that it is free, and how large.
  @inlinable mutating func push(_ block: Int, _ count: Int) {
    let (bin, place) = (Self.bin(count), block &* Self.granule)
    let first = half(bin &* 4)
    setHalf(place, first)
    setHalf(place &+ 4, 0)
    setHalf(place &+ 8, count)
    setHalf(place &+ count &* Self.granule &- 4, count)
    if first != 0 { setHalf(first &* Self.granule &+ 4, block) }
    setHalf(bin &* 4, block)
    setFree(block)
    setFree(block &+ count &- 1)
    if bin < 64 { exact |= 1 &<< UInt64(bin) } else { wide |= 1 &<< UInt64(bin &- 64) }
  }

  /// Takes a free block out of its bin.
  ///
  /// - Returns: how many of its granules were touched since its pages went back.
  @inlinable mutating func unlink(_ block: Int, _ count: Int) -> Int {
    let place = block &* Self.granule
    let (next, previous) = (half(place), half(place &+ 4))
    clearFree(block)
    clearFree(block &+ count &- 1)
    if next != 0 { setHalf(next &* Self.granule &+ 4, previous) }
    if previous != 0 {
      setHalf(previous &* Self.granule, next)
    } else {
      let bin = Self.bin(count)
      setHalf(bin &* 4, next)
      if next == 0 {
        if bin < 64 { exact &= ~(1 &<< UInt64(bin)) } else { wide &= ~(1 &<< UInt64(bin &- 64)) }
      }
    }
    return count == 1 ? 1 : half(place &+ 16)
  }
}
