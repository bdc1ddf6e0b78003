import AllocLab
import Lab2Solutions
import Testing

@Suite("The reference leak detector")
struct LeakFinderTests {
  /// Blocks of some words at multiples of 64 bytes, by what they hold; and roots.
  private func image(_ blocks: [[UInt64]], registers: [UInt64] = [], globals: [UInt64] = []) -> HeapImageMemory {
    var words: [UInt64] = []
    for block in blocks { words += block + Array(repeating: 0, count: 8 - block.count) }
    return HeapImageMemory(
      blocks: blocks.indices.map {
        HeapImage.Block(address: address($0), size: 8 * blocks[$0].count, site: UInt64($0))
      },
      regions: [
        (HeapImage.Region(start: address(0), byteCount: 8 * words.count, kind: .heap), words),
        (HeapImage.Region(start: 0x9000, byteCount: 8 * globals.count, kind: .globals), globals),
      ], registers: registers)
  }

  private func address(_ block: Int) -> UInt64 { 0x1000 + 64 * UInt64(block) }

  private func categories(_ memory: borrowing HeapImageMemory) -> [LeakCategory]? {
    var finder = LeakFinder(image: memory.image)
    #expect(finder.invariantViolations() == [])
    return memory.categories(of: &finder)
  }

  @Test("tells the manual's nine cases apart") func manual() {
    // Root → A → B, as start and as inner pointers, and without a root; the last block is what the first points to.
    let memory = image(
      [
        [0], [address(0)], [address(0) + 4], [0], [address(3)], [0], [address(5)], [0], [address(7) + 1],
      ],
      registers: [address(1), address(4) + 8 - 1], globals: [0, address(8)])
    #expect(
      categories(memory) == [
        .reachable, .reachable, .definite, .possible, .possible, .indirect, .definite, .possible, .reachable,
      ])
  }

  @Test("has a circle stand for itself, unless its head is led to") func circles() {
    #expect(categories(image([[address(1)], [address(0)]])) == [.definite, .indirect])
    #expect(categories(image([[address(1)], [address(0)], [address(0)]])) == [.indirect, .indirect, .definite])
    // Led to where its head is not.
    #expect(categories(image([[address(1)], [address(0)], [address(1)]])) == [.definite, .indirect, .definite])
    #expect(categories(image([[address(1)], [address(2)], [address(1)]])) == [.definite, .indirect, .indirect])
    #expect(categories(image([[address(0)]])) == [.definite])
  }

  @Test("makes possible blocks reachable once a start pointer leads there, with what they lead to") func upgrades() {
    let memory = image([[0], [address(0)], [address(1)], [address(1) + 4]], registers: [address(3), address(2)])
    #expect(categories(memory) == [.reachable, .reachable, .reachable, .reachable])
    let other = image([[0], [address(0)], [address(1)], [address(1) + 4]], registers: [address(3), address(2) + 1])
    #expect(categories(other) == [.possible, .possible, .possible, .reachable])
  }

  @Test("has records by category and site, and what heads took over") func records() {
    let memory = image([[0], [address(0)], [address(1)], [0, 0]], registers: [address(3)])
    var finder = LeakFinder(image: memory.image)
    #expect(
      memory.records(of: &finder) == [
        LeakRecord(category: .definite, site: 2, total: LeakTotal(blocks: 1, bytes: 8), indirectBytes: 16),
        LeakRecord(category: .indirect, site: 0, total: LeakTotal(blocks: 1, bytes: 8)),
        LeakRecord(category: .indirect, site: 1, total: LeakTotal(blocks: 1, bytes: 8)),
        LeakRecord(category: .reachable, site: 3, total: LeakTotal(blocks: 1, bytes: 16)),
      ])
    #expect(finder.total(.indirect) == LeakTotal(blocks: 2, bytes: 16))
    #expect(finder.total(.possible) == LeakTotal())
  }

  @Test("bears images without blocks, roots or regions, and any words") func nothing() {
    let memory = HeapImageMemory(blocks: [], regions: [], registers: [0, .max, 1 << 63])
    #expect(categories(memory) == [])
    #expect(categories(image([[.max, .max - 7, 1 << 63, 1]], registers: [.max, 0xfff, 0x1020])) == [.definite])
  }

  @Test("stays sound on random graphs", arguments: 1...40) func random(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let count = Int.random(in: 1...60, using: &generator)
    func pointer(_ generator: inout SeededGenerator) -> UInt64 {
      let start = address(Int.random(in: 0..<count, using: &generator))
      return Bool.random(using: &generator) ? start : start + UInt64.random(in: 0...70, using: &generator)
    }
    let blocks = (0..<count).map { _ in
      (0..<Int.random(in: 1...4, using: &generator)).map { _ in
        Int.random(in: 0..<3, using: &generator) == 0
          ? pointer(&generator) : UInt64.random(in: 0..<5000, using: &generator)
      }
    }
    let roots = (0..<Int.random(in: 0...4, using: &generator)).map { _ in pointer(&generator) }
    let memory = image(blocks, registers: roots)
    var finder = LeakFinder(image: memory.image)
    #expect(finder.invariantViolations() == [])
    // Records add up to totals, and totals to all blocks.
    let records = memory.records(of: &finder)
    for category in LeakCategory.allCases {
      let its = records.filter { $0.category == category }
      #expect(its.reduce(0) { $0 + $1.total.blocks } == finder.total(category).blocks)
      #expect(its.map(\.site) == its.map(\.site).sorted())
    }
    #expect(LeakCategory.allCases.reduce(0) { $0 + finder.total($1).blocks } == count)
    #expect(records.reduce(0) { $0 + $1.indirectBytes } == finder.total(.indirect).bytes)
  }
}
