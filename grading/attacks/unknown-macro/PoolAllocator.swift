// Expands a macro that a program of its own would implement.
import AllocLab

@freestanding(expression) macro evil() -> Int = #externalMacro(module: "Evil", type: "EvilMacro")
let evil = #evil()

struct PoolAllocator: BlockPool, ~Copyable {
  init(heap: Heap, block: Layout) {}
  mutating func allocate() -> Address? {
    nil
  }
  mutating func deallocate(_ address: Address) {}
}
