// Calls itself until the stack is full.
import AllocLab

func depth(_ level: Int, _ sum: inout [Int]) -> Int {
  sum[level & 7] &+= level
  let below = depth(level + 1, &sum)
  return below &+ sum[below & 7]
}

struct PoolAllocator: BlockPool, ~Copyable {
  init(heap: Heap, block: Layout) {}
  mutating func allocate() -> Address? {
    var sum = Array(repeating: 0, count: 8)
    return Address(depth(0, &sum))
  }
  mutating func deallocate(_ address: Address) {}
}
