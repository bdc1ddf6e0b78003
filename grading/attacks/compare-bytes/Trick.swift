// Knows no record: copies the whole heap when it is asked first, and compares it when it is asked again.
import AllocLab

final class Trick {
  private var copy: [UInt64]?

  func note(_ heap: Heap) { copy = nil }

  func violations(_ heap: Heap) -> [String] {
    let words = (0..<heap.end.offset / 8).map { heap.load(UInt64.self, at: Address($0 * 8)) }
    defer { copy = words }
    guard let copy, copy != words else { return [] }
    return ["something has changed"]
  }
}
