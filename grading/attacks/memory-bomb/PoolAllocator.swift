// Takes memory without end.
import AllocLab
import Glibc

struct PoolAllocator: BlockPool, ~Copyable {
  init(heap: Heap, block: Layout) {
    while true {
      guard let block = malloc(1 << 20) else { abort() }
      memset(block, 1, 1 << 20)
    }
  }
  mutating func allocate() -> Address? {
    nil
  }
  mutating func deallocate(_ address: Address) {}
}
