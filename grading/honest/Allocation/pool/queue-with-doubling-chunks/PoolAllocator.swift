// A pool whose free blocks stand in a queue: what was freed longest ago is handed out next, so that blocks rest for as long as
// possible. The heap grows by chunks that double, up to 4 MiB; where a chunk is refused, by half of it, down to one block.
//
//     0                                           mark         end
//     | blocks, in use or in the queue …          | never used |         chunks follow each other without a gap
//
//     a free block   | link: the block freed after it | … |
//
// A link has eight bytes, and so has every block at least.

import AllocLab

public struct PoolAllocator: BlockPool, ~Copyable {
  private let heap: Heap
  private let stride: Int
  private let alignment: Int
  /// The block freed longest ago and the one freed last; -1 where none is free.
  private var first = -1
  private var last = -1
  private var mark = 0
  private var end = 0
  private var chunk = 16 << 10

  public init(heap: Heap, block: Layout) {
    self.heap = heap
    alignment = block.alignment
    stride = Layout(size: max(block.size, 8), alignment: block.alignment).stride ?? .max
  }

  public mutating func allocate() -> Address? {
    if first >= 0 {
      let block = first
      first = block == last ? -1 : heap.load(Int.self, at: Address(block))
      if first < 0 { last = -1 }
      return Address(block)
    }
    guard stride <= end - mark || grow() else { return nil }
    mark += stride
    return Address(mark - stride)
  }

  public mutating func deallocate(_ address: Address) {
    if last < 0 { first = address.offset } else { heap.store(address.offset, at: Address(last)) }
    last = address.offset
  }

  private mutating func grow() -> Bool {
    guard stride <= heap.limit else { return false }
    let needed = stride - (end - mark)
    var bytes = chunk
    while bytes > needed {
      if heap.grow(by: bytes) != nil {
        end += bytes
        chunk = min(2 * chunk, 4 << 20)
        return true
      }
      bytes /= 2
    }
    guard heap.grow(by: needed) != nil else { return false }
    end += needed
    return true
  }
}
