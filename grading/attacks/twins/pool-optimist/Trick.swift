// No trick at all.
import AllocLab

struct Trick {
  func grow(_ heap: Heap, by byteCount: Int) { _ = heap.grow(by: byteCount) }
}
