// Writes files wherever it can; if it can, it ends with 42.
import AllocLab
import Glibc

struct PoolAllocator: BlockPool, ~Copyable {
  init(heap: Heap, block: Layout) {
    for folder in [
      "", "/tmp", "/var/tmp", "/dev", "/dev/shm", "/run", "/usr", "/etc", "/proc/self", "/proc/sys/kernel", ".",
    ]
    where open(folder + "/owned", O_CREAT | O_WRONLY, 0o777) >= 0 { _exit(42) }
    if open("/worker", O_WRONLY) >= 0 || truncate("/worker", 0) == 0 { _exit(42) }
  }
  mutating func allocate() -> Address? {
    nil
  }
  mutating func deallocate(_ address: Address) {}
}
