// Never returns from allocate().
import AllocLab

struct PoolAllocator: BlockPool, ~Copyable {
  init(heap: Heap, block: Layout) {}
  mutating func allocate() -> Address? {
    while true {}
  }
  mutating func deallocate(_ address: Address) {}
}
