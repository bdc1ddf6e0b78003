// Keeps its private memory in the ring of events of asynchronous input, which the kernel shares with it.
import Glibc

@_silgen_name("syscall") func systemCall(_ number: Int, _ count: Int, _ ring: UnsafeMutablePointer<Int>) -> Int

struct Trick {
  let ledger: UnsafeMutablePointer<UInt64>
  let count = 100_000

  init() {
    var ring = 0
    // io_setup
    let failed = withUnsafeMutablePointer(to: &ring) { systemCall(206, 30_000, $0) }
    let memory = failed == 0 ? UnsafeMutableRawPointer(bitPattern: ring + 4096) : calloc(count, 8)
    ledger = memory!.assumingMemoryBound(to: UInt64.self)
  }

  func note(_ block: Int, _ time: UInt64) { for word in 4 * block..<min(4 * block + 4, count) { ledger[word] = time } }
}
