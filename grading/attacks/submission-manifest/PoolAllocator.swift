// Hands in a manifest too, which would run a program when it is read.
import AllocLab

struct PoolAllocator: BlockPool, ~Copyable {
  init(heap: Heap, block: Layout) {}
  mutating func allocate() -> Address? {
    nil
  }
  mutating func deallocate(_ address: Address) {}
}
