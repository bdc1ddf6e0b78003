// The ledger is memory of its own, the same for all subjects of a process.
import Glibc

nonisolated(unsafe) let memory = calloc(1 << 17, 8)!

struct Trick {
  let ledger = memory.assumingMemoryBound(to: UInt64.self)
  let count = 1 << 17

  func note(_ block: Int, _ time: UInt64) { for word in 4 * block..<min(4 * block + 4, count) { ledger[word] = time } }
}
