import Examining
import Testing

@Suite struct ClosestMatchTests {
  static let names = ["pool", "slab", "buddy", "comparison", "page-replacement", "arena", "Pin"]

  @Test(arguments: [
    ("pol", "pool"), ("poool", "pool"), ("opol", "pool"), ("pooh", "pool"), ("POOL", "pool"), ("budyd", "buddy"),
    ("comparisson", "comparison"), ("page", "page-replacement"), ("page_replacment", "page-replacement"),
    ("pin", "Pin"), ("arenas", "arena"), ("com", "comparison"),
  ])
  func slipsAreForgiven(word: String, meant: String) {
    #expect(closestMatch(to: word, in: Self.names) == meant)
  }

  @Test(arguments: [
    "", "x", "po", "pi", "tree", "completely-different", "loop", String(repeating: "a", count: 100_000),
  ])
  func farWordsMatchNothing(word: String) {
    #expect(closestMatch(to: word, in: Self.names) == nil)
  }

  @Test func theNearestThenTheFirstWins() {
    #expect(closestMatch(to: "lists", in: ["lifts", "listed", "list"]) == "lifts")
    #expect(closestMatch(to: "listen", in: ["lists", "listens"]) == "listens")
    #expect(closestMatch(to: "pag", in: ["page-table", "page-replacement"]) == nil)
    #expect(closestMatch(to: "same", in: ["same"]) == nil)
  }

  @Test(arguments: [
    ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("kitten", "sitting", 3), ("ab", "ba", 1), ("ca", "abc", 3),
    ("abcd", "acbd", 1), ("same", "same", 0),
  ])
  func distancesAreKnown(from: String, to: String, distance: Int) {
    #expect(editDistance(Array(from), Array(to)) == distance)
    #expect(editDistance(Array(to), Array(from)) == distance)
  }
}
