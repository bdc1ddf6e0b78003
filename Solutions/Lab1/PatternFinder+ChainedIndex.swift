/// Gives each of a changing set of words a small number, a *slot*; slots that are given back are used again.
///
///     heads    hash ─► slot or -1                      at least as many as slots, a power of two
///     words    slot ─► word
///     links    slot ─► next slot of the chain, or of the vacant ones, or -1
///
/// What belongs to a word lies in arrays of the owner's, by slot: it is never moved. Words are found in O(1) expected.
struct ChainedIndex {
  private var heads = [Int32](repeating: -1, count: 16)
  private(set) var words: [UInt64] = []
  private var links: [Int32] = []
  private var vacant: Int32 = -1
  private var shift: UInt64 = 60
  private(set) var count = 0

  /// Multiplication by the golden ratio, its highest bits: Knuth, The Art of Computer Programming 3, 6.4.
  private func chain(_ word: UInt64) -> Int { Int(truncatingIfNeeded: (word &* 0x9e37_79b9_7f4a_7c15) >> shift) }

  func slot(of word: UInt64) -> Int? {
    var slot = heads[chain(word)]
    while slot >= 0 {
      if words[Int(slot)] == word { return Int(slot) }
      slot = links[Int(slot)]
    }
    return nil
  }

  /// The slot of a word that is not there: one that was given back, or one more than the last.
  mutating func insert(_ word: UInt64) -> Int {
    if count == heads.count { grow() }
    count += 1
    let (slot, chain) = (Int(vacant), chain(word))
    if slot >= 0 {
      vacant = links[slot]
      (words[slot], links[slot]) = (word, heads[chain])
      heads[chain] = Int32(truncatingIfNeeded: slot)
      return slot
    }
    words.append(word)
    links.append(heads[chain])
    heads[chain] = Int32(truncatingIfNeeded: words.count - 1)
    return words.count - 1
  }

  /// Gives a word's slot back.
  ///
  /// - Returns: the slot; nil where the word is not there.
  mutating func remove(_ word: UInt64) -> Int? {
    let chain = chain(word)
    var (slot, before): (Int32, Int32) = (heads[chain], -1)
    while slot >= 0, words[Int(slot)] != word { (slot, before) = (links[Int(slot)], slot) }
    guard slot >= 0 else { return nil }
    if before >= 0 { links[Int(before)] = links[Int(slot)] } else { heads[chain] = links[Int(slot)] }
    links[Int(slot)] = vacant
    vacant = slot
    count -= 1
    return Int(slot)
  }

  /// Twice as many chains. All slots are taken, since there were as many words as chains at most.
  private mutating func grow() {
    shift -= 1
    heads = [Int32](repeating: -1, count: 2 * heads.count)
    for slot in words.indices {
      let chain = chain(words[slot])
      links[slot] = heads[chain]
      heads[chain] = Int32(truncatingIfNeeded: slot)
    }
  }
}
