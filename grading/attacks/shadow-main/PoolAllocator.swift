// Has a main of its own, in C's way.
import AllocLab

@_cdecl("main") public func ownMain(_ count: Int32, _ arguments: UnsafePointer<UnsafePointer<CChar>?>) -> Int32 { 0 }

struct PoolAllocator: BlockPool, ~Copyable {
  init(heap: Heap, block: Layout) {}
  mutating func allocate() -> Address? {
    nil
  }
  mutating func deallocate(_ address: Address) {}
}
