import Gradebook
import Testing
import Workloads

@Suite struct WinnowingTests {
  /// Words that are all different, but for chance.
  private static func words(_ count: Int, _ generator: inout SeededGenerator) -> [UInt64] {
    (0..<count).map { _ in generator.next() }
  }

  /// Of the paper's figure 2, where the hashes are given.
  @Test func thePapersExampleComesOut() {
    let hashes: [UInt64] = [77, 74, 42, 17, 98, 50, 17, 98, 8, 88, 67, 39, 77, 74, 42, 17, 98]
    let chosen = Winnowing(gram: 5, window: 4).chosen(of: hashes)
    #expect(chosen.map(\.hash) == [17, 17, 8, 39, 17])
    #expect(chosen.map(\.place) == [3, 6, 8, 11, 15])
  }

  @Test func ofEqualHashesOneAWindowIsChosen() {
    let chosen = Winnowing(gram: 2, window: 4).chosen(of: [UInt64](repeating: 7, count: 13))
    #expect(chosen.map(\.place) == [3, 7, 11])
  }

  @Test(arguments: [(1, 1), (5, 4), (24, 13)])
  func whatIsSharedIsFoundFromTheGuaranteeOn(gram: Int, window: Int) {
    let winnowing = Winnowing(gram: gram, window: window)
    var generator = SeededGenerator(seed: 7, purpose: "winnowing")
    for _ in 0..<200 {
      let shared = Self.words(winnowing.guarantee, &generator)
      let prints = (0..<2).map { _ in
        let (before, behind) = (Int(generator.next() % 60), Int(generator.next() % 60))
        let words = Self.words(before, &generator) + shared + Self.words(behind, &generator)
        return Set(winnowing.fingerprints(of: words).map(\.hash))
      }
      #expect(!prints[0].isDisjoint(with: prints[1]))
    }
  }

  @Test func whatIsShorterThanAGramIsNot() {
    let winnowing = Winnowing(gram: 8, window: 4)
    var generator = SeededGenerator(seed: 8, purpose: "winnowing")
    for _ in 0..<200 {
      let shared = Self.words(7, &generator)
      let prints = (0..<2).map { _ in
        Set(winnowing.fingerprints(of: Self.words(40, &generator) + shared + Self.words(40, &generator)).map(\.hash))
      }
      #expect(prints[0].isDisjoint(with: prints[1]))
    }
    #expect(winnowing.fingerprints(of: Self.words(7, &generator)).isEmpty)
    #expect(winnowing.fingerprints(of: Self.words(8, &generator)).count == 1)
  }

  @Test func twoOfEachWindowAndOneMoreAreChosen() {
    let winnowing = Winnowing.standard
    var generator = SeededGenerator(seed: 9, purpose: "winnowing")
    let count = winnowing.fingerprints(of: Self.words(70_000, &generator)).count
    #expect((9_500...10_500).contains(count))
    let places = winnowing.fingerprints(of: Self.words(1000, &generator)).map(\.place)
    let gaps = zip(places, places.dropFirst()).map { $1 - $0 }
    #expect(gaps.allSatisfy { (1...winnowing.window).contains($0) })
  }
}
