import Testing
import Visualization

@Suite struct StepNavigationTests {
  /// Presses keys; operations that are multiples of a hundred are about anything.
  @discardableResult
  private func press(_ keys: [Key], _ navigation: inout StepNavigation) -> StepNavigation.Action {
    var last = StepNavigation.Action.show
    for key in keys {
      last = navigation.press(key) { text, from in
        text == "nowhere" ? nil : (from..<1000).first { $0 % 100 == 0 }
      }
    }
    return last
  }

  private func typed(_ text: String) -> [Key] { text.map { .character($0) } + [.enter] }

  @Test func shortWalksBeginAtTheBeginningAndLongOnesWhereItWentWrong() {
    #expect(StepNavigation(range: 0..<20, failure: 19).index == 0)
    #expect(StepNavigation(range: 0..<21, failure: 20).index == 20)
    #expect(StepNavigation(range: 500..<1000, failure: nil).index == 500)
    #expect(StepNavigation(range: 0..<0, failure: nil).index == 0)
  }

  @Test func everyKeyMovesAsFarAsItSays() {
    var navigation = StepNavigation(range: 0..<1000, failure: 700, start: 0)
    let moves: [(Key, Int)] = [
      (.right, 1), (.character("n"), 2), (.character(" "), 3), (.left, 2), (.character("p"), 1), (.down, 2), (.up, 1),
      (.pageDown, 11), (.character(">"), 111), (.pageUp, 101), (.character("<"), 1), (.end, 999), (.home, 0),
      (.character("v"), 700),
    ]
    for (key, index) in moves {
      #expect(press([key], &navigation) == .show)
      #expect(navigation.index == index, "\(key)")
    }
  }

  @Test func noKeyLeavesTheRange() {
    var navigation = StepNavigation(range: 10..<15, failure: nil)
    press([.left], &navigation)
    #expect(navigation.index == 10)
    #expect(navigation.message == "this is the first operation")
    press([.character(">")], &navigation)
    #expect(navigation.index == 14)
    #expect(navigation.message == nil)
    press([.right], &navigation)
    #expect(navigation.message == "this is the last operation")
    press([.character("v")], &navigation)
    #expect(navigation.message == "nothing went wrong")
    var empty = StepNavigation(range: 0..<0, failure: nil)
    press([.right, .end, .home, .pageDown, .character("g")] + typed("5") + [.left], &empty)
    #expect(empty.index == 0)
  }

  @Test func jumps() {
    var navigation = StepNavigation(range: 0..<1000, failure: nil)
    press([.character("g")] + typed("345"), &navigation)
    #expect(navigation.index == 345)
    press([.character("g"), .character("9"), .backspace] + typed("12"), &navigation)
    #expect(navigation.index == 12)
    press([.character("g"), .character("9"), .escape], &navigation)
    #expect(navigation.index == 12 && navigation.prompt == nil)
    press([.character("g")] + typed("5000"), &navigation)
    #expect(navigation.index == 999)
    #expect(navigation.message == "operations 0 … 999 can be seen")
    press([.character("g")] + typed("b7"), &navigation)
    #expect(navigation.message == "'b7' is no number")
    press([.character("g")] + typed("99999999999999999999"), &navigation)
    #expect(navigation.index == 999)
  }

  @Test func searchesGoOnAndRound() {
    var navigation = StepNavigation(range: 0..<1000, failure: nil, start: 0)
    press([.character("/")] + typed("b1"), &navigation)
    #expect(navigation.index == 100)
    press([.character("/"), .enter], &navigation)
    #expect(navigation.index == 200)
    press([.end, .character("/"), .enter], &navigation)
    #expect(navigation.index == 0)
    #expect(navigation.message == "from the beginning again")
    press([.character("/")] + typed("nowhere"), &navigation)
    #expect(navigation.message == "'nowhere' is nowhere")
  }

  @Test func endings() {
    var navigation = StepNavigation(range: 0..<10, failure: nil)
    #expect(press([.character("q")], &navigation) == .quit)
    #expect(press([.interrupt], &navigation) == .interrupt)
    #expect(press([.suspend], &navigation) == .suspend)
    // In an answer, letters are letters; Ctrl-C is what it always is.
    #expect(press([.character("/"), .character("q")], &navigation) == .show)
    #expect(navigation.prompt?.text == "q")
    #expect(press([.interrupt], &navigation) == .interrupt)
    press([.escape, .character("?")], &navigation)
    #expect(navigation.showsHelp)
    press([.right], &navigation)
    #expect(!navigation.showsHelp && navigation.index == 0)
  }

  @Test func zooming() {
    var navigation = StepNavigation(range: 0..<10, failure: nil)
    press([.character("+"), .character("="), .character("-")], &navigation)
    #expect(navigation.zoom == 1)
    press(Array(repeating: .character("-"), count: 100), &navigation)
    #expect(navigation.zoom == -40)
    press([.character("0")], &navigation)
    #expect(navigation.zoom == 0)
  }
}
