// Stores outside of the heap.
import AllocLab

struct PoolAllocator: BlockPool, ~Copyable {
  let heap: Heap
  init(heap: Heap, block: Layout) { self.heap = heap }
  mutating func allocate() -> Address? {
    heap.store(1, at: Address(-1 << 40))
    return nil
  }
  mutating func deallocate(_ address: Address) {}
}
