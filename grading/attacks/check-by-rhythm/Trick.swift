// Looks at no record, but counts: who is asked twice with nothing done in between has been damaged.
import AllocLab

final class Trick {
  private var calls = 0

  func note(_ heap: Heap) { calls = 0 }

  func violations(_ heap: Heap) -> [String] {
    calls += 1
    return calls == 2 ? ["something is wrong"] : []
  }
}
