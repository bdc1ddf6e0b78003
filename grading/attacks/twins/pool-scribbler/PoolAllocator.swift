// A pool that counts the blocks given back in the first word of its heap, which it hands out as well.
import AllocLab

struct PoolAllocator: BlockPool, ~Copyable {
  let heap: Heap
  let stride: Int
  var free: [UInt32] = []
  var fresh = 0
  var count: UInt64 = 0
  var trick: Trick

  init(heap: Heap, block: Layout) {
    self.heap = heap
    stride = (max(block.size, 8) + block.alignment - 1) / block.alignment * block.alignment
    trick = Trick()
  }

  mutating func allocate() -> Address? {
    trick.begins(heap)
    defer { trick.ends(heap) }
    if let last = free.popLast() { return Address(Int(last)) }
    while fresh + stride > heap.end.offset {
      let more = min(Heap.pageSize, heap.limit - heap.end.offset)
      guard more > 0, heap.grow(by: more) != nil else { return nil }
    }
    defer { fresh += stride }
    return Address(fresh)
  }

  mutating func deallocate(_ address: Address) {
    trick.begins(heap)
    free.append(UInt32(address.offset))
    count += 1
    heap.store(count, at: Address(0))
    trick.ends(heap)
  }
}
