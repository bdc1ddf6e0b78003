// Sleeps instead of working.
import AllocLab
import Glibc

struct PoolAllocator: BlockPool, ~Copyable {
  init(heap: Heap, block: Layout) {}
  mutating func allocate() -> Address? {
    while true { sleep(1000) }
  }
  mutating func deallocate(_ address: Address) {}
}
