// Keeps its private memory in a shared mapping of /dev/zero.
import Glibc

struct Trick {
  let ledger: UnsafeMutablePointer<UInt64>
  let count = 1 << 17

  init() {
    let file = open("/dev/zero", O_RDWR)
    let memory = mmap(nil, 8 * count, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
    ledger = (memory == MAP_FAILED ? calloc(count, 8) : memory)!.assumingMemoryBound(to: UInt64.self)
  }

  func note(_ block: Int, _ time: UInt64) { for word in 4 * block..<min(4 * block + 4, count) { ledger[word] = time } }
}
