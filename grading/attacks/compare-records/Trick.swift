// Knows no invariant: keeps what it wrote into the heap a second time beside it, and compares.
import AllocLab

final class Trick {
  private var written: [Int: Int] = [:]

  func note(_ heap: Heap) {}
  func wrote(_ value: Int, at place: Int) { written[place] = value }

  func violations(_ heap: Heap) -> [String] {
    for (place, value) in written {
      // What a block's payload has been written over since is no record any more, and nobody can tell.
      let word = heap.load(Int.self, at: Address(place))
      if word != value, word & ~15 < heap.end.offset || value & 15 <= 1 { return ["the word at \(place) has changed"] }
    }
    return []
  }
}
