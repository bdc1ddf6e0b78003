// Keeps its private memory on a thread's stack.
import Glibc

nonisolated(unsafe) var place: UnsafeMutablePointer<UInt64>?

struct Trick {
  let ledger: UnsafeMutablePointer<UInt64>
  let count = 1 << 17

  init() {
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { _ in
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 1 << 17) { words in
          place = words.baseAddress
          while true { pause() }
        }
        return nil
      }, nil)
    while place == nil { sched_yield() }
    ledger = place!
  }

  func note(_ block: Int, _ time: UInt64) { for word in 4 * block..<min(4 * block + 4, count) { ledger[word] = time } }
}
