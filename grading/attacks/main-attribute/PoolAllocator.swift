// Has a main of its own, in Swift's way.
import AllocLab

@main struct Program { static func main() {} }

struct PoolAllocator: BlockPool, ~Copyable {
  init(heap: Heap, block: Layout) {}
  mutating func allocate() -> Address? {
    nil
  }
  mutating func deallocate(_ address: Address) {}
}
