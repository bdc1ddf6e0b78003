// An allocator that stands in the way of attackers: random slots, canaries, poison, a quarantine, guard pages, and records far from blocks.
//
// THE IDEA. Nothing that an attacker can reach is believed. All that is known about a block lies in a table that is indexed by the block's
// address, behind a guard page (hardened_malloc and snmalloc keep metadata apart as well); among the blocks there are but bytes whose
// right value is known: poison, zeros, and canaries. So a wrong free is found by a look into the table, an overflow by the canary, a write
// after free by the poison when the slot is handed out again; and where that is, is drawn out of 128 free slots.
//
// THE HEAP. Grown to its limit at once, since pages cost nothing until they are touched.
//
//     0        20480                       blocks − 4096     blocks                     fresh                top
//     +--------+----------------------------+-----------------+--------------------------+ - - - - - - - - - -+
//     | bins   | records: 8 bytes for each  | may not be      | runs of slots, and       |   never used       |
//     |        | 32 bytes of blocks … top   | accessed        | extents of large blocks  |                    |
//     +--------+----------------------------+-----------------+--------------------------+ - - - - - - - - - -+
//
// A SLOT of 32, 48, 64, 96, 128, … bytes holds a small block, its canary, and what is left. An alignment above 16 takes a slot of a power of two,
// and runs begin at pages.
//
//     +=====================+--------+- - - - - - -+         live: the canary is that of the secret and the address
//     | block               | canary | poison or 0 |         else: poison everywhere, or, never used, 0
//     +=====================+--------+- - - - - - -+
//
// AN EXTENT is for a large block: whole pages, 4 sizes in each doubling. The canary is as long as the last page has room.
//
//     +-----------------+==========================+--------+-----------------+- - - - -+
//     | may not be      | block                    | canary | may not be      |         |
//     +-----------------+==========================+--------+-----------------+- - - - -+
//
// A RECORD is of the block that begins in its 32 bytes, and says whether in the lower or in the upper half.
//
//      63          34 33        8 7   3  2  1 0
//     +--------------+-----------+-----+---+-----+
//     | size         | next / 16 | bin | ½ |state|          all bits 0: no block ever began here
//     +--------------+-----------+-----+---+-----+
//
// A BIN has a pool of up to 128 free slots, which are drawn from at random, a list of others that were used before, and the rest of its newest run.
// In front of each drawing the pool is filled up. Of large slots it holds 8: they need no random addresses, only service.
//
//     live ──deallocate──► remembered ──others end──► free: list ──► pool ──allocate──► live
//       └───canary has changed───► condemned ◄───poison has changed──────────┘
//
// INVARIANTS
//     1  a record that is not 0 is of a slot, or of an extent's second page, in blocks ..< fresh; no two blocks overlap
//     2  the quarantine leads through all remembered blocks and no other, the oldest first; `remembered` is the sum of their charges, and at
//        most a 64th of the limit
//     3  a slot of a bin is in its pool, in its list, behind its `run`, or live, remembered or condemned: in one of these alone
//     4  a live block's canary is right, and remembered and free slots are poison, unless the program has changed them
//     5  pages of an extent that are not its live block's may not be accessed
//
// COSTS. O(size) for zeros and poison, and nothing else that grows. Memory: 8 bytes of canary, what the slot is larger (a fifth in the
// mean), a quarter for records, and the quarantine.

import AllocLab

/// An allocator that stands in the way of attackers.
public struct HardenedHeap: HardenedAllocator, ~Copyable {
  let heap: Heap
  /// Where blocks begin and end.
  let blocks: Int
  let top: Int
  /// Where memory begins that was never used; a multiple of the page size.
  var fresh: Int
  /// What canaries are made of.
  let secret: UInt64
  /// The quarantine: the first bytes of blocks that are remembered; 0 is none.
  var oldest = 0
  var youngest = 0
  /// The sum of their charges.
  var remembered = 0

  static var records: Int { 20480 }
  static var page: Int { Heap.pageSize }
  static var canaryBytes: Int { 8 }
  static var guarded: Int { 16 << 10 }
  static var poisonWord: UInt64 { UInt64(poison) &* 0x0101_0101_0101_0101 }

  public init(heap: Heap) {
    self.heap = heap
    let room = max(0, heap.limit - Self.records - 3 * Self.page) / 5 * 4
    let pages = room & ~(Self.page - 1)
    blocks = (Self.records + pages / 4 + 2 * Self.page - 1) & ~(Self.page - 1)
    // Where the system has no memory at all, there is none for any block.
    top = heap.grow(by: heap.limit) == nil ? 0 : min(blocks + pages, heap.limit & ~(Self.page - 1))
    fresh = blocks
    secret = heap.random()
    if top > blocks { heap.protect(.none, at: Address(blocks - Self.page), byteCount: Self.page) }
  }

  public mutating func allocate(_ layout: Layout) throws(MemoryCorruption) -> Address? {
    guard layout.size < top - blocks, layout.alignment <= Self.page else { return nil }
    guard layout.size < Self.guarded else { return allocateExtent(layout.size) }
    let bin = Self.bin(layout)
    guard let base = draw(bin) else { return nil }
    let slot = Self.slot(bin)
    if record(base) != Record(), !isPoisoned(base, slot) {
      setRecord(Record(.condemned, at: base, bin: bin, size: layout.size), at: base)
      throw .writeAfterFree
    }
    heap.fill(at: Address(base), byteCount: layout.size)
    heap.store(canary(base), at: Address(base + layout.size))
    setRecord(Record(.live, at: base, bin: bin, size: layout.size), at: base)
    return Address(base)
  }

  public mutating func deallocate(_ address: Address) throws(MemoryCorruption) {
    let base = address.offset
    guard base >= blocks, base < fresh, base & 15 == 0 else { throw .invalidFree }
    var record = record(base)
    guard record.isUpper == (base & 16 != 0), record.state == .live else {
      throw record.isUpper == (base & 16 != 0) && record.state == .remembered ? .doubleFree : .invalidFree
    }
    guard hasCanary(base, record) else {
      record.state = .condemned
      setRecord(record, at: base)
      throw .overflow
    }
    if record.bin == Record.extent {
      close(base, record.size)
    } else {
      heap.fill(at: address, byteCount: Self.slot(record.bin), with: Self.poison)
    }
    remember(base, record)
  }

  // MARK: Canaries and poison

  /// Nobody who does not know the secret can tell one from another.
  func canary(_ base: Int) -> UInt64 {
    var z = (secret ^ UInt64(base)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 29) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 32
  }

  /// Whether the bytes behind a live block are as they were.
  func hasCanary(_ base: Int, _ record: Record) -> Bool {
    let end = Address(base + record.size)
    guard record.bin == Record.extent else { return heap.load(UInt64.self, at: end) == canary(base) }
    return (0..<Self.tail(record.size)).allSatisfy {
      heap.load(UInt8.self, at: end + $0) == UInt8(truncatingIfNeeded: canary(base) >> UInt64(8 * $0))
    }
  }

  /// Whether nobody has written to a free slot that was used before.
  func isPoisoned(_ base: Int, _ slot: Int) -> Bool {
    var place = base
    while place < base + slot {
      guard heap.load(UInt64.self, at: Address(place)) == Self.poisonWord else { return false }
      place += 8
    }
    return true
  }

  // MARK: The quarantine

  static func charge(_ size: Int) -> Int { max(16, 1 << (Int.bitWidth - (size - 1).leadingZeroBitCount)) + 64 }

  private mutating func remember(_ base: Int, _ record: Record) {
    var record = record
    (record.state, record.next) = (.remembered, 0)
    setRecord(record, at: base)
    if youngest == 0 {
      oldest = base
    } else {
      var last = self.record(youngest)
      last.next = base
      setRecord(last, at: youngest)
    }
    youngest = base
    remembered += Self.charge(record.size)
    while remembered > heap.limit / 64 { forgetOldest() }
  }

  private mutating func forgetOldest() {
    let base = oldest
    var record = record(base)
    oldest = record.next
    if oldest == 0 { youngest = 0 }
    remembered -= Self.charge(record.size)
    let list = record.bin == Record.extent ? Self.extentList(record.size) : Self.list(record.bin)
    (record.state, record.next) = (.free, word(list))
    setRecord(record, at: base)
    setWord(base, at: list)
  }

  // MARK: Slots

  /// The bin of blocks of a layout.
  static func bin(_ layout: Layout) -> Int {
    var bytes = layout.size + canaryBytes
    if layout.alignment > 16 {
      bytes = 1 << (Int.bitWidth - (max(bytes, layout.alignment) - 1).leadingZeroBitCount)
    }
    guard bytes > 32 else { return 0 }
    let bit = Int.bitWidth - 1 - (bytes - 1).leadingZeroBitCount
    return 2 * (bit - 5) + 1 + (bytes - 1) >> (bit - 1) & 1
  }

  /// Bytes of a bin's slots.
  static func slot(_ bin: Int) -> Int { bin & 1 == 0 ? 32 << (bin / 2) : 48 << (bin / 2) }

  /// How many free slots a bin draws from.
  static func choices(_ bin: Int) -> Int { slot(bin) <= 1536 ? 128 : 8 }

  /// A free slot of a bin, any of those in its pool.
  private mutating func draw(_ bin: Int) -> Int? {
    var count = word(Self.count(bin))
    let choices = Self.choices(bin)
    while count < choices, let slot = next(bin) {
      setWord(slot, at: Self.pool(bin) + 4 * count)
      count += 1
    }
    guard count > 0 else {
      setWord(0, at: Self.count(bin))
      return nil
    }
    count -= 1
    setWord(count, at: Self.count(bin))
    let place = Self.pool(bin) + 4 * Int(heap.random().multipliedFullWidth(by: UInt64(count + 1)).high)
    let base = word(place)
    setWord(word(Self.pool(bin) + 4 * count), at: place)
    return base
  }

  /// A free slot that is not in the pool: one that was used before, or the next one of the newest run.
  private mutating func next(_ bin: Int) -> Int? {
    let base = word(Self.list(bin))
    if base != 0 {
      setWord(record(base).next, at: Self.list(bin))
      return base
    }
    let slot = Self.slot(bin)
    var run = word(Self.run(bin))
    if run + slot > word(Self.runEnd(bin)) {
      var bytes = (Self.choices(bin) * slot + Self.page - 1) & ~(Self.page - 1)
      if bytes > top - fresh { bytes = (slot + Self.page - 1) & ~(Self.page - 1) }
      guard let start = takeFresh(bytes) else { return nil }
      run = start
      setWord(start + bytes, at: Self.runEnd(bin))
    }
    setWord(run + slot, at: Self.run(bin))
    return run
  }

  private mutating func takeFresh(_ byteCount: Int) -> Int? {
    guard byteCount <= top - fresh else { return nil }
    defer { fresh += byteCount }
    return fresh
  }

  // MARK: Extents

  /// Bytes in whole pages.
  static func body(_ size: Int) -> Int { (size + page - 1) & ~(page - 1) }

  /// Bytes of the canary of a large block.
  static func tail(_ size: Int) -> Int { min(canaryBytes, body(size) - size) }

  /// Pages of the extent of a large block, and between which powers of two they are.
  static func extent(_ size: Int) -> (pages: Int, shift: Int) {
    let pages = body(size) / page + 2
    let shift = Int.bitWidth - 3 - (pages - 1).leadingZeroBitCount
    return ((pages + 1 << shift - 1) & ~(1 << shift - 1), shift)
  }

  private mutating func allocateExtent(_ size: Int) -> Address? {
    let list = Self.extentList(size)
    let extentBytes = Self.extent(size).pages * Self.page
    var base = word(list)
    if base != 0 {
      setWord(record(base).next, at: list)
    } else {
      guard let start = takeFresh(extentBytes) else { return nil }
      base = start + Self.page
      heap.protect(.none, at: Address(start), byteCount: extentBytes)
    }
    // Its pages are new, or were given back: they are zero.
    heap.protect(.readWrite, at: Address(base), byteCount: Self.body(size))
    for place in 0..<Self.tail(size) {
      heap.store(UInt8(truncatingIfNeeded: canary(base) >> UInt64(8 * place)), at: Address(base + size + place))
    }
    setRecord(Record(.live, at: base, bin: Record.extent, size: size), at: base)
    return Address(base)
  }

  /// Gives a large block's pages back, and lets nobody access them.
  private func close(_ base: Int, _ size: Int) {
    heap.decommit(at: Address(base), byteCount: Self.body(size))
    heap.protect(.none, at: Address(base), byteCount: Self.body(size))
  }

  // MARK: Records and bins

  /// What is known of a block.
  struct Record: Equatable {
    enum State: Int { case free, live, remembered, condemned }

    /// The bin of blocks that have an extent.
    static var extent: Int { 31 }

    var word: UInt64 = 0

    init(word: UInt64 = 0) { self.word = word }

    init(_ state: State, at base: Int, bin: Int, size: Int) {
      word = UInt64(state.rawValue | (base & 16) >> 2 | bin << 3 | size << 34)
    }

    var state: State {
      get { State(rawValue: Int(word & 3)) ?? .free }
      set { word = word & ~3 | UInt64(newValue.rawValue) }
    }
    /// Whether the block begins in the upper half of 32 bytes.
    var isUpper: Bool { word & 4 != 0 }
    var bin: Int { Int(word >> 3 & 31) }
    /// The first byte of the next block of a list; 0 is none.
    var next: Int {
      get { Int(word >> 8 & (1 << 26 - 1)) << 4 }
      set { word = word & ~((1 << 26 - 1) << 8) | (UInt64(newValue) >> 4) << 8 }
    }
    var size: Int { Int(word >> 34) }
  }

  private func place(_ base: Int) -> Address { Address(Self.records + ((base - blocks) >> 5) << 3) }
  func record(_ base: Int) -> Record { Record(word: heap.load(UInt64.self, at: place(base))) }
  private func setRecord(_ record: Record, at base: Int) { heap.store(record.word, at: place(base)) }

  // A bin's words, of 4 bytes each.
  static func count(_ bin: Int) -> Int { 1024 + bin * 528 }
  static func list(_ bin: Int) -> Int { count(bin) + 4 }
  static func run(_ bin: Int) -> Int { count(bin) + 8 }
  static func runEnd(_ bin: Int) -> Int { count(bin) + 12 }
  static func pool(_ bin: Int) -> Int { count(bin) + 16 }

  /// Free extents of a size, in the first 1024 bytes.
  static func extentList(_ size: Int) -> Int {
    let (pages, shift) = extent(size)
    return 4 * (8 * shift + pages >> shift)
  }

  func word(_ place: Int) -> Int { Int(heap.load(UInt32.self, at: Address(place))) }
  private func setWord(_ value: Int, at place: Int) {
    heap.store(UInt32(truncatingIfNeeded: value), at: Address(place))
  }
}
