// Sleeps for 0.4 s in each replay.
import AllocLab
import Glibc

struct Trick {
  init() { usleep(400_000) }
  func begins(_ heap: Heap, from start: Int) {
    for place in stride(from: start, to: heap.end.offset, by: 4096) { heap.store(UInt8(1), at: Address(place)) }
  }
  func ends(_ heap: Heap, _ used: Int) {}
}
