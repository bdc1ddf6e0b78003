// Reads /etc/passwd; if it can, it ends with 42.
import AllocLab
import Glibc

struct PoolAllocator: BlockPool, ~Copyable {
  init(heap: Heap, block: Layout) {
    for path in ["/etc/passwd", "/etc/shadow", "/proc/1/root/etc/passwd", "/proc/1/environ", "/etc/hostname"]
    where open(path, O_RDONLY) >= 0 { _exit(42) }
  }
  mutating func allocate() -> Address? {
    nil
  }
  mutating func deallocate(_ address: Address) {}
}
