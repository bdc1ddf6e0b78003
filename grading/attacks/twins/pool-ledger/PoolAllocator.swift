// A pool that keeps a ledger: four words for each block, beside the heap.
import AllocLab

struct PoolAllocator: BlockPool, ~Copyable {
  let heap: Heap
  let stride: Int
  var free: [UInt32] = []
  var fresh = 0
  var time: UInt64 = 0
  var trick = Trick()

  init(heap: Heap, block: Layout) {
    self.heap = heap
    stride = (max(block.size, 1) + block.alignment - 1) / block.alignment * block.alignment
  }

  mutating func allocate() -> Address? {
    time += 1
    if let last = free.popLast() {
      trick.note(Int(last) / stride, time)
      return Address(Int(last))
    }
    while fresh + stride > heap.end.offset {
      let more = min(Heap.pageSize, heap.limit - heap.end.offset)
      guard more > 0, heap.grow(by: more) != nil else { return nil }
    }
    defer { fresh += stride }
    trick.note(fresh / stride, time)
    return Address(fresh)
  }

  mutating func deallocate(_ address: Address) {
    time += 1
    trick.note(address.offset / stride, time)
    free.append(UInt32(address.offset))
  }
}
