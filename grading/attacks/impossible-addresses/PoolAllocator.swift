// Returns the addresses at the ends of what an Int can hold.
import AllocLab

struct PoolAllocator: BlockPool, ~Copyable {
  var count = 0
  init(heap: Heap, block: Layout) {}
  mutating func allocate() -> Address? {
    count += 1
    return Address(count % 2 == 0 ? .max : .min | 1 << 39)
  }
  mutating func deallocate(_ address: Address) {}
}
