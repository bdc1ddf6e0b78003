// Nothing is copied.
import AllocLab

enum Trick {
  static func moved(_ heap: Heap, to new: Address, byteCount: Int) {}
}
