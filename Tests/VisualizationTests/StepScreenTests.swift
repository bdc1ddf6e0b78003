import Testing
import Visualization

@Suite struct StepScreenTests {
  private func view(at index: Int, of count: Int, failure: Int? = nil, hasMap: Bool = true) -> StepView {
    let rows = (0..<count).map {
      StepView.Row(index: $0, operation: "b\($0) = allocate(\($0 * 7))", outcome: "0x00\($0)0")
    }
    var view = StepView(title: "pool · churn", rows: rows, index: index, range: 0..<count)
    view.failure = failure
    if hasMap {
      view.figures = "live: 1 block, 40 bytes"
      let block = HeapMap.Block(bytes: 0..<40, name: "b0", tint: 0)
      view.map = HeapMap(
        before: .init(end: 4096, blocks: []), after: .init(end: 4096, blocks: [block], subject: 0..<40))
    }
    if index == failure {
      view.remarks = [
        StepView.Remark(
          title: "overlap", text: ["b2 = allocate(14) → 0x0020 overlaps b1", "evidence"], isVerdict: true),
        StepView.Remark(title: "invariantViolations() says:", text: ["the list has a cycle"], isVerdict: false),
      ]
    }
    return view
  }

  private func lines(_ view: StepView, _ columns: Int, _ rows: Int, pressing keys: [Key] = []) -> [String] {
    var navigation = StepNavigation(range: view.range, failure: view.failure, start: view.index)
    for key in keys { _ = navigation.press(key) { _, _ in nil } }
    return StepScreen(view: view, navigation: navigation).lines(columns: columns, rows: rows).map(\.plain)
  }

  @Test(
    arguments: [
      (1, 1), (19, 24), (20, 4), (24, 8), (40, 10), (40, 24), (80, 5), (80, 24), (100, 30), (200, 60), (300, 100),
    ])
  func thereAreAsManyLinesAsTheTerminalHas(size: (Int, Int)) {
    for (index, count) in [(0, 1), (2, 3), (50, 101), (100, 101)] {
      for hasMap in [true, false] {
        for failure in [nil, index, count - 1] {
          let view = view(at: index, of: count, failure: failure, hasMap: hasMap)
          for keys in [[], [Key.character("?")], [.character("g"), .character("1")]] {
            let lines = lines(view, size.0, size.1, pressing: keys)
            #expect(lines.count == size.1, "\(size) \(lines)")
          }
        }
      }
    }
  }

  @Test func theOperationIsMarkedAmongItsNeighbours() {
    let shown = lines(view(at: 50, of: 101), 80, 24)
    #expect(shown[0] == "operation 50 of 0 … 100  pool · churn")
    let place = shown.firstIndex { $0.hasPrefix("▶  50  b50 = allocate(350) → 0x00500") }
    #expect(place == 3, "\(shown)")
    #expect(shown[2].hasPrefix("   49  b49"))
    #expect(shown[4].hasPrefix("   51  b51"))
  }

  @Test func theVerdictIsToldWhereItBelongs() {
    let shown = lines(view(at: 2, of: 3, failure: 2), 80, 24)
    #expect(shown.contains("▶ 2  b2 = allocate(14) → 0x0020  ✗"), "\(shown)")
    let place = shown.firstIndex(of: "✗ overlap")
    #expect(place.map { shown[$0 + 1] } == "  b2 = allocate(14) → 0x0020 overlaps b1")
    #expect(shown.contains("! invariantViolations() says:"))
    #expect(!shown.contains { $0.contains("press v") })
    let before = lines(view(at: 0, of: 3, failure: 2), 80, 24)
    #expect(before.last?.hasPrefix("✗ at 2: press v") == true)
    #expect(!before.contains("✗ overlap"))
  }

  @Test func aSmallTerminalTellsTheVerdictAndLeavesTheMapOut() {
    let shown = lines(view(at: 2, of: 3, failure: 2), 60, 9)
    #expect(shown.contains("  b2 = allocate(14) → 0x0020 overlaps b1"), "\(shown)")
    #expect(shown.contains { $0.hasPrefix("▶ 2") })
    #expect(!shown.contains { $0.hasPrefix("0x0000") })
    #expect(lines(view(at: 2, of: 3), 19, 24)[0] == "too small")
  }

  @Test func theOutcomeIsSeenWhereTheOperationDoesNotFit() {
    let shown = lines(view(at: 50, of: 101, failure: 50), 34, 24)
    #expect(shown.contains("▶  50  b50 = allocat… → 0x00500  ✗"), "\(shown)")
  }

  @Test func questionsAndAnswersStandAtTheFoot() {
    let view = view(at: 0, of: 100)
    #expect(lines(view, 80, 24, pressing: [.character("g"), .character("4")]).last == "go to operation: 4▏")
    #expect(lines(view, 80, 24, pressing: [.left]).last == "this is the first operation")
    #expect(lines(view, 80, 24, pressing: [.character("?")]).last == "any key: back")
  }

  @Test func aReplayWithoutOperationsIsToldInWords() {
    var view = StepView(title: "pool · empty", rows: [], index: 0, range: 0..<0)
    #expect(lines(view, 80, 24)[0] == "no operations  pool · empty")
    #expect(lines(view, 80, 24)[1] == "nothing was performed")
    view.remarks = [StepView.Remark(title: "crash", text: ["during init"], isVerdict: true)]
    #expect(lines(view, 80, 24).contains("  during init"))
  }

  @Test func listings() {
    let short = StepListing.lines(view(at: 1, of: 3), withMap: true).map(\.plain)
    #expect(short[0] == "1  b1 = allocate(7)                   → 0x0010")
    #expect(short.contains { $0.hasPrefix("    0x0000 ") })
    #expect(short.last == "")
    let long = StepListing.lines(view(at: 1, of: 3), withMap: false).map(\.plain)
    #expect(long == ["1  b1 = allocate(7)                   → 0x0010"])
    let wrong = StepListing.lines(view(at: 2, of: 3, failure: 2), withMap: false).map(\.plain)
    #expect(wrong[0].hasSuffix("  ✗"))
    #expect(wrong.contains("    ✗ overlap"))
  }
}
