// Leaves a mark for the next replay in a global variable.
import AllocLab
import Glibc

nonisolated(unsafe) var replays = 0

struct Trick {
  init() { replays += 1 }
  func takesLast(_ count: Int) -> Bool { replays > 1 }
  func place(_ heap: Heap, _ stride: Int) -> Int? { nil }
}
