// A pool that does not ask whether the heap grew.
import AllocLab

struct PoolAllocator: BlockPool, ~Copyable {
  let heap: Heap
  let stride: Int
  var free: [UInt32] = []
  var fresh = 0
  var end = 0
  var trick = Trick()

  init(heap: Heap, block: Layout) {
    self.heap = heap
    stride = (max(block.size, 1) + block.alignment - 1) / block.alignment * block.alignment
  }

  mutating func allocate() -> Address? {
    if let last = free.popLast() { return Address(Int(last)) }
    guard fresh + stride <= heap.limit else { return nil }
    while fresh + stride > end {
      let more = min(Heap.pageSize, heap.limit - end)
      trick.grow(heap, by: more)
      end += more
    }
    defer { fresh += stride }
    return Address(fresh)
  }

  mutating func deallocate(_ address: Address) { free.append(UInt32(address.offset)) }
}
