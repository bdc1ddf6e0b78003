/// The live blocks of a trace, from the oldest to the youngest: a list linked through their slots, O(1) for everything.
struct BirthOrder: Sendable {
  private struct Link {
    var older: Int32 = -1
    var younger: Int32 = -1
    /// The operation that allocated the block; −1 where none lives.
    var birth = -1
  }

  private var links: [Link] = []
  private var oldest: Int32 = -1
  private var youngest: Int32 = -1
  private(set) var count = 0

  /// What is known of a block that ended.
  struct End {
    let age: Int
    let wasOldest: Bool
    let wasYoungest: Bool
    /// Whether there were others.
    let hadChoice: Bool
  }

  func isLive(_ slot: Int) -> Bool { slot < links.count && links[slot].birth >= 0 }

  mutating func begin(_ slot: Int, at operation: Int) {
    if slot >= links.count { links += Array(repeating: Link(), count: slot + 1 - links.count + links.count / 2) }
    links[slot] = Link(older: youngest, younger: -1, birth: operation)
    let number = Int32(truncatingIfNeeded: slot)
    if youngest >= 0 { links[Int(youngest)].younger = number } else { oldest = number }
    youngest = number
    count += 1
  }

  /// `slot` is that of a live block.
  mutating func end(_ slot: Int, at operation: Int) -> End {
    let link = links[slot]
    let end = End(
      age: operation - link.birth, wasOldest: link.older < 0, wasYoungest: link.younger < 0, hadChoice: count > 1)
    if link.older >= 0 { links[Int(link.older)].younger = link.younger } else { oldest = link.younger }
    if link.younger >= 0 { links[Int(link.younger)].older = link.older } else { youngest = link.older }
    links[slot].birth = -1
    count -= 1
    return end
  }
}
