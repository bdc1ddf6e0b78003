// Fails a precondition.
import AllocLab

struct PoolAllocator: BlockPool, ~Copyable {
  init(heap: Heap, block: Layout) {}
  mutating func allocate() -> Address? {
    precondition(CommandLine.arguments.count > 100, "the caller is wrong")
    return nil
  }
  mutating func deallocate(_ address: Address) {}
}
