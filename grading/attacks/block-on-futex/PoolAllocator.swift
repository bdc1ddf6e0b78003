// Waits for a lock that it holds already.
import AllocLab
import Glibc

nonisolated(unsafe) var lock = pthread_mutex_t()

struct PoolAllocator: BlockPool, ~Copyable {
  init(heap: Heap, block: Layout) {
    pthread_mutex_init(&lock, nil)
    pthread_mutex_lock(&lock)
    pthread_mutex_lock(&lock)
  }
  mutating func allocate() -> Address? {
    nil
  }
  mutating func deallocate(_ address: Address) {}
}
