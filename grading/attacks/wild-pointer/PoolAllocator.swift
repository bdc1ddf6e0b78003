// Writes to address 8.
import AllocLab

struct PoolAllocator: BlockPool, ~Copyable {
  init(heap: Heap, block: Layout) {
    UnsafeMutablePointer<Int>(bitPattern: 8)?.pointee = 1
  }
  mutating func allocate() -> Address? {
    nil
  }
  mutating func deallocate(_ address: Address) {}
}
