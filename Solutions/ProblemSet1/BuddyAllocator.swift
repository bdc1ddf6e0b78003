// A binary buddy system.
//
// THE IDEA (Knowlton, "A Fast Storage Allocator", CACM 8(10), 1965; Knuth, TAOCP vol. 1, §2.5). Every block has a size of 2ᵏ
// bytes and lies at a multiple of its size. A block of order k is either in one piece or split into two buddies of order k − 1,
// and a block's buddy is found by flipping one bit of its address: block ^ 2ᵏ. A request is served by the smallest free block
// that is large enough, split until it fits. A block that is freed is joined with its buddy if that is free too, and so on up.
//
// THE STRUCTURE
//
//     0                                 frontier                  capacity               + capacity / 32
//     +----+----+--------+----------------+ - - - - - - - - - - - - +----------------------+
//     | 16 | 16 |   32   |       64       |  never used, or free    | records, 1 byte each |
//     +----+----+--------+----------------+   again as a whole      | 32 bytes of blocks   |
//                                         + - - - - - - - - - - - - +----------------------+
//
// RECORDS. One byte for each 32 bytes tells of the block that begins there. Where no block begins the byte has no meaning, and
// nobody reads it. Two blocks of the least size, 16 bytes, share one byte:
//
//     a block of 2ᵏ ≥ 32 bytes   | 0 | free |  0  |      k (5 … 31 or more)      |
//     two blocks of 16 bytes     | 1 |  0      0     0    0    0 | high free | low free |
//
// So a block's order is known when it is freed, and so is whether its buddy is free, and blocks have no headers.
//
// FREE LISTS, one an order, doubly linked through the free blocks, so that a buddy can be taken out of the middle. Bit k of
// `available` is set where list k is not empty; the first order that will do is the lowest bit set at or above the one wanted.
//
//     a free block   | next: 8 B | previous: 8 B | … |
//
// THE FRONTIER. A textbook buddy system begins with one free block of everything, and splitting that for the first request leaves
// a free buddy of every order, each with links in a page that nobody needed yet. Here the memory behind the frontier is free
// without being in any list. Which blocks it consists of is no secret: one for each bit set in capacity − frontier, smallest
// first. Allocation moves the frontier up; a block that is freed next to it moves it back, together with all buddies that
// this completes. When everything is free the frontier is at 0, and `capacity` bytes are one block.
//
// DEFERRED COALESCING. A block that was freed is often wanted again at once, and joining it with its buddy only to split that
// again is work for nothing. So up to 256 blocks of each small order wait in a list of their own, their records still saying
// that they are live (as in the page lists in front of Linux' buddy system, one a CPU). All are coalesced before a request
// fails, and before the frontier moves if they are more than a page and a 32nd of what is in use: that bounds what deferring costs.
//
// INVARIANTS
//     capacity = Σ live 2ᵏ + Σ deferred 2ᵏ + Σ free 2ᵏ + (capacity − frontier)
//     a block of order k is at a multiple of 2ᵏ, and ends at or below the frontier
//     no two buddies are both free in lists; with 2ᵏ the lowest bit of the frontier, frontier − 2ᵏ is no free block of order k
//     bit k of available = (list k is not empty); a record says free ⇔ the block is in the list of its order
//
// COSTS. `allocate` splits and `deallocate` joins at most log₂(capacity / 16) times, and mostly there is nothing to split or join.
// Once in a while `allocate` coalesces what was deferred, at most 256 blocks of each of eight orders.
// Space: sizes are rounded up to a power of two, a third more on average for sizes spread evenly, and 1/32 for records.

import AllocLab

/// Power-of-two blocks at multiples of their size, split and coalesced.
@frozen public struct BuddyAllocator: BuddySystem, ~Copyable {
  public let heap: Heap
  public let capacity: Int
  @usableFromInline let records: BlockRecords
  /// All blocks begin below this; what is behind it is free.
  @usableFromInline var frontier = 0
  /// Bit k: a block of order k is in its list.
  @usableFromInline var available: UInt64 = 0
  /// The first free block of each order, or −1.
  @usableFromInline var lists = InlineArray<64, Int>(repeating: -1)
  /// The first deferred block of each order below `deferredOrders`, or −1.
  @usableFromInline var deferred = InlineArray<16, Int>(repeating: -1)
  /// How many are deferred; each count ≤ `deferredLimit`.
  @usableFromInline var deferredCounts = InlineArray<16, Int>(repeating: 0)

  /// The order of the smallest block: 16 bytes, room for two links.
  @inlinable static var leastOrder: Int { 4 }
  /// Blocks of 2 KiB and less are deferred, up to 256 of an order.
  @inlinable static var deferredOrders: Int { 12 }
  @inlinable static var deferredLimit: Int { 256 }

  @inlinable public init(heap: Heap) {
    self.heap = heap
    capacity = Self.capacity(of: heap)
    records = BlockRecords(heap: heap, start: capacity)
    // Pages that are never touched cost nothing, so the heap can be grown to all that it will ever need.
    if heap.grow(by: capacity + max(1, capacity / 32)) == nil { frontier = capacity }
  }

  @inlinable public mutating func allocate(_ layout: Layout) -> Address? {
    let order = Self.order(for: layout)
    if order < Self.deferredOrders {
      let block = deferred[order]
      if block >= 0 {
        deferred[order] = heap.load(Int.self, at: Address(block))
        deferredCounts[order] &-= 1
        return Address(block)
      }
    }
    return allocateFromLists(order)
  }

  @inlinable public mutating func deallocate(_ address: Address) {
    let order = records.order(of: address.offset)
    if order < Self.deferredOrders, deferredCounts[order] < Self.deferredLimit {
      heap.store(deferred[order], at: address)
      deferred[order] = address.offset
      deferredCounts[order] &+= 1
    } else {
      coalesce(address.offset, order)
    }
  }

  /// In place where the block shrinks, or where the memory behind it is free and it need not move to be aligned.
  public mutating func reallocate(_ address: Address, to layout: Layout) -> Address? {
    let wanted = Self.order(for: layout)
    let order = records.order(of: address.offset)
    if wanted <= order {
      shrink(address.offset, from: order, to: wanted)
      return address
    }
    if wanted < Int.bitWidth - 1, growInPlace(address.offset, from: order, to: wanted) { return address }
    guard let new = allocate(layout) else { return nil }
    heap.copy(from: address, to: new, byteCount: 1 << order)
    deallocate(address)
    return new
  }

  /// The base-2 logarithm of the block that serves `layout`; 63 where none does.
  @inlinable static func order(for layout: Layout) -> Int {
    let size = max(layout.size, layout.alignment, 1 &<< leastOrder)
    return Int.bitWidth &- (size &- 1).leadingZeroBitCount
  }
}

// MARK: - Splitting and coalescing

extension BuddyAllocator {
  /// Splits the first block that is large enough.
  @usableFromInline mutating func allocateFromLists(_ order: Int) -> Address? {
    let fitting = available &>> UInt64(truncatingIfNeeded: order)
    if fitting == 0 { return allocateFromFrontier(order) }
    var found = order &+ fitting.trailingZeroBitCount
    let block = popFirst(found)
    while found > order {
      found &-= 1
      push(block &+ 1 &<< found, found)
    }
    records.set(block, order, free: false)
    return Address(block)
  }

  /// Frees a block and joins it with its buddy as often as that is free.
  @usableFromInline mutating func coalesce(_ address: Int, _ blockOrder: Int) {
    var block = address
    var order = blockOrder
    while true {
      let size = 1 &<< order
      if block &+ size == frontier { return retreatFrontier(to: block) }
      // The buddy begins below the frontier: an upper one could not, but then it would begin just there.
      let buddy = block ^ size
      if !records.isFree(buddy, order) { break }
      unlink(buddy, order)
      block &= ~size
      order &+= 1
    }
    push(block, order)
  }

  /// Bytes of the blocks whose coalescing was deferred.
  var deferredBytes: Int {
    (Self.leastOrder..<Self.deferredOrders).reduce(0) { $0 + deferredCounts[$1] << $1 }
  }

  /// Coalesces all blocks whose coalescing was deferred.
  mutating func coalesceDeferred() {
    for order in Self.leastOrder..<Self.deferredOrders {
      var block = deferred[order]
      deferred[order] = -1
      deferredCounts[order] = 0
      while block >= 0 {
        let next = heap.load(Int.self, at: Address(block))
        coalesce(block, order)
        block = next
      }
    }
  }
}

// MARK: - Records

/// One byte for each 32 bytes of blocks; see the top of the file.
@frozen @usableFromInline struct BlockRecords {
  @usableFromInline let heap: Heap
  /// Where the first record is.
  @usableFromInline let start: Int

  @inlinable init(heap: Heap, start: Int) {
    self.heap = heap
    self.start = start
  }

  @inlinable func place(_ block: Int) -> Address { Address(start &+ block &>> 5) }

  /// The bit in the record of two blocks of the least size that is set where `block` is free.
  @inlinable func halfBit(_ block: Int) -> UInt8 { 1 &<< UInt8(truncatingIfNeeded: block &>> 4 & 1) }

  /// The order of the block that begins at `block`.
  @inlinable func order(of block: Int) -> Int {
    let record = heap.load(UInt8.self, at: place(block))
    return record >= 0x80 ? BuddyAllocator.leastOrder : Int(record & 0x3f)
  }

  /// Whether a free block of `order` begins at `block`, where some block of that order or a smaller one does.
  @inlinable func isFree(_ block: Int, _ order: Int) -> Bool {
    let record = heap.load(UInt8.self, at: place(block))
    if order > BuddyAllocator.leastOrder { return record == UInt8(truncatingIfNeeded: order) | 0x40 }
    return record & halfBit(block) != 0 && record >= 0x80
  }

  /// Notes that a block of `order` begins at `block`.
  @inlinable func set(_ block: Int, _ order: Int, free: Bool) {
    if order > BuddyAllocator.leastOrder {
      heap.store(UInt8(truncatingIfNeeded: order) | (free ? 0x40 : 0), at: place(block))
    } else {
      // The other half's bit means something only if the byte is that of two halves already.
      let record = heap.load(UInt8.self, at: place(block))
      let others = record >= 0x80 ? record & ~halfBit(block) : 0x80
      heap.store(others | (free ? halfBit(block) : 0), at: place(block))
    }
  }
}

// MARK: - Free lists

extension BuddyAllocator {
  @inlinable mutating func push(_ block: Int, _ order: Int) {
    records.set(block, order, free: true)
    let next = lists[order]
    heap.store(next, at: Address(block))
    if next >= 0 { heap.store(block, at: Address(next &+ 8)) }
    lists[order] = block
    available |= 1 &<< UInt64(truncatingIfNeeded: order)
  }

  @inlinable mutating func popFirst(_ order: Int) -> Int {
    let block = lists[order]
    let next = heap.load(Int.self, at: Address(block))
    lists[order] = next
    if next < 0 { available &= ~(1 &<< UInt64(truncatingIfNeeded: order)) }
    return block
  }

  /// Takes a block out of the middle of its list. A first block's `previous` has no meaning.
  @inlinable mutating func unlink(_ block: Int, _ order: Int) {
    if lists[order] == block {
      _ = popFirst(order)
      return
    }
    let next = heap.load(Int.self, at: Address(block))
    let previous = heap.load(Int.self, at: Address(block &+ 8))
    heap.store(next, at: Address(previous))
    if next >= 0 { heap.store(previous, at: Address(next &+ 8)) }
  }
}

// MARK: - The frontier

extension BuddyAllocator {
  /// Serves a request from behind the frontier, after putting together what can be put together before it.
  @usableFromInline @inline(never) mutating func allocateFromFrontier(_ order: Int) -> Address? {
    // A bit of capacity − frontier at or above `order` is a free block that is large enough.
    let hasRoom = order < Int.bitWidth - 1 && (capacity &- frontier) &>> order != 0
    let deferredBytes = deferredBytes
    if deferredBytes > (hasRoom ? Heap.pageSize + frontier / 32 : 0) {
      coalesceDeferred()
      return allocateFromLists(order)
    }
    guard hasRoom else { return nil }
    // The blocks before it are too small, and go into the lists.
    while frontier & (1 &<< order &- 1) != 0 {
      let block = frontier
      let small = block.trailingZeroBitCount
      frontier = block &+ 1 &<< small
      push(block, small)
    }
    let block = frontier
    frontier = block &+ 1 &<< order
    records.set(block, order, free: false)
    return Address(block)
  }

  /// Joins a block that ends at the frontier with what is behind that, and then every buddy that this completes.
  @usableFromInline mutating func retreatFrontier(to block: Int) {
    frontier = block
    while frontier != 0 {
      let order = frontier.trailingZeroBitCount
      let buddy = frontier &- 1 &<< order
      if !records.isFree(buddy, order) { return }
      unlink(buddy, order)
      frontier = buddy
    }
  }

  /// Frees all but the first 2^`wanted` bytes of a block.
  mutating func shrink(_ block: Int, from order: Int, to wanted: Int) {
    guard wanted < order else { return }
    if block + 1 << order == frontier {
      frontier = block + 1 << wanted
    } else {
      for half in wanted..<order { push(block + 1 << half, half) }
    }
    records.set(block, wanted, free: false)
  }

  /// Takes the buddies behind a block, if all of them are free.
  mutating func growInPlace(_ block: Int, from order: Int, to wanted: Int) -> Bool {
    guard block & (1 << wanted - 1) == 0, 1 << wanted <= capacity else { return false }
    var free = order
    while free < wanted, block + 1 << free != frontier {
      guard records.isFree(block + 1 << free, free) else { return false }
      free += 1
    }
    for half in order..<free { unlink(block + 1 << half, half) }
    // What is left is behind the frontier, and free.
    if free < wanted { frontier = block + 1 << wanted }
    records.set(block, wanted, free: false)
    return true
  }
}
