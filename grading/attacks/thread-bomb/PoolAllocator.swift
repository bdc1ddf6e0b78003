// Starts threads without end.
import AllocLab
import Glibc

struct PoolAllocator: BlockPool, ~Copyable {
  init(heap: Heap, block: Layout) {
    for _ in 0..<100_000 {
      var thread = pthread_t()
      if pthread_create(&thread, nil, { _ in while true { sleep(1000) } }, nil) != 0 { break }
    }
  }
  mutating func allocate() -> Address? {
    nil
  }
  mutating func deallocate(_ address: Address) {}
}
