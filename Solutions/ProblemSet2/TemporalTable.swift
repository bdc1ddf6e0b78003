// Pointers of one word that know whether their object lives: a number into a table, and the generation of what stands there.
//
// THE IDEA. Lock and key (Nagarakatte and others 2010): the pointer has a key, its object's record a lock, and an access asks whether both
// are alike. When the object ends the lock changes, so that all copies of the pointer are stale at once, wherever they are. The lock is not
// in the object, whose bytes are the program's, and stays readable when memory is used by something else.
//
// THE POINTER
//
//     63                                 16 15         0
//     +------------------------------------+------------+
//     |  generation: odd                   |  number    |
//     +------------------------------------+------------+
//
// A record's generation is odd while its object lives, and even otherwise: it grows by one whenever an object begins or ends. So a
// pointer, whose generation is odd, equals the lock of no free record, a forged one with an even generation is refused as such, and
// 2⁴⁷ objects can live in one record before a generation would come again. A record that got so far is not used again.
//
// THE HEAP. Grown to its limit at once, since pages cost nothing until they are touched. Objects come from below, records from above.
//
//     0        512                   fresh                     floor                     top   limit
//     +--------+----------------------+ - - - - - - - - - - - - +------+- - -+------+------+ - -+
//     | lists  |  blocks, live, free  |     never touched       | n−1  |     |  1   |  0   |    |
//     +--------+----------------------+ - - - - - - - - - - - - +------+- - -+------+------+ - -+
//
//     a record, 16 bytes   lock: generation, number          |  63  size  32 | 31  base / 8  0       of a live object
//                          lock: even generation, number     |            next + 1, or 0             of none
//
//     a list, four bytes: where its first block begins, / 8; 0 is none. Of a free block, the first four bytes are its link.
//
// A block has one of four sizes in each doubling: 8 · (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, …) bytes.
//
// INVARIANTS
//     1  512 ≤ fresh ≤ floor = top − 16 · records, and fresh is a multiple of 8
//     2  the lock of record i has number i; live objects' blocks are disjoint and in 512 ..< fresh
//     3  free records form a list without a circle, and are all whose generation is even, but for those that are used up
//
// COSTS. Every operation O(1): resolve a comparison, two loads and another comparison. 16 bytes an object, and what a block is larger.

import AllocLab

/// Objects behind pointers that know whether their object still lives.
@frozen public struct TemporalTable: TemporalChecker, ~Copyable {
  @usableFromInline let heap: Heap
  /// Where the record of number 0 ends.
  @usableFromInline let top: Int
  /// Where memory begins that was never part of a block.
  @usableFromInline var fresh = 512
  /// Records there are, of live objects or of none.
  @usableFromInline var records = 0
  /// The first record of none, + 1; 0 is none.
  @usableFromInline var freeRecord = 0

  public init(heap: Heap) {
    self.heap = heap
    top = heap.limit & ~7
    // Where the system has no memory at all, there is none for any object.
    if heap.grow(by: heap.limit) == nil { fresh = .max }
  }

  // MARK: Pointers

  @usableFromInline static var numberBits: UInt64 { 16 }
  /// What is added to a lock when an object begins or ends.
  @usableFromInline static var step: UInt64 { 1 << numberBits }

  /// The number of the record that a word has the key for; nil where it fits no live object's.
  @inlinable @inline(__always) func record(_ pointer: UInt64) -> Int? {
    let number = Int(truncatingIfNeeded: pointer & (Self.step &- 1))
    guard number < records, pointer & Self.step != 0, lock(number) == pointer else { return nil }
    return number
  }

  @inlinable @inline(__always) public func resolve(_ pointer: UInt64) -> Address? {
    guard let number = record(pointer) else { return nil }
    return Address(Self.base(content(number)))
  }

  // MARK: Records

  @inlinable @inline(__always) func place(_ number: Int) -> Int { top &- 16 &* number &- 16 }
  @inlinable @inline(__always) func lock(_ number: Int) -> UInt64 {
    heap.load(UInt64.self, at: Address(place(number)))
  }
  @inlinable @inline(__always) func content(_ number: Int) -> UInt64 {
    heap.load(UInt64.self, at: Address(place(number) &+ 8))
  }
  @inlinable @inline(__always) func set(_ number: Int, lock: UInt64, content: UInt64) {
    heap.store(lock, at: Address(place(number)))
    heap.store(content, at: Address(place(number) &+ 8))
  }
  @inlinable @inline(__always) static func size(_ content: UInt64) -> Int { Int(truncatingIfNeeded: content &>> 32) }
  @inlinable @inline(__always) static func base(_ content: UInt64) -> Int {
    Int(truncatingIfNeeded: content & 0xffff_ffff) &* 8
  }

  // MARK: Blocks

  /// The class of blocks of `byteCount` bytes, from 1.
  @inlinable static func blockClass(_ byteCount: Int) -> Int {
    let last = (byteCount &- 1) / 8
    guard last >= 8 else { return last }
    let shift = Int.bitWidth &- 3 &- last.leadingZeroBitCount
    return shift &* 4 &+ last &>> shift
  }

  /// Bytes of a block of a class.
  @inlinable static func blockSize(_ number: Int) -> Int {
    guard number >= 8 else { return 8 &* (number &+ 1) }
    return 8 &* (number & 3 &+ 5) &<< (number / 4 &- 1)
  }

  @inlinable func first(_ number: Int) -> UInt32 { heap.load(UInt32.self, at: Address(4 &* number)) }
  @inlinable func setFirst(_ number: Int, _ block: UInt32) { heap.store(block, at: Address(4 &* number)) }

  // MARK: Objects

  @inlinable public mutating func allocate(_ byteCount: Int) -> UInt64? {
    // A record that is new takes 16 bytes more. Everything is asked before anything changes.
    let floor = top &- 16 &* records &- (freeRecord == 0 ? 16 : 0)
    guard fresh <= floor, byteCount > 0, byteCount <= heap.limit, freeRecord != 0 || records < 1 << 16 else {
      return nil
    }
    let blockClass = Self.blockClass(byteCount)
    var base = Int(first(blockClass)) &* 8
    if base != 0 {
      setFirst(blockClass, heap.load(UInt32.self, at: Address(base)))
    } else {
      let size = Self.blockSize(blockClass)
      guard size <= floor &- fresh else { return nil }
      base = fresh
      fresh &+= size
    }
    var number = records
    var pointer = UInt64(number) | Self.step
    if freeRecord != 0 {
      number = freeRecord &- 1
      freeRecord = Int(truncatingIfNeeded: content(number))
      pointer = lock(number) &+ Self.step
    } else {
      records &+= 1
    }
    set(number, lock: pointer, content: UInt64(byteCount) &<< 32 | UInt64(base / 8))
    return pointer
  }

  @inlinable public mutating func deallocate(_ pointer: UInt64) -> Bool {
    guard let number = record(pointer) else { return false }
    let content = content(number)
    let blockClass = Self.blockClass(Self.size(content))
    heap.store(first(blockClass), at: Address(Self.base(content)))
    setFirst(blockClass, UInt32(truncatingIfNeeded: content))
    let lock = pointer &+ Self.step
    set(number, lock: lock, content: UInt64(freeRecord))
    // At the last generation of all, the record is used up.
    if lock >= Self.step { freeRecord = number &+ 1 }
    return true
  }
}
