// No trick at all.
import AllocLab

struct Trick {
  func takesLast(_ count: Int) -> Bool { false }
  func place(_ heap: Heap, _ stride: Int) -> Int? { nil }
}
