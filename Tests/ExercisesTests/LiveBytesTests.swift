import Exercises
import Testing
import Workloads

@Suite struct LiveBytesTests {
  /// Random blocks against a set of byte numbers, in a space of a few words.
  @Test(arguments: [UInt64(1), 2, 3]) func agreesWithASetOfBytes(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var bytes = LiveBytes(byteCount: 512)
    var naive: Set<Int> = []
    var blocks: [Range<Int>] = []
    for _ in 0..<4000 {
      if !blocks.isEmpty, generator.oneIn(2) {
        let block = blocks.remove(at: generator.below(blocks.count))
        bytes.remove(block.lowerBound, block.count)
        naive.subtract(block)
      } else {
        let start = generator.below(512)
        let block = start..<min(512, start + generator.logarithmic(1...300))
        let isFree = naive.isDisjoint(with: block)
        #expect(bytes.insert(block.lowerBound, block.count) == isFree, "\(block)")
        if isFree {
          naive.formUnion(block)
          blocks.append(block)
        }
      }
      let word = generator.below(8)
      let count = generator.pick(0...8 - word)
      #expect(bytes.isFree(word * 64, count * 64) == naive.isDisjoint(with: word * 64..<(word + count) * 64))
    }
  }
}
