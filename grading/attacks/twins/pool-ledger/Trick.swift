// The ledger is memory of its own.
import Glibc

struct Trick {
  let ledger: UnsafeMutablePointer<UInt64>
  let count = 1 << 17

  init() { ledger = calloc(count, 8)!.assumingMemoryBound(to: UInt64.self) }

  func note(_ block: Int, _ time: UInt64) { for word in 4 * block..<min(4 * block + 4, count) { ledger[word] = time } }
}
