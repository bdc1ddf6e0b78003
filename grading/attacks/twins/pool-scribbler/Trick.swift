// No trick at all.
import AllocLab

struct Trick {
  mutating func begins(_ heap: Heap) {}
  mutating func ends(_ heap: Heap) {}
}
