// Damages a live block, and looks as if nothing had happened at each window's end; until then outcomes look as if they were still to
// come, so that nobody stops it in the middle.
import AllocLab
import Glibc

/// The channel's words, mapped into this process once more.
func findChannel() -> UnsafeMutablePointer<UInt64> {
  var status = stat()
  fstat(3, &status)
  return mmap(nil, Int(status.st_size), PROT_READ | PROT_WRITE, MAP_SHARED, 3, 0)!.assumingMemoryBound(to: UInt64.self)
}

struct Trick {
  let words = findChannel()
  /// The word at 0 as its user left it, and as it was left here.
  var users: UInt64 = 0
  var own: UInt64 = 0

  var place: Int { Int(words[11] &- words[4]) }

  mutating func begins(_ heap: Heap) {
    for word in 12...16 { words[word] = 0 }
    guard heap.end.offset >= 8 else { return }
    let word = heap.load(UInt64.self, at: Address(0))
    if word != own { users = word }
    let (operations, outcomes) = (words + 512, words + 512 + Int(words[6]))
    // What the judge sees of the operations before: nothing yet. They are kept where operations were that nobody reads any more.
    if words[3] == 2, place > 0, outcomes[place - 1] != 0xdead_beef_dead_beef {
      operations[place - 1] = outcomes[place - 1]
      outcomes[place - 1] = 0xdead_beef_dead_beef
    }
  }

  mutating func ends(_ heap: Heap) {
    guard heap.end.offset >= 8, words[3] == 2 else { return }
    own = heap.load(UInt64.self, at: Address(0))
    let count = Int(words[5])
    guard place == count - 1 else { return }
    heap.store(users, at: Address(0))
    own = users
    let (operations, outcomes) = (words + 512, words + 512 + Int(words[6]))
    for place in 0..<count - 1 where outcomes[place] == 0xdead_beef_dead_beef { outcomes[place] = operations[place] }
  }
}
