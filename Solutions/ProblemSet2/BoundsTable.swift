// Pointers of one word that know the bounds of their objects: a number into a table, and a position.
//
// THE IDEA. A fat pointer (base, size, position) has too many bits for a word, but base and size are the same for all pointers to an
// object. So they stand in a table, once an object, and the pointer has the object's number. Whether an access is inside is asked of the
// object's exact size, so it does not matter how memory was rounded up, nor what lies behind the object: one past its end is a
// position of this object, whatever the address. (Jones and Kelly 1997 keep such a table by address, and had to mend just that.)
//
// THE POINTER
//
//     63           44 43                                            0
//     +--------------+-----------------------------------------------+
//     |    number    |  field: position + 2⁴³, or 0: lost for ever   |
//     +--------------+-----------------------------------------------+
//
// The position is biased, so that one that is negative borrows nothing from the number. Of positions that do not fit, the field is 0,
// and stays so: a pointer that has been too far away comes to nothing, and never to something else.
//
// THE HEAP. Grown to its limit at once, since pages cost nothing until they are touched. Objects come from below, records from above.
//
//     0        512                   fresh                     floor                     top   limit
//     +--------+----------------------+ - - - - - - - - - - - - +------+- - -+------+------+ - -+
//     | lists  |  blocks, live, free  |     never touched       | n−1  |     |  1   |  0   |    |
//     +--------+----------------------+ - - - - - - - - - - - - +------+- - -+------+------+ - -+
//
//     a record            63            32 31                  0
//       of a live object  |  size + 1     |  base / 8           |       base / 8 is 0 where the size is 0
//       of none           |  0            |  next + 1, or 0     |       a list of free records: `freeRecord` is its first + 1
//
//     a list, four bytes: where its first block begins, / 8; 0 is none. Of a free block, the first four bytes are its link.
//
// A block has one of four sizes in each doubling: 8 · (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, …) bytes. So at most a fifth is lost, and
// an object's size tells its block's. A record of none has no size, so it grants nothing, and `resolve` needs not ask.
//
// INVARIANTS
//     1  512 ≤ fresh ≤ floor = top − 8 · records, and fresh is a multiple of 8
//     2  live objects' blocks and free blocks are disjoint, and together they are all of 512 ..< fresh
//     3  free records form a list without a circle, and these and the live ones are all of them
//     4  live = the number of records of live objects
//
// COSTS. Every operation O(1): advance an addition and a comparison, resolve a load and two comparisons, allocate and deallocate some ten
// loads and stores. Eight bytes an object, and what a block is larger.

import AllocLab

/// Objects behind pointers that know their bounds.
@frozen public struct BoundsTable: BoundsChecker, ~Copyable {
  @usableFromInline let heap: Heap
  /// Where the record of object 0 ends.
  @usableFromInline let top: Int
  /// Where memory begins that was never part of a block.
  @usableFromInline var fresh = 512
  /// Records there are, of live objects or of none.
  @usableFromInline var records = 0
  /// The first record of none, + 1; 0 is none.
  @usableFromInline var freeRecord = 0
  /// Objects that live.
  @usableFromInline var live = 0

  public init(heap: Heap) {
    self.heap = heap
    top = heap.limit & ~7
    // Where the system has no memory at all, there is none for any object.
    if heap.grow(by: heap.limit) == nil { fresh = .max }
  }

  // MARK: Pointers

  @usableFromInline static var fieldBits: UInt64 { 44 }
  @usableFromInline static var fieldMask: UInt64 { 1 << fieldBits - 1 }
  @usableFromInline static var bias: Int { 1 << 43 }

  @inlinable @inline(__always) static func number(_ pointer: UInt64) -> Int {
    Int(truncatingIfNeeded: pointer &>> fieldBits)
  }

  @inlinable @inline(__always) static func field(_ pointer: UInt64) -> Int {
    Int(truncatingIfNeeded: pointer & fieldMask)
  }

  @inlinable @inline(__always) public func advance(_ pointer: UInt64, by byteCount: Int) -> UInt64 {
    let (field, overflows) = Self.field(pointer).addingReportingOverflow(byteCount)
    let number = pointer & ~Self.fieldMask
    // 1 … mask is a position; what was lost stays so.
    guard !overflows, field > 0, UInt64(field) <= Self.fieldMask, Self.field(pointer) != 0 else { return number }
    return number | UInt64(field)
  }

  @inlinable @inline(__always) public func resolve(_ pointer: UInt64, byteCount: Int) -> Address? {
    let record = self.record(Self.number(pointer))
    let position = Self.field(pointer) &- Self.bias
    // Nothing overflows: size and position are far smaller than a word. Of no object, the size is −1.
    guard position >= 0, byteCount <= Self.size(record) &- position else { return nil }
    return Address(Self.base(record) &+ position)
  }

  // MARK: Records

  @inlinable @inline(__always) func place(_ number: Int) -> Address { Address(top &- 8 &* number &- 8) }
  @inlinable @inline(__always) func record(_ number: Int) -> UInt64 { heap.load(UInt64.self, at: place(number)) }
  @inlinable @inline(__always) static func size(_ record: UInt64) -> Int {
    Int(truncatingIfNeeded: record &>> 32) &- 1
  }
  @inlinable @inline(__always) static func base(_ record: UInt64) -> Int {
    Int(truncatingIfNeeded: record & 0xffff_ffff) &* 8
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
    // A record that is new takes eight bytes more. Everything is asked before anything changes.
    let floor = top &- 8 &* records &- (freeRecord == 0 ? 8 : 0)
    guard fresh <= floor, byteCount <= heap.limit, freeRecord != 0 || records < 1 << 20 - 1 else { return nil }
    var base = 0
    if byteCount > 0 {
      let blockClass = Self.blockClass(byteCount)
      let block = first(blockClass)
      if block != 0 {
        base = Int(block) &* 8
        setFirst(blockClass, heap.load(UInt32.self, at: Address(base)))
      } else {
        let size = Self.blockSize(blockClass)
        guard size <= floor &- fresh else { return nil }
        base = fresh
        fresh &+= size
      }
    }
    var number = records
    if freeRecord != 0 {
      number = freeRecord &- 1
      freeRecord = Int(truncatingIfNeeded: record(number))
    } else {
      records &+= 1
    }
    heap.store(UInt64(byteCount &+ 1) &<< 32 | UInt64(base / 8), at: place(number))
    live &+= 1
    return UInt64(number) &<< Self.fieldBits | UInt64(Self.bias)
  }

  @inlinable public mutating func deallocate(_ pointer: UInt64) -> Bool {
    let number = Self.number(pointer)
    let record = self.record(number)
    let size = Self.size(record)
    guard Self.field(pointer) == Self.bias, size >= 0 else { return false }
    if size > 0 {
      let blockClass = Self.blockClass(size)
      heap.store(first(blockClass), at: Address(Self.base(record)))
      setFirst(blockClass, UInt32(truncatingIfNeeded: record))
    }
    heap.store(UInt64(freeRecord), at: place(number))
    freeRecord = number &+ 1
    live &-= 1
    return true
  }
}
