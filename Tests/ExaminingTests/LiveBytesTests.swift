import Examining
import Testing
import Workloads

@Suite struct LiveBytesTests {
  /// Random blocks against a set of byte numbers, in a space of a few words.
  /// Also around the border of two chunks of an address space.
  @Test(arguments: [UInt64(1), 2, 3], [nil, (1 << 46) + (1 << 20) - 256]) func agreesWithASetOfBytes(
    seed: UInt64, origin: Int?
  ) {
    var generator = SeededGenerator(seed: seed)
    var bytes = origin == nil ? LiveBytes(byteCount: 512) : .inAddressSpace
    let origin = origin ?? 0
    var naive: Set<Int> = []
    var blocks: [Range<Int>] = []
    for _ in 0..<4000 {
      if !blocks.isEmpty, generator.oneIn(2) {
        let block = blocks.remove(at: generator.below(blocks.count))
        bytes.remove(origin + block.lowerBound, block.count)
        naive.subtract(block)
      } else {
        let start = generator.below(512)
        let block = start..<min(512, start + generator.logarithmic(1...300))
        let isFree = naive.isDisjoint(with: block)
        #expect(bytes.insert(origin + block.lowerBound, block.count) == isFree, "\(block)")
        if isFree {
          naive.formUnion(block)
          blocks.append(block)
        }
      }
      let start = generator.below(512)
      let count = generator.oneIn(2) ? generator.below(512 - start) : min(512 - start, generator.below(40))
      #expect(
        bytes.isFree(origin + start, count) == naive.isDisjoint(with: start..<start + count), "\(start), \(count)")
    }
  }

  /// Blocks over many chunks, few of them at a time, so that empty ones are forgotten.
  @Test func anAddressSpaceIsVast() {
    var bytes = LiveBytes.inAddressSpace
    var live: [Int] = []
    for number in 0..<20_000 {
      let start = (number &* 7_919 % 30_000) << 20 | number % 977 << 3
      #expect(bytes.insert(start, 40) == true)
      #expect(bytes.insert(start + 39, 8) == false)
      live.append(start)
      if live.count > 100 { bytes.remove(live.removeFirst(), 40) }
    }
    #expect(bytes.insert(1 << 45, 100 << 20) == true)
    #expect(bytes.insert((1 << 45) + (50 << 20), 1) == false)
    // A block of which only the end is taken marks nothing.
    #expect(bytes.insert((1 << 45) - (3 << 20), (3 << 20) + 1) == false)
    #expect(bytes.insert((1 << 45) - (3 << 20), 3 << 20) == true)
    #expect(!bytes.isScattered)
  }
}
