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
// The free list must not run through the objects, which would damage their constructed state: it is a bitmap in the slab's
// header, one bit an object, set where the object is constructed and free. Objects are constructed a page's worth at a time.
//
// COLOUR. The bytes that the objects leave over are put in front of the header, more of them in each slab than in the one
// before, so that the headers and the first objects of different slabs do not compete for the same lines of the CPU's cache.
//
// LISTS. Every slab is in one of three circular lists: `partial`, with objects that can be handed out, `full`, without, and
// `empty`, where all of its constructed objects are free. Reaped slabs are in none: their memory is gone, only their addresses
// are kept, for when the cache grows again.
//
// THE MAGAZINE (Bonwick and Adams, "Magazines and Vmem", USENIX 2001). To free an object in its slab takes a look at the slab's
// header, which is rarely in the CPU's cache, and often a move from list to list. So the addresses of the last objects freed
// are kept on a stack in front of the slabs, and most calls go no further. When the stack is full its older half goes to the
// slabs; when it is empty it is half filled from them. For the slabs, objects in the magazine are out. How large it is decides
// how often a random coming and going reaches the slabs: with 64 places that was two fifths of the time, with 128 a third.
//
// INVARIANTS, for each slab with `capacity` objects, |b| = the number of bits set in b
//     0 ≤ made ≤ capacity,  out = made − |bitmap|,  no bit at `made` or above is set
//     full    ⇒ out = capacity         partial ⇒ 0 < out       empty ⇒ out = 0
//     live objects = Σ out − magazine count,  0 ≤ magazine count ≤ magazine size,  no object in the magazine is in a bitmap
//
// COSTS. `allocate` and `deallocate` are O(1), but for construction, and mostly one load or one store. Once in 64 calls at most,
// 64 objects are moved. Space: headers and remainders are at most an eighth of a slab for objects of up to 64 KiB, and memory is
// first touched when an object in it is constructed.

import AllocLab

/// Constructed objects of one type, in slabs.
@frozen public struct SlabAllocator: ObjectCache, ~Copyable {
  /// Constructed free objects, ready to be handed out; those below `count`, the last one freed at the top.
  @usableFromInline var magazine = InlineArray<128, Address>(repeating: Address(0))
  @usableFromInline var count = 0
  /// How objects are laid out in a slab, and where slabs are.
  @usableFromInline let slabs: Slabs
  /// Puts an object into its constructed state.
  @usableFromInline let construct: (Address) -> Void
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

  /// The most objects in the magazine.
  @inlinable static var magazineSize: Int { 128 }

  public init(heap: Heap, objects: ObjectDescription) {
    slabs = Slabs(heap: heap, shape: SlabShape(objects.layout))
    construct = objects.construct
  }

  @inlinable public mutating func allocate() -> Address? {
    if count == 0, !fillMagazine() { return nil }
    count &-= 1
    return magazine[count]
  }

  @inlinable public mutating func deallocate(_ address: Address) {
    if count == Self.magazineSize { emptyMagazine(of: Self.magazineSize / 2) }
    magazine[count] = address
    count &+= 1
  }

  /// - Returns: the bytes of all slabs in which no object is live.
  public mutating func reap() -> Int {
    emptyMagazine(of: count)
    var byteCount = 0
    while let slab = empty {
      empty = slabs.unlink(slab, from: empty)
      byteCount += slabs.heap.decommit(at: slab, byteCount: slabs.shape.slabBytes)
      reaped.append(slab)
    }
    return byteCount
  }
}

// MARK: - The magazine

extension SlabAllocator {
  /// Takes free objects out of partial slabs, up to half a magazine; makes a slab partial, or a new one, where there is none.
  @usableFromInline @inline(never) mutating func fillMagazine() -> Bool {
    while count < Self.magazineSize / 2 {
      // Empty slabs should stay empty, and no object be constructed, while there is another one.
      guard let slab = partial ?? (count == 0 ? reviveSlab() : nil) else { break }
      let (made, out) = (slabs.made(slab), slabs.out(slab))
      if out < made {
        takeConstructed(slab)
      } else if made == Int(slabs.shape.capacity) {
        partial = slabs.unlink(slab, from: partial)
        full = slabs.append(slab, to: full)
      } else if slabs.next(slab) != slab {
        // At most one slab is in this state. All the others have free objects.
        partial = slabs.next(slab)
      } else if count > 0 {
        break
      } else if empty != nil {
        partial = reviveSlab()
      } else {
        constructObjects(slab, made: made)
        break
      }
    }
    return count > 0
  }

  /// Takes free objects of a slab, until there are none or the magazine is half full.
  mutating func takeConstructed(_ slab: Address) {
    var index = 0
    let before = count
    while count < Self.magazineSize / 2, index < Int(slabs.shape.capacity) {
      var bits = slabs.word(slab, index)
      while bits != 0, count < Self.magazineSize / 2 {
        magazine[count] = slabs.object(index + bits.trailingZeroBitCount, of: slab)
        count += 1
        bits &= bits - 1
      }
      slabs.setWord(slab, index, bits)
      index += 64
    }
    slabs.setOut(slab, slabs.out(slab) + count - before)
  }

  /// Constructs the next objects of a slab, about a page of them and no more than half a magazine, and takes them.
  mutating func constructObjects(_ slab: Address, made: Int) {
    let wanted = min(max(1, Heap.pageSize / slabs.shape.stride), Self.magazineSize / 2)
    let last = min(made + wanted, Int(slabs.shape.capacity))
    for index in (made..<last).reversed() {
      let object = slabs.object(index, of: slab)
      construct(object)
      magazine[count] = object
      count += 1
    }
    slabs.setMade(slab, last)
    slabs.setOut(slab, slabs.out(slab) + last - made)
  }

  /// Gives the oldest objects of the magazine back to their slabs.
  @usableFromInline @inline(never) mutating func emptyMagazine(of oldest: Int) {
    for place in 0..<oldest { putBack(magazine[place]) }
    for place in oldest..<count { magazine[place - oldest] = magazine[place] }
    count -= oldest
  }

  /// Notes that an object is free in its slab, and puts the slab into the list where it belongs now.
  mutating func putBack(_ object: Address) {
    let slab = object.alignedDown(to: slabs.shape.slabBytes)
    let index = slabs.index(of: object, in: slab)
    slabs.setWord(slab, index, slabs.word(slab, index) | 1 << (index % 64))
    let out = slabs.out(slab) - 1
    slabs.setOut(slab, out)
    // Of the partial slabs only the first can have all of its objects out: the others were found to have free ones.
    let wasInFull = out == Int(slabs.shape.capacity) - 1 && slab != partial
    guard out == 0 || wasInFull else { return }
    if wasInFull { full = slabs.unlink(slab, from: full) } else { partial = slabs.unlink(slab, from: partial) }
    if out == 0 { empty = slabs.append(slab, to: empty) } else { partial = slabs.append(slab, to: partial) }
  }
}

// MARK: - Where slabs come from

extension SlabAllocator {
  /// Puts a slab into the list of partial ones: an empty one if there is any, or a new one.
  mutating func reviveSlab() -> Address? {
    let slab: Address
    if let first = empty {
      empty = slabs.unlink(first, from: empty)
      slab = first
    } else if let last = reaped.popLast() {
      // Its memory is zero, as new memory is: no object out, none made, none free.
      slab = last
    } else if let next = takeFreshSlab() {
      slab = next
    } else {
      return nil
    }
    partial = slabs.append(slab, to: partial)
    return slab
  }

  /// The next slab of those taken from the heap; takes more where there is none.
  mutating func takeFreshSlab() -> Address? {
    let slabBytes = slabs.shape.slabBytes
    guard slabBytes > 0 else { return nil }
    if fresh == freshEnd {
      // Take an eighth of what the cache has already, so that small caches stay small and large ones lose little to alignment.
      let heap = slabs.heap
      let gap = heap.end.alignedUp(to: slabBytes) - heap.end
      let wanted = min(max(1, slabCount / 8), max(1, (256 << 10) / slabBytes))
      let count = min(wanted, (heap.limit - heap.end.offset - gap) / slabBytes)
      guard count > 0, let start = heap.grow(by: gap + count * slabBytes) else { return nil }
      fresh = start + gap
      freshEnd = heap.end
      slabCount += count
    }
    let slab = fresh
    fresh = slab + slabBytes
    return slab
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
    let byteCount = bitmapOffset + 8 * ((count + 63) / 64)
    return (byteCount + alignment - 1) & ~(alignment - 1)
  }

  /// Bytes of a header before its bitmap.
  static var bitmapOffset: Int { 24 }

  /// Where the header of a slab is: at its start, moved on by its colour.
  func header(of slab: Address) -> Address { slab + (slab.offset &>> slabShift & colourMask) &* colourStep }
}

/// A cache's slabs: their headers, their objects, and the lists through the headers.
@frozen @usableFromInline struct Slabs {
  @usableFromInline let heap: Heap
  @usableFromInline let shape: SlabShape

  /// Where an object is.
  func object(_ index: Int, of slab: Address) -> Address {
    shape.header(of: slab) + (shape.headerBytes &+ index &* shape.stride)
  }

  /// The number of an object in its slab.
  func index(of object: Address, in slab: Address) -> Int {
    // Exact: the distance is below 2²⁰ and stride below 2¹⁷, so that the reciprocal's error stays below 2⁻³.
    let distance = UInt64(truncatingIfNeeded: (object - shape.header(of: slab)) &- shape.headerBytes)
    return Int(truncatingIfNeeded: (distance &* shape.reciprocal) &>> 40)
  }

  // MARK: Headers

  func next(_ slab: Address) -> Address { heap.load(at: shape.header(of: slab)) }
  func previous(_ slab: Address) -> Address { heap.load(at: shape.header(of: slab) + 8) }
  func setNext(_ slab: Address, _ next: Address) { heap.store(next, at: shape.header(of: slab)) }
  func setPrevious(_ slab: Address, _ previous: Address) { heap.store(previous, at: shape.header(of: slab) + 8) }

  /// Constructed objects that are not free in the bitmap: live, or in the magazine.
  func out(_ slab: Address) -> Int { Int(heap.load(UInt32.self, at: shape.header(of: slab) + 16)) }
  func setOut(_ slab: Address, _ out: Int) {
    heap.store(UInt32(truncatingIfNeeded: out), at: shape.header(of: slab) + 16)
  }

  /// Objects constructed so far.
  func made(_ slab: Address) -> Int { Int(heap.load(UInt32.self, at: shape.header(of: slab) + 20)) }
  func setMade(_ slab: Address, _ made: Int) {
    heap.store(UInt32(truncatingIfNeeded: made), at: shape.header(of: slab) + 20)
  }

  /// The word of the bitmap with the bit of object `index`.
  func word(_ slab: Address, _ index: Int) -> UInt64 { heap.load(at: wordPlace(slab, index)) }
  func setWord(_ slab: Address, _ index: Int, _ word: UInt64) { heap.store(word, at: wordPlace(slab, index)) }
  func wordPlace(_ slab: Address, _ index: Int) -> Address {
    shape.header(of: slab) + (SlabShape.bitmapOffset &+ index &>> 6 &* 8)
  }

  // MARK: Lists

  /// Puts a slab at the end of a circular list: those that wait longest have had the most time to gather free objects.
  ///
  /// - Returns: the list's first slab.
  func append(_ slab: Address, to list: Address?) -> Address {
    let first = list ?? slab
    let last = list == nil ? slab : previous(first)
    setNext(slab, first)
    setPrevious(slab, last)
    setNext(last, slab)
    setPrevious(first, slab)
    return first
  }

  /// Takes a slab out of the list that it is in.
  ///
  /// - Returns: the list's first slab.
  func unlink(_ slab: Address, from list: Address?) -> Address? {
    let (before, after) = (previous(slab), next(slab))
    setNext(before, after)
    setPrevious(after, before)
    if list != slab { return list }
    return after == slab ? nil : after
  }
}
