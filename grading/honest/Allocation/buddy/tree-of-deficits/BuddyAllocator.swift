// A buddy system without lists: a binary tree over all blocks there may be, in an array, and searched from the top.
//
//     node 1 is the whole, the halves of node n are 2n and 2n + 1, a leaf is a block of 64 bytes
//
//     largest(n) = order of the largest free block in n, plus one; 0 where there is none
//     deficit(n) = order(n) + 1 − largest(n), a byte: so new memory, which is zero, says that all is free
//
// A request goes down from the root to a child that still has a block of its order, the left one if it can. A free goes up from the
// leaf at the address to the first node without any free block: that is the block, since below a block that was handed out
// whole every node is as it was when it was free. Both then put the deficits above right: two halves that are free throughout
// make a whole. Costs: O(log capacity) each, and two bytes for each leaf, which is a 32nd.

import AllocLab

public struct BuddyAllocator: BuddySystem, ~Copyable {
  public let heap: Heap
  public let capacity: Int
  /// The order of the whole; a leaf's is 0.
  private let height: Int
  private let leafBytes: Int
  private var isReady = false

  public init(heap: Heap) {
    self.heap = heap
    capacity = Self.capacity(of: heap)
    leafBytes = min(64, max(capacity, 1))
    height = capacity == 0 ? 0 : (capacity / leafBytes).trailingZeroBitCount
  }

  public mutating func allocate(_ layout: Layout) -> Address? {
    guard let order = order(for: layout), prepare(), largest(1, height) > order else { return nil }
    var node = 1
    var at = height
    while at > order {
      at -= 1
      node *= 2
      if largest(node, at) <= order { node += 1 }
    }
    set(node, at + 1)
    repair(above: node)
    return Address((node - (1 << (height - at))) * (leafBytes << at))
  }

  public mutating func deallocate(_ address: Address) {
    let node = block(at: address).node
    set(node, 0)
    repair(above: node)
  }

  /// In place where the block is large enough; the order of a block that shrinks stays.
  public mutating func reallocate(_ address: Address, to layout: Layout) -> Address? {
    guard let wanted = order(for: layout) else { return nil }
    let order = block(at: address).order
    if wanted <= order, address.isAligned(to: layout.alignment) { return address }
    guard let new = allocate(layout) else { return nil }
    heap.copy(from: address, to: new, byteCount: min(leafBytes << order, leafBytes << wanted))
    deallocate(address)
    return new
  }

  private func order(for layout: Layout) -> Int? {
    let wanted = max(layout.size, layout.alignment, leafBytes)
    guard wanted <= capacity else { return nil }
    return Int.bitWidth - ((wanted + leafBytes - 1) / leafBytes - 1).leadingZeroBitCount
  }

  /// Takes all of the heap: what is not touched costs nothing.
  private mutating func prepare() -> Bool {
    if isReady { return true }
    isReady = heap.grow(by: capacity + 2 * (capacity / leafBytes)) != nil
    return isReady
  }

  private func deficit(_ node: Int) -> Int { Int(heap.load(UInt8.self, at: Address(capacity + node))) }
  private func set(_ node: Int, _ deficit: Int) { heap.store(UInt8(deficit), at: Address(capacity + node)) }
  private func largest(_ node: Int, _ order: Int) -> Int { order + 1 - deficit(node) }

  private func block(at address: Address) -> (node: Int, order: Int) {
    var node = (1 << height) + address.offset / leafBytes
    var order = 0
    while largest(node, order) > 0, node > 1 {
      node /= 2
      order += 1
    }
    return (node, order)
  }

  private func repair(above node: Int) {
    var node = node / 2
    while node > 0 {
      let (left, right) = (deficit(2 * node), deficit(2 * node + 1))
      // Both halves are free throughout, and so is the whole; else the larger of what the halves have, each of one order less.
      set(node, left == 0 && right == 0 ? 0 : 1 + min(left, right))
      node /= 2
    }
  }
}
