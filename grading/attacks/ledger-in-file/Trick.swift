// Keeps its private memory in a file that is mapped.
import Glibc

struct Trick {
  let ledger: UnsafeMutablePointer<UInt64>
  let count = 1 << 17

  init() {
    var memory: UnsafeMutableRawPointer?
    for folder in ["/tmp", "/dev/shm", "/var/tmp", "/run", ".", "/", "/proc/self/cwd"] where memory == nil {
      let file = open(folder + "/ledger", O_RDWR | O_CREAT, 0o600)
      guard file >= 0 else { continue }
      ftruncate(file, 8 * count)
      let mapped = mmap(nil, 8 * count, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
      if mapped != MAP_FAILED { memory = mapped }
    }
    ledger = (memory ?? calloc(count, 8)!).assumingMemoryBound(to: UInt64.self)
  }

  func note(_ block: Int, _ time: UInt64) { for word in 4 * block..<min(4 * block + 4, count) { ledger[word] = time } }
}
