import Testing
import Visualization

@Suite struct HeapMapTests {
  private func block(_ slot: Int, _ bytes: Range<Int>) -> HeapMap.Block {
    HeapMap.Block(bytes: bytes, name: "b\(slot)", tint: slot)
  }

  private func lines(_ map: HeapMap, width: Int = 90, height: Int = 20) -> [String] {
    map.lines(width: width, height: height).map(\.plain)
  }

  @Test func aNewBlockIsNamedAndSetOffInWhatGrew() {
    let map = HeapMap(
      before: .init(end: 16, blocks: [block(0, 0..<16)]),
      after: .init(end: 64, blocks: [block(0, 0..<16), block(1, 16..<40)], subject: 16..<40))
    #expect(
      lines(map) == [
        "       before                             after",
        "0x0000 b0▓▓▓▓▓▓▓▓▓▓▓▓▓▓                   b0▓▓▓▓▓▓▓▓▓▓▓▓▓▓b1██████████████",
        "0x0020                                    ████████++++++++++++++++++++++++",
        "1 cell = 1 byte  █ this block  ▓▒▚ live  + new heap",
      ])
  }

  @Test func aBlockThatEndsIsGivenBack() {
    let map = HeapMap(
      before: .init(end: 32, blocks: [block(0, 0..<8), block(1, 8..<20)], subject: 8..<20),
      after: .init(end: 32, blocks: [block(0, 0..<8)]))
    #expect(lines(map)[1] == "0x0000 b0▓▓▓▓▓▓b1██████████············   b0▓▓▓▓▓▓○○○○○○○○○○○○············")
    #expect(lines(map).last == "1 cell = 1 byte  █ this block  ▓▒▚ live  ○ given back  · free")
  }

  @Test func whatIsWrongIsInFrontOfAllElse() {
    let map = HeapMap(
      before: .init(end: 32, blocks: [block(0, 0..<16)]),
      after: .init(end: 32, blocks: [block(0, 0..<16), block(1, 10..<24)], subject: 10..<24, faults: [10..<16]))
    #expect(lines(map)[1].hasSuffix("b0▓▓▓▓▓▓▓▓✗✗✗✗✗✗████████········"))
  }

  @Test func whatLiesBeyondTheHeapIsShown() {
    let map = HeapMap(
      before: .init(end: 32, blocks: []),
      after: .init(end: 32, blocks: [block(0, 24..<48)], subject: 24..<48, faults: [32..<48]))
    #expect(lines(map)[1].hasSuffix("························b0██████"))
    #expect(lines(map)[2] == "0x0020                                    ✗✗✗✗✗✗✗✗✗✗✗✗✗✗✗✗")
    // What lies in another world is not; nor does it trap.
    let far = HeapMap(
      before: .init(end: 32, blocks: []),
      after: .init(
        end: 32, blocks: [block(0, 1 << 40..<Int.max)], subject: 1 << 40..<Int.max, faults: [1 << 40..<Int.max]))
    #expect(lines(far).count == 3)
  }

  @Test func neighboursNeverHaveTheSameShade() {
    // All of one tint: only their places can tell them apart.
    let blocks = (0..<32).map { HeapMap.Block(bytes: $0 * 1..<$0 + 1, name: "b", tint: 3) }
    let moment = HeapMap.Moment(end: 32, blocks: blocks)
    let row = Array(lines(HeapMap(before: moment, after: moment))[1].dropFirst(7).prefix(32))
    #expect(zip(row, row.dropFirst()).allSatisfy { $0 != $1 }, "\(String(row))")
  }

  @Test func theScaleIsTheLeastThatFits() {
    let moment = HeapMap.Moment(end: 4096, blocks: [block(0, 0..<2048)])
    let map = HeapMap(before: moment, after: moment)
    // 32 cells a row, and ten rows: sixteen bytes a cell make eight.
    let shown = lines(map, width: 90, height: 13)
    #expect(shown.last?.hasPrefix("1 cell = 16 bytes") == true)
    #expect(shown.count == 10)
    #expect(shown[8].hasPrefix("0x0e00 "))
  }

  @Test func aSmallBlockOfALargeHeapIsLookedAtFromNearBy() {
    let place = 0x12340
    let after = HeapMap.Moment(end: 1 << 20, blocks: [block(7, place..<place + 32)], subject: place..<place + 32)
    var map = HeapMap(before: .init(end: 1 << 20, blocks: []), after: after)
    let shown = lines(map)
    #expect(shown.contains { $0.contains("b7██") }, "\(shown)")
    let whole = shown.first { $0.hasPrefix("whole") }
    #expect(whole?.contains("[") == true && whole?.contains("]") == true)
    #expect(shown.last?.hasPrefix("1 cell = 8 bytes") == true)
    map.zoom = -1
    #expect(lines(map).last?.hasPrefix("1 cell = 16 bytes") == true)
    map.zoom = -40
    #expect(!lines(map).contains { $0.hasPrefix("whole") })
    map.zoom = 40
    #expect(lines(map).last?.hasPrefix("1 cell = 1 byte ") == true)
  }

  @Test func theWindowStandsStillForPlacesNearBy() {
    let starts = stride(from: 0x8000, to: 0x8100, by: 0x20).map { place in
      let after = HeapMap.Moment(end: 1 << 20, blocks: [block(0, place..<place + 32)], subject: place..<place + 32)
      return String(lines(HeapMap(before: .init(end: 1 << 20, blocks: []), after: after))[1].prefix(8))
    }
    #expect(Set(starts).count <= 2, "\(starts)")
  }

  @Test(arguments: [9, 14, 23, 39, 40, 79, 80, 100, 200], [0, 1, 4, 7, 12, 40])
  func itKeepsToItsRoom(width: Int, height: Int) {
    for end in [1, 100, 65_520, 34_603_008] {
      let blocks = (0..<50).map { block($0, $0 * end / 50..<max($0 * end / 50 + 1, ($0 + 1) * end / 60)) }
      for subject in [nil, 0..<1, end - 1..<end, end / 2..<end / 2 + 40] {
        let map = HeapMap(
          before: .init(end: end / 2, blocks: []),
          after: .init(end: end, blocks: blocks, subject: subject, faults: subject.map { [$0] } ?? []))
        let lines = map.lines(width: width, height: height)
        #expect(lines.count <= height, "\(end) \(lines.map(\.plain))")
        if width >= 40 { #expect(lines.allSatisfy { $0.count <= width }, "\(end) \(lines.map(\.plain))") }
      }
    }
  }

  @Test func rowsWithoutAnythingAreLeftOutOfATerseMap() {
    let map = HeapMap(
      before: .init(end: 128, blocks: [block(0, 0..<8)]),
      after: .init(end: 128, blocks: [block(0, 0..<8), block(1, 96..<104)], subject: 96..<104))
    var terse = map
    terse.isTerse = true
    #expect(lines(map).count == 6)
    #expect(lines(terse).dropFirst(2).first == "…")
    #expect(lines(terse).count == 5)
  }

  @Test func anEmptyHeapIsToldInWords() {
    let map = HeapMap(before: .init(end: 0, blocks: []), after: .init(end: 0, blocks: []))
    #expect(lines(map) == ["the heap is still empty"])
  }
}
