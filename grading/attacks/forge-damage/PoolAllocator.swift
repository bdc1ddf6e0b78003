// Reports damage of a kind, slot and offset that make no sense.
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
  init(heap: Heap, block: Layout) {}
  mutating func allocate() -> Address? {
    guard let words = findChannel() else { return nil }
    for place in 13..<17 { words[place] = .max }
    words[12] = 1
    return nil
  }
  mutating func deallocate(_ address: Address) {}
}
