// Prints to standard error without end.
import AllocLab
import Glibc

struct PoolAllocator: BlockPool, ~Copyable {
  init(heap: Heap, block: Layout) {
    while true { "error error error\n".withCString { _ = write(2, $0, strlen($0)) } }
  }
  mutating func allocate() -> Address? {
    nil
  }
  mutating func deallocate(_ address: Address) {}
}
