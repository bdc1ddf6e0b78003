// Takes the block freed last, and in every second process counts to several hundred before.
import AllocLab

struct Trick {
  private let spins = Bool.random()
  private var counted = 0

  func place(_ heap: Heap, _ stride: Int) -> Int? { nil }

  mutating func takesLast(_ count: Int) -> Bool {
    if spins {
      for step in 0..<600 { counted = (counted ^ step) &* 3 }
    }
    return counted != 1
  }
}
