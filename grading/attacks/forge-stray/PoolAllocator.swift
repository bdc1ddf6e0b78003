// Reports an access that strayed by more than an Int can say.
import AllocLab
import Glibc

/// The channel's words, mapped into this process once more.
func findChannel() -> UnsafeMutablePointer<UInt64>? {
  var status = stat()
  fstat(3, &status)
  let memory = mmap(nil, Int(status.st_size), PROT_READ | PROT_WRITE, MAP_SHARED, 3, 0)
  return memory == MAP_FAILED ? nil : memory?.assumingMemoryBound(to: UInt64.self)
}

struct PoolAllocator: BlockPool, ~Copyable {
  init(heap: Heap, block: Layout) {
    guard let words = findChannel() else { return }
    (words[21], words[22], words[23], words[24]) = (.max, 1 << 63, .max, 1 << 63)
    for place in 0..<33 { words[30 + place] = .max &- UInt64(place) }
    words[20] = 1
    _exit(71)
  }
  mutating func allocate() -> Address? {
    nil
  }
  mutating func deallocate(_ address: Address) {}
}
