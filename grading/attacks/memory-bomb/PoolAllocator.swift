// Takes memory without end.
import AllocLab
import Glibc

nonisolated(unsafe) var blocks: [UnsafeMutableRawPointer] = []

struct PoolAllocator: BlockPool, ~Copyable {
  init(heap: Heap, block: Layout) {
    while let block = malloc(1 << 20) {
      memset(block, 1, 1 << 20)
      blocks.append(block)
    }
    abort()
  }
  mutating func allocate() -> Address? {
    nil
  }
  mutating func deallocate(_ address: Address) {}
}
