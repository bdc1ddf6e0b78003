// Writes nonsense into every control word.
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
    for place in 0..<512 { words[place] = 0x8000_0000_0000_0000 | UInt64(place) &* 0x9e37_79b9 }
    return nil
  }
  mutating func deallocate(_ address: Address) {}
}
