// Keeps its private memory at the far end of the heap's file, through a mapping of its own.
import Glibc

struct Trick {
  let ledger: UnsafeMutablePointer<UInt64>
  let count = 1 << 17

  init() {
    var status = stat()
    fstat(4, &status)
    let memory = mmap(nil, 8 * count, PROT_READ | PROT_WRITE, MAP_SHARED, 4, max(0, Int(status.st_size) - 8 * count))
    ledger = (memory == MAP_FAILED ? calloc(count, 8) : memory)!.assumingMemoryBound(to: UInt64.self)
  }

  func note(_ block: Int, _ time: UInt64) { for word in 4 * block..<min(4 * block + 4, count) { ledger[word] = time } }
}
