import Examining
import Exercises
import Gradebook
import Grading
import Judging
import Testing

/// Pages are well-formed and need nothing but themselves, whatever students call themselves and write.
@Suite struct PageTests {
  private func elements(_ text: String) throws -> [MarkupScanner.Element] {
    var scanner = MarkupScanner(text)
    return try scanner.elements(allowsVoid: true)
  }

  private func standsAlone(_ elements: [MarkupScanner.Element]) -> Bool {
    elements.allSatisfy { element in
      !["script", "img", "link", "iframe", "object", "form"].contains(element.name)
        && element.attributes.allSatisfy { name, value in
          !name.hasPrefix("on") && name != "src" && (name != "href" || value.hasPrefix("#"))
        }
    }
  }

  @Test func aStudentsPageShowsWhatIsWrongAndNothingHidden() throws {
    let result = try ResultExportTests.graded()
    let text = ReportPage(result, .all).text
    let elements = try elements(text)
    #expect(standsAlone(elements))
    #expect(!text.contains("TOPSECRET") && !text.contains("\u{1b}") && !text.contains("<script"))
    // The trace, the three blocks of its heap, of which one is what it is about, and what to try.
    #expect(elements.contains { $0.name == "pre" && $0.text.hasPrefix("a = allocate()\n") })
    let blocks = elements.filter { $0.name == "rect" && ["block", "subject"].contains($0.attributes["class"]) }
    #expect(blocks.map { $0.attributes["class"] } == ["block", "subject", "block"])
    // What overlaps lies in another lane.
    #expect(blocks[0].attributes["y"] != blocks[1].attributes["y"])
    #expect(elements.contains { $0.name == "pre" && $0.text.contains("alloclab replay pool t.trace --step") })
    #expect(elements.contains { $0.name == "p" && $0.text == "6.3 of 15 points" })
  }

  @Test func anInstructorsPageTellsWhatIsHidden() throws {
    let result = try ResultExportTests.graded()
    let text = ReportPage(result, result.full, .all).text
    #expect(text.contains("TOPSECRET"))
    let elements = try elements(text)
    #expect(standsAlone(elements))
  }

  @Test func whoHasNoReportHasAPage() throws {
    for (result, what) in [
      (ResultExportTests.absent, "nothing handed in"), (ResultExportTests.failed, "the grader failed"),
    ] {
      let text = ReportPage(result, .all).text
      let elements = try elements(text)
      #expect(text.contains(what) && standsAlone(elements))
    }
  }

  @Test func theClassIsToldOnOnePage() throws {
    let report = try ResultExportTests.report()
    var standings = (0..<20).map { Standing(student: "s\($0)", name: ResultExportTests.hostile, result: 1) }
    for place in standings.indices {
      (standings[place].points, standings[place].maximum) = (Double(place), 20)
    }
    standings.append(Standing(student: "absent"))
    let text = ClassPage(standings, [report], nil).text
    let elements = try elements(text)
    #expect(standsAlone(elements))
    #expect(elements.contains { $0.text == "20 graded of 21" })
    // Two students in each tenth.
    let columns = elements.filter { $0.name == "rect" && $0.attributes["class"] == "column" }
    #expect(columns.count == 10 && Set(columns.map { $0.attributes["height"] }) == ["160"])
    #expect(elements.filter { $0.name == "tr" }.count > 21)
    let empty = ClassPage([], [], nil).text
    #expect(empty.contains("0 graded of 0"))
  }
}
