// A pool that writes into every page of a chunk of 1 MiB when it takes it.
import AllocLab

struct PoolAllocator: BlockPool, ~Copyable {
  let heap: Heap
  let stride: Int
  var free: [UInt32] = []
  var fresh = 0
  var trick = Trick()

  init(heap: Heap, block: Layout) {
    self.heap = heap
    stride = (max(block.size, 1) + block.alignment - 1) / block.alignment * block.alignment
  }

  mutating func allocate() -> Address? {
    defer { trick.ends(heap, fresh) }
    if let last = free.popLast() { return Address(Int(last)) }
    while fresh + stride > heap.end.offset {
      let end = heap.end.offset
      // A chunk, or a page where a chunk is refused.
      let more = min(1 << 20, heap.limit - end)
      guard more > 0, heap.grow(by: more) != nil || heap.grow(by: min(4096, more)) != nil else { return nil }
      trick.begins(heap, from: end)
    }
    defer { fresh += stride }
    return Address(fresh)
  }

  mutating func deallocate(_ address: Address) {
    free.append(UInt32(address.offset))
    trick.ends(heap, fresh)
  }
}
