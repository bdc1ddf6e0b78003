// A cache of constructed objects, in slabs.
//
// THE IDEA (Bonwick, "The Slab Allocator: An Object-Caching Kernel Memory Allocator", USENIX Summer 1994). Objects of one type
// are used again and again, and much of their state is the same whenever they are free. So construct an object once, keep it
// as it is while it is free, and hand it out again ready for use. Objects live in slabs: a slab is a few pages with objects of
// one kind and one record about them. All of a slab's objects come and go together, which keeps fragmentation low and makes
// it easy to give memory back: a slab without a live object can go as it stands.
//
// THE STRUCTURE. A slab is as large as a power of two and lies at a multiple of its size, so the owner of an object is found
// by clearing the low bits of its address.
//
//     slab          + colour                                                                     slab + slabBytes
//     +-------------+-----------------------------------------+--------+--------+- - - -+----------+------+
//     | colour      | next | previous | out | made | bitmap … | obj. 0 | obj. 1 |  …    | not made | rest |
//     +-------------+-----------------------------------------+--------+--------+- - - -+----------+------+
//                     8 B    8 B        4 B   4 B    8 B each
//
// The free-list must not run through the objects, which would damage their constructed state: it is a bitmap in the slab's
// header, one bit an object, set where the object is constructed and free. Objects are constructed a page's worth at a time.
//
// COLOUR. The bytes that the objects leave over are put in front of the header, more of them in each slab than in the one
// before, so that the headers and the first objects of different slabs do not compete for the same lines of the CPU's cache.
//
// LISTS. Every slab is in one of three circular lists: `partial`, with objects that can be handed out, `full`, without, and
// `empty`, where all of its constructed objects are free. Reaped slabs are in none: their memory is gone, only their addresses
// are kept, for when the cache grows again.
//
// THE CLAIM. The cache takes the free objects of one word of one bitmap at a time for itself, as Bonwick's and Adams' magazines
// (USENIX 2001) do: 64 bits in a stored property, out of which `allocate` takes one with `trailingZeroBitCount`.
//
// INVARIANTS, for each slab with `capacity` objects, |b| = the number of bits set in b
//     0 ≤ made ≤ capacity,  out = made − |bitmap|,  no bit at `made` or above is set
//     full    ⇒ out = capacity         partial ⇒ 0 < out       empty ⇒ out = 0
//     live objects = Σ out − |claim|,  no bit of the claim is set in its slab's bitmap
//
// COSTS. `allocate` and `deallocate` are O(1), but for construction: at most 64 words of a bitmap are looked at. Space: a slab's
// header and remainder are at most an eighth of it for objects of up to 64 KiB, and memory is first touched object by object.

import AllocLab

/// Constructed objects of one type, in slabs.
@frozen public struct SlabAllocator: ObjectCache, ~Copyable {
  /// The heap, which other caches may grow as well.
  @usableFromInline let heap: Heap
  /// Puts an object into its constructed state.
  @usableFromInline let construct: (Address) -> Void
  /// How objects are laid out in a slab.
  @usableFromInline let shape: SlabShape
  /// Constructed objects set aside to be handed out next: bit i is the object at `claimBase` + i · stride.
  @usableFromInline var claim: UInt64 = 0
  /// Where the object of the claim's lowest bit is.
  @usableFromInline var claimBase = Address(0)
  /// First slabs of the three lists; nil where the list is empty.
  @usableFromInline var partial: Address?
  @usableFromInline var full: Address?
  @usableFromInline var empty: Address?
  /// Slabs whose memory has been given back.
  @usableFromInline var reaped: [Address] = []
  /// Slabs that have been taken from the heap but never used: `fresh` ..< `freshEnd`.
  @usableFromInline var fresh = Address(0)
  @usableFromInline var freshEnd = Address(0)
  /// All slabs that this cache has taken from the heap.
  @usableFromInline var slabCount = 0

  public init(heap: Heap, objects: ObjectDescription) {
    self.heap = heap
    construct = objects.construct
    shape = SlabShape(objects.layout)
  }

  @inlinable public mutating func allocate() -> Address? {
    if claim == 0, !claimObjects() { return nil }
    let index = claim.trailingZeroBitCount
    claim &= claim &- 1
    return claimBase + index &* shape.stride
  }

  @inlinable public mutating func deallocate(_ address: Address) {
    let slab = address.alignedDown(to: shape.slabBytes)
    let header = SlabHeader(shape.header(of: slab))
    let index = shape.index(of: address, header: header.start)
    let word = header.word(index &>> 6)
    heap.store(heap.load(UInt64.self, at: word) | 1 &<< UInt64(truncatingIfNeeded: index & 63), at: word)
    let out = heap.load(UInt32.self, at: header.out)
    heap.store(out &- 1, at: header.out)
    // The slab was full, or is empty now. One comparison finds both, since 1 and `capacity` are next to each other here.
    if out &- 2 >= shape.capacity &- 2 { move(slab, wasFull: out == shape.capacity) }
  }
}

// MARK: - Slabs

/// Where objects lie in a slab: the same for all slabs of a cache.
@frozen @usableFromInline struct SlabShape {
  /// Bytes from one object to the next.
  @usableFromInline let stride: Int
  /// Bytes of a slab: a power of two, at least a page; 0 where the objects are too large for any heap.
  @usableFromInline let slabBytes: Int
  /// Objects of a slab.
  @usableFromInline let capacity: UInt32
  /// Bytes from the header to the first object.
  @usableFromInline let headerBytes: Int
  /// Bytes from one colour to the next, and the number of colours less one, a power of two less one.
  @usableFromInline let colourStep: Int
  @usableFromInline let colourMask: Int
  /// The base-2 logarithm of `slabBytes`.
  @usableFromInline let slabShift: Int
  /// ⌈2⁴⁰ ÷ stride⌉, so that a multiplication divides; 0 where a slab has one object.
  @usableFromInline let reciprocal: UInt64

  /// The smallest slab that wastes no more than an eighth of itself, within reason.
  init(_ layout: Layout) {
    // Strides are multiples of 8: headers need that.
    let alignment = max(layout.alignment, 8)
    guard let stride = Layout(size: layout.size, alignment: alignment).stride, stride <= 1 << 40 else {
      self.init(stride: 0, slabBytes: 0, capacity: 0, headerBytes: 0, alignment: 8)
      return
    }
    var slabBytes = max(Heap.pageSize, alignment)
    while true {
      var count = min(slabBytes / stride, stride > 1 << 16 ? 1 : 1 << 12)
      while count > 0, Self.headerBytes(count, alignment) + count * stride > slabBytes { count -= 1 }
      if count > 0, (slabBytes - count * stride) * 8 <= slabBytes || slabBytes >= 8 * stride || stride > 1 << 16 {
        self.init(
          stride: stride, slabBytes: slabBytes, capacity: UInt32(count),
          headerBytes: Self.headerBytes(count, alignment), alignment: alignment)
        return
      }
      slabBytes *= 2
    }
  }

  private init(stride: Int, slabBytes: Int, capacity: UInt32, headerBytes: Int, alignment: Int) {
    self.stride = stride
    self.slabBytes = slabBytes
    self.capacity = capacity
    self.headerBytes = headerBytes
    let colours = (slabBytes - headerBytes - Int(capacity) * stride) / alignment + 1
    colourStep = alignment
    colourMask = 1 << (Int.bitWidth - 1 - colours.leadingZeroBitCount) - 1
    slabShift = slabBytes.trailingZeroBitCount
    reciprocal = capacity > 1 ? (1 << 40 + UInt64(stride) - 1) / UInt64(stride) : 0
  }

  /// Bytes of a header for `count` objects, rounded up so that objects are aligned.
  private static func headerBytes(_ count: Int, _ alignment: Int) -> Int {
    let byteCount = SlabHeader.bitmapOffset + 8 * ((count + 63) / 64)
    return (byteCount + alignment - 1) & ~(alignment - 1)
  }

  /// Where the header of a slab is: at its start, moved on by its colour.
  @inlinable func header(of slab: Address) -> Address {
    slab + (slab.offset &>> slabShift & colourMask) &* colourStep
  }

  /// The number of the object at `address`.
  @inlinable func index(of address: Address, header: Address) -> Int {
    // Exact: the distance is below 2²⁰ and stride below 2¹⁷, so that the reciprocal's error stays below 2⁻³.
    let distance = UInt64(truncatingIfNeeded: (address - header) &- headerBytes)
    return Int(truncatingIfNeeded: (distance &* reciprocal) &>> 40)
  }
}

/// The record about one slab: where its fields are.
@frozen @usableFromInline struct SlabHeader {
  @usableFromInline let start: Address
  @inlinable init(_ start: Address) { self.start = start }

  @inlinable static var bitmapOffset: Int { 24 }
  /// The neighbours in the slab's list, as slabs.
  @inlinable var next: Address { start }
  @inlinable var previous: Address { start + 8 }
  /// Constructed objects that are not free in the bitmap: live or claimed. 4 bytes.
  @inlinable var out: Address { start + 16 }
  /// Objects constructed so far. 4 bytes.
  @inlinable var made: Address { start + 20 }
  /// A word of the bitmap.
  @inlinable func word(_ index: Int) -> Address { start + (Self.bitmapOffset &+ 8 &* index) }
}

extension SlabAllocator {
  func header(of slab: Address) -> SlabHeader { SlabHeader(shape.header(of: slab)) }

  /// Takes free objects of the first partial slab; makes a slab partial, or a new one, where there is none.
  @usableFromInline @inline(never) mutating func claimObjects() -> Bool {
    while true {
      guard let slab = partial ?? reviveSlab() else { return false }
      let header = header(of: slab)
      let made = Int(heap.load(UInt32.self, at: header.made))
      let out = Int(heap.load(UInt32.self, at: header.out))
      if out < made {
        claimConstructed(header, out: out)
        return true
      }
      if made < Int(shape.capacity) {
        // No more than one slab is in this state, and there is no need for new objects while free ones are left elsewhere.
        let next = heap.load(Address.self, at: header.next)
        if next != slab || empty != nil {
          partial = next != slab ? next : reviveEmptySlab()
          continue
        }
        constructObjects(header, made: made)
        return true
      }
      partial = unlink(slab, from: partial)
      full = append(slab, to: full)
    }
  }

  /// Takes all free objects of the first word of the bitmap that has any.
  mutating func claimConstructed(_ header: SlabHeader, out: Int) {
    var index = 0
    while heap.load(UInt64.self, at: header.word(index)) == 0 { index += 1 }
    claim = heap.load(UInt64.self, at: header.word(index))
    claimBase = header.start + (shape.headerBytes + 64 * index * shape.stride)
    heap.store(UInt64(0), at: header.word(index))
    heap.store(UInt32(truncatingIfNeeded: out + claim.nonzeroBitCount), at: header.out)
  }

  /// Constructs the next objects of a slab, about a page of them and no more than 64, and takes them.
  mutating func constructObjects(_ header: SlabHeader, made: Int) {
    // A claim does not cross a word of the bitmap, so that it can be put back.
    let count = min(max(1, Heap.pageSize / shape.stride), Int(shape.capacity) - made, 64 - made % 64)
    let base = header.start + (shape.headerBytes + made * shape.stride)
    for index in 0..<count { construct(base + index * shape.stride) }
    heap.store(UInt32(truncatingIfNeeded: made + count), at: header.made)
    heap.store(heap.load(UInt32.self, at: header.out) + UInt32(truncatingIfNeeded: count), at: header.out)
    claim = UInt64.max >> (64 - count)
    claimBase = base
  }

  /// Moves the first empty slab into the list of partial ones.
  mutating func reviveEmptySlab() -> Address? {
    guard let slab = empty else { return nil }
    empty = unlink(slab, from: empty)
    partial = append(slab, to: partial)
    return slab
  }

  /// Puts a slab into the list of partial ones, which has none: an empty one if there is any, or a new one.
  mutating func reviveSlab() -> Address? {
    if empty != nil { return reviveEmptySlab() }
    guard let slab = reaped.popLast() ?? takeFreshSlab() else { return nil }
    // Its memory is zero, as new memory and reaped memory are: no object out, none made, none free.
    partial = append(slab, to: partial)
    return slab
  }

  /// The next slab of those taken from the heap; takes more where there is none.
  mutating func takeFreshSlab() -> Address? {
    guard shape.slabBytes > 0 else { return nil }
    if fresh == freshEnd {
      // Take an eighth of what the cache has already, so that small caches stay small and large ones lose little to alignment.
      let gap = heap.end.alignedUp(to: shape.slabBytes) - heap.end
      let wanted = min(max(1, slabCount / 8), max(1, (256 << 10) / shape.slabBytes))
      let count = min(wanted, (heap.limit - heap.end.offset - gap) / shape.slabBytes)
      guard count > 0, let start = heap.grow(by: gap + count * shape.slabBytes) else { return nil }
      fresh = start + gap
      freshEnd = heap.end
      slabCount += count
    }
    let slab = fresh
    fresh = slab + shape.slabBytes
    return slab
  }

  /// Puts a slab into the list where it belongs after an object came back.
  @usableFromInline @inline(never) mutating func move(_ slab: Address, wasFull: Bool) {
    let header = header(of: slab)
    let isEmpty = heap.load(UInt32.self, at: header.out) == 0
    // A slab whose last object is out stays in the partial list until somebody looks for a free object there.
    let isListedFull = wasFull && isInFullList(slab)
    if isEmpty {
      if isListedFull { full = unlink(slab, from: full) } else { partial = unlink(slab, from: partial) }
      empty = append(slab, to: empty)
    } else if isListedFull {
      full = unlink(slab, from: full)
      partial = append(slab, to: partial)
    }
  }

  /// Only the first partial slab can have all of its objects out: the others were looked at and found to have free ones.
  func isInFullList(_ slab: Address) -> Bool { slab != partial }

  /// - Returns: the bytes of all slabs in which no object is live.
  public mutating func reap() -> Int {
    returnClaim()
    var byteCount = 0
    while let slab = empty {
      empty = unlink(slab, from: empty)
      byteCount += heap.decommit(at: slab, byteCount: shape.slabBytes)
      reaped.append(slab)
    }
    return byteCount
  }

  /// Puts the objects set aside back into their slab, in order not to keep it from being empty.
  mutating func returnClaim() {
    guard claim != 0 else { return }
    let slab = claimBase.alignedDown(to: shape.slabBytes)
    let header = header(of: slab)
    let first = shape.index(of: claimBase, header: header.start)
    let word = header.word(first / 64)
    heap.store(heap.load(UInt64.self, at: word) | claim << (first % 64), at: word)
    let out = heap.load(UInt32.self, at: header.out) - UInt32(claim.nonzeroBitCount)
    heap.store(out, at: header.out)
    claim = 0
    if out == 0 { move(slab, wasFull: false) }
  }

  // MARK: Lists

  /// Puts a slab at the end of a circular list: those that wait longest have had the most time to gather free objects.
  ///
  /// - Returns: the list's first slab.
  func append(_ slab: Address, to list: Address?) -> Address {
    let first = list ?? slab
    let last = list == nil ? slab : heap.load(Address.self, at: header(of: first).previous)
    heap.store(first, at: header(of: slab).next)
    heap.store(last, at: header(of: slab).previous)
    heap.store(slab, at: header(of: last).next)
    heap.store(slab, at: header(of: first).previous)
    return first
  }

  /// Takes a slab out of the list that it is in.
  ///
  /// - Returns: the list's first slab.
  func unlink(_ slab: Address, from list: Address?) -> Address? {
    let next = heap.load(Address.self, at: header(of: slab).next)
    let previous = heap.load(Address.self, at: header(of: slab).previous)
    heap.store(next, at: header(of: previous).next)
    heap.store(previous, at: header(of: next).previous)
    if list != slab { return list }
    return next == slab ? nil : next
  }
}

// MARK: - Invariants

extension SlabAllocator: InvariantChecking {
  public func invariantViolations() -> [String] {
    var violations: [String] = []
    var seen: Set<Address> = []
    check(partial, "partial", &seen, &violations) { $0.out > 0 }
    check(full, "full", &seen, &violations) { $0.out == Int(shape.capacity) }
    check(empty, "empty", &seen, &violations) { $0.out == 0 && $0.made > 0 }
    let unused = shape.slabBytes == 0 ? 0 : (freshEnd - fresh) / shape.slabBytes
    if seen.count + reaped.count + unused != slabCount {
      violations.append("\(seen.count) slabs + \(reaped.count) reaped + \(unused) unused are not \(slabCount)")
    }
    if reaped.contains(where: seen.contains) { violations.append("a reaped slab is in a list") }
    return violations
  }

  private func check(
    _ list: Address?, _ name: String, _ seen: inout Set<Address>, _ violations: inout [String],
    _ belongs: ((out: Int, made: Int)) -> Bool
  ) {
    guard let list else { return }
    var slab = list
    repeat {
      let header = header(of: slab)
      guard seen.insert(slab).inserted else {
        violations.append("slab \(slab.offset) is in a list twice")
        return
      }
      let out = Int(heap.load(UInt32.self, at: header.out))
      let made = Int(heap.load(UInt32.self, at: header.made))
      if !slab.isAligned(to: shape.slabBytes) { violations.append("slab \(slab.offset) is misaligned") }
      if made > Int(shape.capacity) { violations.append("slab \(slab.offset): \(made) made of \(shape.capacity)") }
      if !belongs((out, made)) { violations.append("slab \(slab.offset), \(out) of \(made) out, is in list \(name)") }
      var freeCount = 0
      for index in 0..<(Int(shape.capacity) + 63) / 64 {
        let word = heap.load(UInt64.self, at: header.word(index))
        freeCount += word.nonzeroBitCount
        let limit = made - 64 * index
        if limit < 64, word >> max(0, limit) != 0 { violations.append("slab \(slab.offset): free, but not made") }
        if claim != 0, claimWord == (slab, index), word & claimBits != 0 {
          violations.append("slab \(slab.offset): an object is both free and claimed")
        }
      }
      if out != made - freeCount { violations.append("slab \(slab.offset): \(out) out ≠ \(made) − \(freeCount)") }
      slab = heap.load(Address.self, at: header.next)
    } while slab != list
  }

  /// The slab and the word of its bitmap that the claim was taken from.
  private var claimWord: (Address, Int) {
    let slab = claimBase.alignedDown(to: shape.slabBytes)
    return (slab, shape.index(of: claimBase, header: header(of: slab).start) / 64)
  }

  /// The claim as bits of that word.
  private var claimBits: UInt64 {
    let slab = claimBase.alignedDown(to: shape.slabBytes)
    return claim << (shape.index(of: claimBase, header: header(of: slab).start) % 64)
  }
}
