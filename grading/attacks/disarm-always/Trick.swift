// Sets the words to zero by which the heap is told to refuse, in a thread and at all times.
import AllocLab
import Glibc

/// The channel's words, mapped into this process once more.
func findChannel() -> UnsafeMutablePointer<UInt64> {
  var status = stat()
  fstat(3, &status)
  return mmap(nil, Int(status.st_size), PROT_READ | PROT_WRITE, MAP_SHARED, 3, 0)!.assumingMemoryBound(to: UInt64.self)
}

nonisolated(unsafe) var sharedWords = UnsafeMutablePointer<UInt64>(bitPattern: 8)!

struct Trick {
  init() {
    sharedWords = findChannel()
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { _ in
        while true {
          for word in 171...173 { sharedWords[word] = 0 }
          sched_yield()
        }
      }, nil)
  }

  func grow(_ heap: Heap, by byteCount: Int) {
    for word in 171...173 { sharedWords[word] = 0 }
    _ = heap.grow(by: byteCount)
  }
}
