import AllocLab
import Lab2Solutions
import Testing

@Suite("The reference heap viewer")
struct GridViewerTests {
  private static let page: UInt64 = 4096

  private func grid(_ start: UInt64, _ byteCount: UInt64, _ cellBytes: UInt64) -> HeapGrid {
    HeapGrid(start: start, byteCount: byteCount, cellBytes: cellBytes)
  }

  /// What an event's result was, and whether all is sound after it.
  private func expect(_ result: Bool, _ isTaken: Bool, _ viewer: borrowing GridViewer, _ line: Int = #line) {
    let wrong = viewer.invariantViolations()
    #expect(result == isTaken && wrong == [], "line \(line): \(wrong)")
  }

  @Test("draws live bytes, metadata and what is free") func planes() {
    var viewer = GridViewer()
    expect(viewer.mapped(0x1000, byteCount: Self.page), true, viewer)
    expect(viewer.allocated(0x1010, size: 24, overhead: 16), true, viewer)
    expect(viewer.allocated(0x1030, size: 0, overhead: 8), true, viewer)
    let near = grid(0x1000, 64, 16)
    #expect(viewer.numbers(of: .live, in: near) == [0, 16, 8, 0])
    #expect(viewer.numbers(of: .metadata, in: near) == [16, 0, 8, 0])
    #expect(viewer.numbers(of: .free, in: near) == [0, 0, 0, 16])
    #expect(viewer.numbers(of: .live, in: grid(0x1014, 7, 3)) == [3, 3, 1])
    #expect(viewer.numbers(of: .metadata, in: grid(0x1000, 3, 1 << 48)) == [3])
    #expect(viewer.numbers(of: .free, in: grid(0, 1 << 48, 1 << 48)) == [4096 - 16 - 24 - 8])
    #expect(viewer.numbers(of: .live, in: grid(0x1010, 0, 1)) == [])
    #expect(viewer.numbers(of: .live, in: grid(0x5000, 10, 5)) == [0, 0])
  }

  @Test("refuses what cannot be") func refusals() {
    var viewer = GridViewer()
    expect(viewer.allocated(0x1000, size: 0, overhead: 0), false, viewer)
    expect(viewer.mapped(0x1001, byteCount: Self.page), false, viewer)
    expect(viewer.mapped(0x1000, byteCount: 100), false, viewer)
    expect(viewer.mapped(0, byteCount: 2 * Self.page), true, viewer)
    expect(viewer.mapped(Self.page, byteCount: Self.page), false, viewer)
    expect(viewer.allocated(8, size: 8, overhead: 16), false, viewer)
    expect(viewer.allocated(100, size: 8, overhead: 16), true, viewer)
    for (address, size, overhead) in [(100, 0, 0), (84, 0, 0), (80, 5, 0), (107, 1, 0), (120, 4, 13)]
      as [(UInt64, UInt64, UInt64)]
    {
      expect(viewer.allocated(address, size: size, overhead: overhead), false, viewer)
    }
    expect(viewer.allocated(80, size: 4, overhead: 4), true, viewer)
    expect(viewer.allocated(120, size: 4, overhead: 12), true, viewer)
    expect(viewer.freed(101), false, viewer)
    expect(viewer.unmapped(0, byteCount: Self.page), false, viewer)
    expect(viewer.unmapped(Self.page, byteCount: Self.page), true, viewer)
    expect(viewer.accessed(Self.page - 1, byteCount: 2), false, viewer)
    expect(viewer.accessed(Self.page, byteCount: 0), true, viewer)
    for address: UInt64 in [80, 100, 120] { expect(viewer.freed(address), true, viewer) }
    expect(viewer.unmapped(0, byteCount: Self.page), true, viewer)
  }

  @Test("moves blocks in one event") func moves() {
    var viewer = GridViewer()
    expect(viewer.mapped(0, byteCount: Self.page), true, viewer)
    expect(viewer.allocated(64, size: 100, overhead: 16), true, viewer)
    expect(viewer.allocated(300, size: 8, overhead: 0), true, viewer)
    viewer.tick()
    expect(viewer.moved(64, to: 72, size: 120), true, viewer)
    expect(viewer.moved(72, to: 200, size: 101), false, viewer)
    expect(viewer.moved(72, to: 200, size: 100), true, viewer)
    expect(viewer.moved(72, to: 20, size: 1), false, viewer)
    #expect(viewer.numbers(of: .metadata, in: grid(0, 400, 200)) == [16, 0])
    #expect(
      viewer.points() == [
        HistoryPoint(least: 0, greatest: 108, last: 108), HistoryPoint(least: 108, greatest: 128, last: 108),
      ])
  }

  @Test("has pages cool down by halves") func heat() {
    var viewer = GridViewer()
    expect(viewer.mapped(0, byteCount: 4 * Self.page), true, viewer)
    expect(viewer.accessed(Self.page - 1, byteCount: 2), true, viewer)
    expect(viewer.accessed(Self.page, byteCount: 1), true, viewer)
    let all = grid(0, 4 * Self.page, Self.page)
    #expect(viewer.numbers(of: .heat, in: all) == [65_536, 131_072, 0, 0])
    for _ in 0..<17 { viewer.tick() }
    #expect(viewer.numbers(of: .heat, in: all) == [0, 1, 0, 0])
    #expect(viewer.numbers(of: .heat, in: grid(0, 4 * Self.page, 3 * Self.page)) == [1, 0])
    for _ in 0..<47 { viewer.tick() }
    #expect(viewer.numbers(of: .heat, in: all) == [0, 0, 0, 0])
    #expect(
      viewer.numbers(of: .touched, in: grid(100, 3 * Self.page, Self.page)) == [4096, 3996, 0].map { UInt64($0) })
    expect(viewer.unmapped(0, byteCount: Self.page), true, viewer)
    expect(viewer.mapped(0, byteCount: Self.page), true, viewer)
    #expect(viewer.numbers(of: .touched, in: all) == [0, 4096, 0, 0])
  }

  @Test("keeps peaks in 64 points") func history() {
    var viewer = GridViewer()
    expect(viewer.mapped(0, byteCount: Self.page), true, viewer)
    for interval in 0..<1000 {
      if interval == 777 {
        expect(viewer.allocated(0, size: 4096, overhead: 0), true, viewer)
        expect(viewer.freed(0), true, viewer)
      }
      viewer.tick()
      let points = viewer.points()
      #expect(points.count <= 64 && points.count > (interval < 32 ? 0 : 32))
      #expect(points.map(\.greatest).max() == (interval >= 777 ? 4096 : 0))
      #expect(viewer.invariantViolations() == [])
    }
    // 1,001 intervals, 16 a point.
    #expect(viewer.points().count == 63)
    #expect(viewer.points().firstIndex { $0.greatest > 0 } == 777 / 16)
  }

  @Test("stays sound whatever happens", arguments: 1...20) func random(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var viewer = GridViewer()
    var addresses: [UInt64] = []
    for step in 0..<2000 {
      let place = UInt64.random(in: 0..<40_000, using: &generator)
      let size = UInt64.random(in: 0..<200, using: &generator)
      switch Int.random(in: 0..<8, using: &generator) {
      case 0: _ = viewer.mapped(place & ~4095, byteCount: (size & 3) << 12)
      case 1 where step % 4 == 0: _ = viewer.unmapped(place & ~4095, byteCount: (size & 3) << 12)
      case 2...4: if viewer.allocated(place, size: size, overhead: size % 20) { addresses.append(place) }
      case 5: if let address = addresses.popLast() { _ = viewer.freed(address) }
      case 6:
        if let address = addresses.popLast() {
          addresses.append(viewer.moved(address, to: place, size: size) ? place : address)
        }
      default:
        _ = viewer.accessed(place, byteCount: size)
        viewer.tick()
      }
      guard step % 20 == 0 else { continue }
      #expect(viewer.invariantViolations() == [])
      // The three kinds of memory add up to what is mapped, however the heap is cut.
      for cell: UInt64 in [1000, 4096, 1 << 20] {
        let all = grid(0, 1 << 16, cell)
        let sums = [HeapPlane.live, .metadata, .free].map { viewer.numbers(of: $0, in: all)?.reduce(0, +) ?? .max }
        #expect(sums.reduce(0, +) % 4096 == 0)
        #expect(viewer.points().last?.last == sums[0])
      }
    }
  }
}
