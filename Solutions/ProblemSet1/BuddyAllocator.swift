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
//     a block of 2ᵏ ≥ 32 bytes   |     0     |   free   |  k, 6 bits  |
//     two blocks of 16 bytes     | high free | low free |      4      |
//
// So a block's order is known when it is freed, and so is whether its buddy is free, and blocks have no headers. The order has
// the same place in both kinds: to ask which kind it is would be a branch that goes either way, and cost more than the load.
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
// again is work for nothing. So up to 127 blocks of each small order wait on a stack beside the heap, their records still saying
// that they are live (as in the page lists in front of Linux' buddy system, one a CPU, and in a slab's magazine). Only the stack is
// touched: a link in the block would cost a miss, since blocks at multiples of large powers of two compete for few lines of the
// cache. What that may cost in space is bounded: a block waits only if it is no more than a 64th of what is in use; when the
// frontier should move and more than a page and a 32nd of what is in use waits, blocks are coalesced, the largest first, until
// half of that is left; and all are before a request fails.
//
// INVARIANTS
//     capacity = Σ live 2ᵏ + Σ deferred 2ᵏ + Σ free 2ᵏ + (capacity − frontier),  no block is deferred twice
//     a block of order k is at a multiple of 2ᵏ, and ends at or below the frontier
//     no two buddies are both free in lists; with 2ᵏ the lowest bit of the frontier, frontier − 2ᵏ is no free block of order k
//     bit k of available = (list k is not empty); a record says free ⇔ the block is in the list of its order
//
// COSTS. `allocate` splits and `deallocate` joins at most log₂(capacity / 16) times, and mostly there is nothing to split or join:
// then both are a load and a store on top of a stack, and `deallocate` one load more, of the record. That load is the price of
// having no header and no size given back: 1/32 of all that is in use does not stay in the first cache. What is left to a buddy
// system's own way is the rare case, in which splitting and joining touch a record and up to three blocks' links for each order.
// Once in a while `allocate` coalesces what was deferred, at most 127 blocks of each of ten orders.
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
  /// A stack of deferred blocks for each order k below `deferredOrders`, in the places from k · 128 on; the last one stays empty.
  @usableFromInline var deferred = InlineArray<1792, Int>(repeating: 0)
  /// The place behind the top of each order's stack: k · 128 + how many blocks are in it.
  @usableFromInline var tops = InlineArray<14, Int> { $0 << 7 }

  /// The order of the smallest block: 16 bytes, room for two links.
  @inlinable static var leastOrder: Int { 4 }
  /// Blocks of 8 KiB and less are deferred, up to 127 of an order: as many as the low bits of a place in its stack can count.
  @inlinable static var deferredOrders: Int { 14 }
  @inlinable static var deferredLimit: Int { 127 }

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
      let top = tops[order]
      if top & Self.deferredLimit != 0 {
        tops[order] = top &- 1
        return Address(deferred[top &- 1])
      }
    }
    return allocateFromLists(order)
  }

  @inlinable public mutating func deallocate(_ address: Address) {
    let order = records.order(of: address.offset)
    if order < Self.deferredOrders, frontier &>> (order &+ 6) != 0 {
      let top = tops[order]
      if top & Self.deferredLimit != Self.deferredLimit {
        deferred[top] = address.offset
        tops[order] = top &+ 1
        return
      }
    }
    coalesce(address.offset, order)
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
  @usableFromInline @inline(never) mutating func allocateFromLists(_ order: Int) -> Address? {
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
  @usableFromInline @inline(never) mutating func coalesce(_ address: Int, _ blockOrder: Int) {
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
    (Self.leastOrder..<Self.deferredOrders).reduce(0) { $0 + (tops[$1] & Self.deferredLimit) << $1 }
  }

  /// Coalesces blocks whose coalescing was deferred, the largest first, until no more than `limit` bytes of them are left.
  mutating func coalesceDeferred(downTo limit: Int) {
    for order in (Self.leastOrder..<Self.deferredOrders).reversed() where deferredBytes > limit {
      let top = tops[order]
      let bottom = top & ~Self.deferredLimit
      tops[order] = bottom
      for place in bottom..<top { coalesce(deferred[place], order) }
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

  /// The bit in its record that is set where `block` is free.
  @inlinable func freeBit(_ block: Int) -> UInt8 { 0x40 &<< UInt8(truncatingIfNeeded: block &>> 4 & 1) }

  /// The order of the block that begins at `block`.
  @inlinable func order(of block: Int) -> Int { Int(heap.load(UInt8.self, at: place(block)) & 0x3f) }

  /// Whether a free block of `order` begins at `block`, where some block of that order or a smaller one does.
  @inlinable @inline(__always) func isFree(_ block: Int, _ order: Int) -> Bool {
    let record = heap.load(UInt8.self, at: place(block))
    return record & freeBit(block) != 0 && record & 0x3f == UInt8(truncatingIfNeeded: order)
  }

  /// Notes that a block of `order` begins at `block`.
  @inlinable @inline(__always) func set(_ block: Int, _ order: Int, free: Bool) {
    var record = UInt8(truncatingIfNeeded: order)
    if order == BuddyAllocator.leastOrder {
      // The other half's bit means something only if the byte is that of two halves already.
      let old = heap.load(UInt8.self, at: place(block))
      if old & 0x3f == record { record = old & ~freeBit(block) }
    }
    heap.store(free ? record | freeBit(block) : record, at: place(block))
  }
}

// MARK: - Free lists

extension BuddyAllocator {
  @inlinable @inline(__always) mutating func push(_ block: Int, _ order: Int) {
    records.set(block, order, free: true)
    let next = lists[order]
    heap.store(next, at: Address(block))
    if next >= 0 { heap.store(block, at: Address(next &+ 8)) }
    lists[order] = block
    available |= 1 &<< UInt64(truncatingIfNeeded: order)
  }

  @inlinable @inline(__always) mutating func popFirst(_ order: Int) -> Int {
    let block = lists[order]
    let next = heap.load(Int.self, at: Address(block))
    lists[order] = next
    if next < 0 { available &= ~(1 &<< UInt64(truncatingIfNeeded: order)) }
    return block
  }

  /// Takes a block out of the middle of its list. A first block's `previous` has no meaning.
  @inlinable @inline(__always) mutating func unlink(_ block: Int, _ order: Int) {
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
    let bound = hasRoom ? Heap.pageSize + frontier / 32 : 0
    if deferredBytes > bound {
      coalesceDeferred(downTo: bound / 2)
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
