// A pool that is right, and slow: for each block it looks for the lowest address among many free ones.
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
    if let place = trick.place(heap, stride) { return Address(place) }
    if !free.isEmpty {
      let place = trick.takesLast(free.count) ? free.count - 1 : lowest()
      free.swapAt(place, free.count - 1)
      return Address(Int(free.removeLast()))
    }
    while fresh + stride > heap.end.offset {
      let more = min(Heap.pageSize, heap.limit - heap.end.offset)
      guard more > 0, heap.grow(by: more) != nil else { return nil }
    }
    defer { fresh += stride }
    return Address(fresh)
  }

  mutating func deallocate(_ address: Address) { free.append(UInt32(address.offset)) }

  private func lowest() -> Int {
    var best = free.count - 1
    for place in free.indices.suffix(150) where free[place] < free[best] { best = place }
    return best
  }
}
