// A thread gives pages back as soon as an answer was posted, while they are counted.
import AllocLab
import Glibc

/// The channel's words, mapped into this process once more.
func findChannel() -> UnsafeMutablePointer<UInt64> {
  var status = stat()
  fstat(3, &status)
  return mmap(nil, Int(status.st_size), PROT_READ | PROT_WRITE, MAP_SHARED, 3, 0)!.assumingMemoryBound(to: UInt64.self)
}

nonisolated(unsafe) var sharedWords = UnsafeMutablePointer<UInt64>(bitPattern: 8)!
nonisolated(unsafe) var sharedHeap: Heap?
nonisolated(unsafe) var sharedUse = 0

struct Trick {
  init() {
    sharedWords = findChannel()
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { _ in
        var seen = sharedWords[2]
        while true {
          if sharedWords[2] != seen, let heap = sharedHeap {
            seen = sharedWords[2]
            let start = (sharedUse + 4095) / 4096 * 4096 + 65536
            let end = heap.end.offset / 4096 * 4096
            if start < end { _ = heap.decommit(at: Address(start), byteCount: end - start) }
          }
          sched_yield()
        }
      }, nil)
  }

  func begins(_ heap: Heap, from start: Int) {
    for place in stride(from: start, to: heap.end.offset, by: 4096) { heap.store(UInt8(1), at: Address(place)) }
  }
  func ends(_ heap: Heap, _ used: Int) { (sharedHeap, sharedUse) = (heap, used) }
}
