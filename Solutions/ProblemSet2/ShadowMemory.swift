// Watches over a program's memory by shadow memory: for every eight bytes, one that says how many are live, and one that says which are
// initialised.
//
// THE IDEA. Objects begin at multiples of 8, so of eight bytes that begin at such a place, a *granule*, the live ones are always the first
// ones: one byte says how many (AddressSanitizer: Serebryany and others 2012). Which of them are initialised may be any of 256 sets, for
// which one byte is just enough (MemorySanitizer: Stepanov and Serebryany 2015). So all that there is to know about an address is found by
// a shift and an addition, without a look at the object; and a word of shadow tells about 64 bytes at once.
//
// THE HEAP. Grown to its limit at once, since pages cost nothing until they are touched. Four fifths of it are the program's.
//
//     0        512                           fresh                top            top + top/8     top + top/4
//     +--------+------------------------------+ - - - - - - - - - +---------------+---------------+ - - +
//     | lists  |  blocks, one after the other |   never touched   |  live         |  initialised  |     |
//     +--------+------------------------------+ - - - - - - - - - +---------------+---------------+ - - +
//
// THE SHADOW OF A GRANULE
//
//     live           0       outside            1 … 8   that many bytes are live, from the first on
//                    mark    half of a header   freed   an object that ended, and is remembered
//     initialised    bit i   byte i was written since its object began
//
// What was never touched reads as 0: outside, and not initialised. That is just what it is, so a heap needs nothing to begin with.
//
// A BLOCK. The header is the redzone in front of its object, and behind the object of the block before.
//
//     base − 16                base                  base + size     base + room
//     +------------+-----------+---------------------+---------------+------------+- -
//     | size·4 +   | link:     | object              | outside       | the next block's header
//     | state      | a base    |                     |               |
//     +------------+-----------+---------------------+---------------+------------+- -
//       mark         mark        8 8 8 … 8  size % 8   0 … 0           mark         mark
//
//     state 0: free, in the list of its room; no marks, and no shadow.   1: live.   2: remembered, in the queue.
//
// Room comes in four sizes in each doubling: 8 · (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, …) bytes. A list is four bytes: the first base / 8; 0 is none.
//
// WHAT IS WRONG is asked only of the first bad byte, and may take long: the object of a byte is found by going back to the next mark.
//
// INVARIANTS
//     1  blocks are all of 512 ..< fresh, one after the other; fresh ≤ top − 16
//     2  live shadow: of a live object `size` bytes, of a remembered one `freed`; before both two marks; all other bytes are 0
//     3  initialised shadow: no bit is set but in live objects
//     4  the queue leads through all remembered objects and no other, the oldest first; `remembered` is the sum of their charges, and at
//        most a 32nd of the limit
//     5  the lists lead through all free blocks, each in the one of its room
//
// COSTS. Small accesses O(1): a comparison, a load, another comparison. Long ones a load for each 64 bytes, and for what they initialise a
// fill of an eighth. Memory: a quarter of what is touched, 16 bytes an object, and what its room is larger.

import AllocLab

/// Watches over a program's memory by shadow memory.
@frozen public struct ShadowMemory: ShadowSanitizer, ~Copyable {
  @usableFromInline let heap: Heap
  /// Where the program's memory ends, and the live shadow begins; a multiple of 64.
  @usableFromInline let top: Int
  /// Where the shadow begins that says what is initialised.
  @usableFromInline let written: Int
  /// Where memory begins that was never part of a block.
  @usableFromInline var fresh = 512
  /// The queue of remembered objects, by their bases; 0 is none.
  @usableFromInline var oldest = 0
  @usableFromInline var youngest = 0
  /// The sum of their charges.
  @usableFromInline var remembered = 0

  public init(heap: Heap) {
    self.heap = heap
    // A word behind either shadow may be read beyond its end.
    top = max(0, heap.limit - 128) / 5 * 4 & ~63
    written = top + top / 8
    // Where the system has no memory at all, there is none for any object.
    if heap.grow(by: heap.limit) == nil { fresh = .max }
  }

  @usableFromInline static var mark: UInt8 { 0xf1 }
  @usableFromInline static var freed: UInt8 { 0xfd }
  /// A byte in each of eight places.
  @usableFromInline static var everywhere: UInt64 { 0x0101_0101_0101_0101 }

  // MARK: Live bytes

  @inlinable @inline(__always) func shadow(_ granule: Int) -> UInt8 {
    heap.load(UInt8.self, at: Address(top &+ granule))
  }

  /// How many of a granule's bytes are live, from the first on; negative of marks and of what was freed.
  @inlinable @inline(__always) func live(_ granule: Int) -> Int { Int(Int8(bitPattern: shadow(granule))) }

  /// The first byte of `count` from `start` on that is not live, or nil.
  @inlinable @inline(__always) func firstBad(_ start: Int, _ count: Int) -> Int? {
    // Of up to eight bytes most lie in one granule, of which enough are live.
    if count <= 8, UInt(bitPattern: start) < UInt(bitPattern: top), start & 7 &+ count <= live(start &>> 3) {
      return nil
    }
    return firstBadOfMany(start, count)
  }

  @usableFromInline @inline(never) func firstBadOfMany(_ start: Int, _ count: Int) -> Int? {
    guard count > 0 else { return nil }
    guard start >= 0, start < top else { return start }
    // No object reaches to the top, so that what lies behind it is never the first bad byte.
    let last = start + min(count, top - start) - 1
    var granule = start >> 3
    while granule << 3 + 63 <= last, heap.load(UInt64.self, at: Address(top &+ granule)) == 8 &* Self.everywhere {
      granule += 8
    }
    // Here at most eight are left, or the first bad byte is in one of eight.
    while granule << 3 <= last {
      let (first, live) = (granule << 3, max(0, live(granule)))
      if first + live <= min(last, first + 7) { return max(start, first + live) }
      granule += 1
    }
    return nil
  }

  // MARK: Initialised bytes: a bit each, the lowest first

  @inlinable @inline(__always) func bits(at byte: Int) -> UInt64 {
    heap.load(UInt64.self, at: Address(written &+ byte &>> 3)) &>> UInt64(byte & 7)
  }

  /// Sets up to 56 bits.
  @inlinable @inline(__always) func setBits(at byte: Int, _ count: Int, to bits: UInt64) {
    let place = Address(written &+ byte &>> 3)
    let mask = ((1 &<< UInt64(count)) &- 1) &<< UInt64(byte & 7)
    heap.store(heap.load(UInt64.self, at: place) & ~mask | bits &<< UInt64(byte & 7) & mask, at: place)
  }

  /// Sets the bits of `count` bytes from `start` on.
  @inlinable @inline(__always) func initialise(_ start: Int, _ count: Int) {
    if count <= 8 { setBits(at: start, count, to: ~0) } else { initialiseMany(start, count) }
  }

  @usableFromInline @inline(never) func initialiseMany(_ start: Int, _ count: Int) {
    let (first, last) = ((start + 7) & ~7, (start + count) & ~7)
    setBits(at: start, first - start, to: ~0)
    heap.fill(at: Address(written + first >> 3), byteCount: (last - first) >> 3, with: 0xff)
    setBits(at: last, start + count - last, to: ~0)
  }

  /// The first byte of `count` from `start` on, all of them live, that is not initialised, or nil.
  @inlinable @inline(__always) func firstUnwritten(_ start: Int, _ count: Int) -> Int? {
    if count <= 8, ~bits(at: start) & ((1 &<< UInt64(count)) &- 1) == 0 { return nil }
    return firstUnwrittenOfMany(start, count)
  }

  @usableFromInline @inline(never) func firstUnwrittenOfMany(_ start: Int, _ count: Int) -> Int? {
    let end = start + count
    // To a multiple of 8, from where on a load is 64 bits.
    var byte = start
    while byte < end {
      let whole = byte & 7 == 0 ? 64 : 8 - byte & 7
      let missing = ~bits(at: byte) & (whole == 64 ? ~0 : 1 << UInt64(whole) - 1)
      if missing != 0 {
        let found = byte + missing.trailingZeroBitCount
        return found < end ? found : nil
      }
      byte += whole
    }
    return nil
  }

  /// Copies the bits of `count` bytes, as if all were read before.
  @inlinable @inline(__always) func copyBits(_ source: Int, _ destination: Int, _ count: Int) {
    if count <= 56 {
      setBits(at: destination, count, to: bits(at: source))
    } else {
      copyManyBits(source, destination, count)
    }
  }

  @usableFromInline @inline(never) func copyManyBits(_ source: Int, _ destination: Int, _ count: Int) {
    // Where both begin at the same place in a granule, whole bytes of shadow move.
    if (source ^ destination) & 7 == 0 {
      let head = -destination & 7
      let middle = (count - head) & ~7
      // Read before anything is written.
      let (first, last) = (bits(at: source), bits(at: source + head + middle))
      heap.copy(
        from: Address(written + (source + head) >> 3), to: Address(written + (destination + head) >> 3),
        byteCount: middle >> 3)
      setBits(at: destination, head, to: first)
      setBits(at: destination + head + middle, count - head - middle, to: last)
      return
    }
    var rest = count
    if destination < source {
      while rest > 0 {
        let step = min(rest, 56)
        setBits(at: destination + count - rest, step, to: bits(at: source + count - rest))
        rest -= step
      }
    } else {
      while rest > 0 {
        let step = min(rest, 56)
        rest -= step
        setBits(at: destination + rest, step, to: bits(at: source + rest))
      }
    }
  }

  // MARK: Accesses

  @inlinable @inline(__always) public func read(_ address: Address, byteCount: Int) -> MemoryFault? {
    guard let bad = firstBad(address.offset, byteCount) else { return nil }
    return fault(at: bad)
  }

  @inlinable @inline(__always) public func write(_ address: Address, byteCount: Int) -> MemoryFault? {
    if let bad = firstBad(address.offset, byteCount) { return fault(at: bad) }
    if byteCount > 0 { initialise(address.offset, byteCount) }
    return nil
  }

  @inlinable @inline(__always) public func use(_ address: Address, byteCount: Int) -> MemoryFault? {
    let bad = firstBad(address.offset, byteCount)
    // Bytes in front of the first that is not live may be not initialised.
    let count = bad.map { $0 &- address.offset } ?? byteCount
    if count > 0, let unwritten = firstUnwritten(address.offset, count) {
      return MemoryFault(.uninitialisedUse, at: Address(unwritten), object: Address(base(of: unwritten)))
    }
    guard let bad else { return nil }
    return fault(at: bad)
  }

  @inlinable public func copy(from source: Address, to destination: Address, byteCount: Int) -> MemoryFault? {
    if let bad = firstBad(source.offset, byteCount) ?? firstBad(destination.offset, byteCount) { return fault(at: bad) }
    if byteCount > 0 { copyBits(source.offset, destination.offset, byteCount) }
    return nil
  }

  // MARK: What is wrong

  /// The first byte of the object that a byte is in.
  @usableFromInline func base(of byte: Int) -> Int {
    let high = Self.everywhere << 7
    var granule = byte >> 3
    while granule >= 8 {
      // A byte of the difference is 0 where there is a mark (Mycroft's test; the lowest byte that it finds is one).
      let difference = heap.load(UInt64.self, at: Address(top + granule - 7)) ^ Self.everywhere &* UInt64(Self.mark)
      if (difference &- Self.everywhere) & ~difference & high != 0 { break }
      granule -= 8
    }
    while granule >= 0, shadow(granule) != Self.mark { granule -= 1 }
    return (granule + 1) << 3
  }

  /// The fault of an access whose first bad byte this is, which is not live.
  @usableFromInline @inline(never) func fault(at byte: Int) -> MemoryFault {
    guard byte >= 0, byte < top else { return MemoryFault(.wild, at: Address(byte)) }
    if shadow(byte >> 3) == Self.freed {
      return MemoryFault(.useAfterFree, at: Address(byte), object: Address(base(of: byte)))
    }
    var found: (distance: Int, fault: MemoryFault)?
    // Among the 16 bytes behind an object, if there is one so near; of one of no bytes the header is all that is seen.
    for granule in stride(from: byte >> 3, through: max(0, byte - 16) >> 3, by: -1) {
      let base = (granule + 1) << 3
      let endsHeader = shadow(granule) == Self.mark && shadow(granule + 1) != Self.mark
      guard live(granule) > 0 || endsHeader && base <= byte else { continue }
      let lower = live(granule) > 0 ? self.base(of: granule << 3) : base
      let distance = byte - lower - size(lower) + 1
      if state(lower) == .live, distance <= 16 {
        found = (distance, MemoryFault(.overflow, at: Address(byte), object: Address(lower)))
      }
      break
    }
    // A header that ends at most 16 bytes farther on.
    for granule in byte >> 3...(byte + 16) >> 3 - 1 where shadow(granule) == Self.mark {
      let upper = (granule + 1) << 3
      guard upper > byte, shadow(granule + 1) != Self.mark else { continue }
      if state(upper) == .live, upper - byte < found?.distance ?? 17 {
        found = (upper - byte, MemoryFault(.underflow, at: Address(byte), object: Address(upper)))
      }
      break
    }
    return found?.fault ?? MemoryFault(.wild, at: Address(byte))
  }

  // MARK: Headers

  @usableFromInline enum State: UInt64 {
    case free = 0
    case live = 1
    case remembered = 2
  }

  @inlinable func header(_ base: Int) -> UInt64 { heap.load(UInt64.self, at: Address(base &- 16)) }
  @inlinable func size(_ base: Int) -> Int { Int(truncatingIfNeeded: header(base) &>> 2) }
  @inlinable func state(_ base: Int) -> State { State(rawValue: header(base) & 3) ?? .free }
  @inlinable func set(_ base: Int, _ state: State, size: Int) {
    heap.store(UInt64(size) &<< 2 | state.rawValue, at: Address(base &- 16))
  }
  @inlinable func link(_ base: Int) -> Int { heap.load(Int.self, at: Address(base &- 8)) }
  @inlinable func setLink(_ base: Int, _ next: Int) { heap.store(next, at: Address(base &- 8)) }

  // MARK: Rooms

  /// The class of rooms for `byteCount` bytes.
  @inlinable static func roomClass(_ byteCount: Int) -> Int {
    let last = max(byteCount &- 1, 0) / 8
    guard last >= 8 else { return last }
    let shift = Int.bitWidth &- 3 &- last.leadingZeroBitCount
    return shift &* 4 &+ last &>> shift
  }

  /// Bytes of a room of a class.
  @inlinable static func room(_ number: Int) -> Int {
    guard number >= 8 else { return 8 &* (number &+ 1) }
    return 8 &* (number & 3 &+ 5) &<< (number / 4 &- 1)
  }

  @inlinable func first(_ number: Int) -> Int { Int(heap.load(UInt32.self, at: Address(4 &* number))) &* 8 }
  @inlinable func setFirst(_ number: Int, _ base: Int) {
    heap.store(UInt32(truncatingIfNeeded: base / 8), at: Address(4 &* number))
  }

  /// What an object counts with.
  @inlinable static func charge(_ byteCount: Int) -> Int {
    max(16, 1 &<< (Int.bitWidth &- max(byteCount &- 1, 0).leadingZeroBitCount)) &+ 64
  }

  // MARK: Objects

  public mutating func allocate(_ byteCount: Int) -> Address? {
    guard byteCount <= top else { return nil }
    let number = Self.roomClass(byteCount)
    var base = first(number)
    if base != 0 {
      setFirst(number, link(base))
    } else {
      // A header in front, and 16 bytes for what comes behind.
      let room = Self.room(number)
      guard fresh <= top, room + 32 <= top - fresh else { return nil }
      base = fresh + 16
      fresh = base + room
    }
    set(base, .live, size: byteCount)
    let shadow = Address(top + base >> 3)
    heap.store(UInt16(Self.mark) << 8 | UInt16(Self.mark), at: shadow - 2)
    heap.fill(at: shadow, byteCount: byteCount >> 3, with: 8)
    if byteCount & 7 != 0 { heap.store(UInt8(byteCount & 7), at: shadow + byteCount >> 3) }
    return Address(base)
  }

  public mutating func deallocate(_ address: Address) -> MemoryFault? {
    let base = address.offset
    guard base >= 16, base < top else { return MemoryFault(.invalidFree, at: address) }
    let shadow = shadow(base >> 3)
    guard base & 7 == 0, shadow != Self.mark, self.shadow(base >> 3 - 1) == Self.mark else {
      let isInside = shadow == Self.freed || base & 7 < live(base >> 3)
      return MemoryFault(.invalidFree, at: address, object: isInside ? Address(self.base(of: base)) : nil)
    }
    guard state(base) == .live else { return MemoryFault(.doubleFree, at: address, object: address) }
    let size = size(base)
    let granules = (size + 7) >> 3
    set(base, .remembered, size: size)
    heap.fill(at: Address(top + base >> 3), byteCount: granules, with: Self.freed)
    // Whatever comes here next is not initialised.
    heap.fill(at: Address(written + base >> 3), byteCount: granules, with: 0)
    if oldest == 0 { oldest = base } else { setLink(youngest, base) }
    setLink(base, 0)
    youngest = base
    remembered += Self.charge(size)
    while remembered > heap.limit / 32 { forget() }
    return nil
  }

  /// Gives the memory of the object back that ended first.
  private mutating func forget() {
    let base = oldest
    let size = size(base)
    oldest = link(base)
    remembered -= Self.charge(size)
    heap.fill(at: Address(top + base >> 3 - 2), byteCount: 2 + (size + 7) >> 3, with: 0)
    let number = Self.roomClass(size)
    set(base, .free, size: size)
    setLink(base, first(number))
    setFirst(number, base)
  }
}
