import Gradebook
import Testing

@Suite struct HeapViewPageTests {
  private func picture(_ plane: String?, _ said: [UInt64], _ right: [UInt64]) -> HeapViewPage.Picture {
    HeapViewPage.Picture(
      operation: 7, plane: plane, start: 0x1000, byteCount: 4096, cellBytes: 1024, said: said, right: right)
  }

  @Test func itIsWellFormedAndNeedsNothingButItself() throws {
    let page = HeapViewPage(
      title: "Heap view <&>",
      [
        .init(
          name: "cells", summary: "Small \"blocks\" & more.", remarks: [("1 of 2 pictures differ <", false)],
          groups: [
            [picture("live", [1, 2, 3, 4], [1, 2, 3, 5]), picture("heat", [], [0, .max, 1, 2])],
            [picture(nil, [0, 5, 5, 1], [0, 5, 5])], [],
          ]),
        .init(name: "pages", summary: "", remarks: [], groups: []),
      ])
    var scanner = MarkupScanner(page.text)
    let elements = try scanner.elements(allowsVoid: true)
    #expect(
      elements.allSatisfy { !["script", "img", "link", "iframe"].contains($0.name) && $0.attributes["src"] == nil })
    #expect(elements.filter { $0.name == "svg" }.count == 3)
    #expect(elements.contains { $0.name == "h4" && $0.text.hasPrefix("0x1000 up to 0x2000, 1 KiB a cell") })
    #expect(elements.contains { $0.name == "h4" && $0.text.hasPrefix("History of live bytes") })
    let marks = elements.filter { $0.name == "span" && ["✓", "✗"].contains($0.text) }.map(\.text)
    #expect(marks == ["✗", "✓"])
  }
}
