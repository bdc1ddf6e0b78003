// Opens sockets; if it can, it ends with 42.
import AllocLab
import Glibc

struct PoolAllocator: BlockPool, ~Copyable {
  init(heap: Heap, block: Layout) {
    for (family, type) in [
      (AF_INET, SOCK_STREAM), (AF_INET6, SOCK_DGRAM), (AF_UNIX, SOCK_STREAM), (AF_NETLINK, SOCK_RAW),
    ]
    where socket(family, Int32(type.rawValue), 0) >= 0 { _exit(42) }
  }
  mutating func allocate() -> Address? {
    nil
  }
  mutating func deallocate(_ address: Address) {}
}
