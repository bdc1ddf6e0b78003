// Prints escape sequences, NUL and broken UTF-8, and then crashes.
import AllocLab
import Glibc

struct PoolAllocator: BlockPool, ~Copyable {
  init(heap: Heap, block: Layout) {
    let bytes: [UInt8] =
      Array("\u{1b}[2J\u{1b}[31m\u{1b}]0;owned\u{7}25/25\0\u{202e}\r".utf8) + [
        0xff, 0xc0, 0x80, 0xed, 0xa0, 0x80, 0x0a,
      ]
    for _ in 0..<100 { _ = write(2, bytes, bytes.count) }
    abort()
  }
  mutating func allocate() -> Address? {
    nil
  }
  mutating func deallocate(_ address: Address) {}
}
