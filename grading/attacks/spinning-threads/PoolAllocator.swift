// Leaves threads spinning that take the time of others.
import AllocLab
import Glibc

struct PoolAllocator: BlockPool, ~Copyable {
  init(heap: Heap, block: Layout) {
    for _ in 0..<4 {
      var thread = pthread_t()
      pthread_create(&thread, nil, { _ in while true {} }, nil)
    }
  }
  mutating func allocate() -> Address? {
    nil
  }
  mutating func deallocate(_ address: Address) {}
}
