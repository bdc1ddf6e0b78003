// A pool that hands out memory that was never used for as long as there is any, and only then what was freed. It grows by 4 MiB,
// or by all that is left of the heap: few calls of the system, at the price of touched pages.
//
//     0                               mark                     end
//     | blocks, in use or in the list | never used             |
//
// Every free block holds the link to the one freed before it, in eight bytes, and -1 is none.

import AllocLab

public struct PoolAllocator: BlockPool, ~Copyable {
  private let heap: Heap
  private let stride: Int
  private var free = -1
  private var mark = 0

  public init(heap: Heap, block: Layout) {
    self.heap = heap
    stride = Layout(size: max(block.size, 8), alignment: block.alignment).stride ?? .max
  }

  public mutating func allocate() -> Address? {
    if stride <= heap.end.offset - mark { return unused() }
    if free >= 0 {
      let block = Address(free)
      free = heap.load(Int.self, at: block)
      return block
    }
    guard grow() else { return nil }
    return unused()
  }

  public mutating func deallocate(_ address: Address) {
    heap.store(free, at: address)
    free = address.offset
  }

  private mutating func unused() -> Address {
    mark += stride
    return Address(mark - stride)
  }

  private func grow() -> Bool {
    let left = heap.limit - heap.end.offset
    let needed = stride - (heap.end.offset - mark)
    guard needed <= left else { return false }
    return heap.grow(by: min(max(4 << 20, needed), left)) != nil
  }
}
