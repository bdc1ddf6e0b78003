import Testing
import Visualization

@Suite struct CellPictureTests {
  private func picture(_ said: [UInt64], _ right: [UInt64]) -> CellPicture {
    CellPicture(plane: "live", said: said, right: right, start: 0x1000, cellBytes: 16, isShare: true)
  }

  private func count(_ text: String, _ part: String) -> Int { text.ranges(of: part).count }

  @Test func whatDiffersIsOutlinedInBoth() {
    let picture = picture([16, 3, 0, 0], [16, 4, 0, 0])
    #expect(picture.differences == [1])
    let svg = picture.svg()
    // One in each, and one in the legend.
    #expect(count(svg, "class=\"differs\"") == 3)
    #expect(count(svg, "class=\"halo\"") == 2)
    #expect(svg.contains("<title>cell 1 at 0x1010: 3, right is 4</title>"))
    #expect(svg.contains("<title>cells 2 to 3 at 0x1020: 0</title>"))
  }

  @Test func rightPicturesHaveNoOutlines() {
    let svg = picture([16, 4], [16, 4]).svg()
    #expect(!svg.contains("differs"))
    #expect(count(svg, "<title>") == 4)
  }

  @Test func cellsThatOnlyOneHasDiffer() {
    #expect(picture([], [1, 2]).differences == [0, 1])
    #expect(count(picture([], [1, 2]).svg(), "differs missing") == 2)
    #expect(picture([1, 2, 3], [1]).differences == [1, 2])
    #expect(picture([1, 2, 3], [1]).svg().contains("there is no such cell"))
    #expect(picture([], []).svg().contains("<svg"))
  }

  @Test func anyNumbersAreDrawn() {
    let odd: [UInt64] = [0, 1, 1 << 63, .max, .max - 1]
    let right: [UInt64] = [0, 0, 0, 0, 0]
    for (said, right) in [(odd, right), (right, odd), (odd, odd)] {
      #expect(picture(said, right).svg().hasSuffix("</svg>\n\n") || picture(said, right).svg().contains("</svg>"))
    }
    let far = CellPicture(
      plane: "heat", said: odd, right: odd, start: .max - 3, cellBytes: .max, isShare: false)
    #expect(far.svg().contains("</svg>"))
  }

  @Test func historiesMarkWhatDiffers() {
    let points = [BandChart.Point(least: 0, greatest: 9, last: 4), BandChart.Point(least: 4, greatest: 4, last: 4)]
    #expect(!BandChart(said: points, right: points).svg().contains("differs"))
    let other = [points[0], BandChart.Point(least: 4, greatest: .max, last: 4)]
    #expect(count(BandChart(said: other, right: points).svg(), "class=\"differs\"") == 2)
    #expect(count(BandChart(said: [], right: points).svg(), "class=\"differs\"") == 2)
    #expect(BandChart(said: [], right: []).svg().contains("</svg>"))
  }
}
