import Testing
import Traces
import Vocabularies

/// What is wrong with an image is told with the table, the element and the place in the file.
@Suite struct ImageLintTests {
  private static let blocks: [UInt64] = [0x1000, 16, 1, 0x1020, 0, 2, 0x1030, 8, 3]
  private static let regions: [UInt64] = [0x1000, 64, 0, 0, 0x2000, 8, 1, 64, 0x3000, 8, 2, 72]

  private func findings(
    blocks: [UInt64] = Self.blocks, regions: [UInt64] = Self.regions, memory: Int = 80, others: [NamedTable] = [],
    without name: String? = nil
  ) -> [String] {
    VocabularyRegistry.add(LeakVocabulary.self)
    let tables = [
      NamedTable(LeakVocabulary.blocks, words: blocks), NamedTable(LeakVocabulary.regions, words: regions),
      NamedTable(LeakVocabulary.registers, words: [1]),
      NamedTable(LeakVocabulary.memory, bytes: Array(repeating: 0, count: memory)),
    ]
    let header = TraceHeader(
      vocabulary: LeakVocabulary.name, name: "test", tables: tables.filter { $0.name != name } + others)
    return TraceLint(header, tableOffsets: [1000, 2000, 3000, 4000]).findings.map(\.description)
  }

  @Test func aSoundImageHasNone() { #expect(findings() == []) }

  @Test func tablesMustBeThereAndOfTheirKind() {
    #expect(findings(without: "regions") == ["table 'regions': an image needs this table"])
    #expect(
      findings(others: [NamedTable("more", words: [])]) == ["table 'more': an image has no such table"])
    #expect(
      findings(others: [NamedTable("memory", words: [])], without: "memory") == [
        "table 'memory': a table of words; an image has bytes here"
      ])
  }

  @Test func blocksAreInOrderAndInTheHeap() {
    var unsorted = Self.blocks
    unsorted.swapAt(0, 6)
    unsorted.swapAt(1, 7)
    #expect(
      findings(blocks: unsorted).first
        == "table 'blocks', element 3 (offset 1024): block 1 begins at 0x1020, and the one before ends at 0x1038")
    var overlapping = Self.blocks
    overlapping[1] = 33
    #expect(
      findings(blocks: overlapping).first
        == "table 'blocks', element 3 (offset 1024): block 1 begins at 0x1020, and the one before ends at 0x1021")
    var outside = Self.blocks
    outside[7] = 17
    #expect(
      findings(blocks: outside)
        == [
          "table 'blocks', element 6 (offset 1048): block 2 lies at 0x1030, which is not in a region of the heap to its end"
        ])
    var huge = Self.blocks
    huge[7] = .max
    #expect(findings(blocks: huge).first?.contains("beyond all addresses") == true)
    #expect(findings(blocks: Array(Self.blocks.dropLast())).first?.contains("8 words, where a block has 3") == true)
    // A block of 0 bytes takes one, which its neighbour may not have.
    #expect(findings(blocks: [0x1000, 0, 1, 0x1000, 8, 2]).count == 1)
  }

  @Test func rootsPointSomewhere() {
    var outside = Self.regions
    outside[9] = 9
    #expect(
      findings(regions: outside).first
        == "table 'regions', element 9 (offset 2072): region 2 points nowhere: its 9 bytes from 72 on are not in the memory of 80"
    )
    #expect(findings(memory: 81) == ["table 'memory', element 80 (offset 4080): 1 bytes that are no region's"])
    var kind = Self.regions
    kind[6] = 3
    #expect(
      findings(regions: kind) == [
        "table 'regions', element 6 (offset 2048): region 1 is of kind 3: there are 0, 1 and 2"
      ])
    var order = Self.regions
    order[8] = 0x2007
    #expect(
      findings(regions: order).first?.contains("region 2 begins at 0x2007, and the one before ends at 0x2008") == true)
    var place = Self.regions
    place[7] = 60
    #expect(
      findings(regions: place).first?.contains("region 1 has its bytes from 60 on, where the one before ends at 64")
        == true)
    var far = Self.regions
    far[8] = .max
    #expect(findings(regions: far).first?.contains("beyond all addresses") == true)
    #expect(findings(regions: Array(Self.regions.dropLast())).first?.contains("11 words, where a region has 4") == true)
  }

  @Test func answersHaveABound() {
    let header = TraceHeader(
      vocabulary: "none", name: "test", parameters: [TraceParameter(name: Channel.answerParameter, value: 1 << 40)])
    #expect(TraceLint(header).findings.first?.message.hasPrefix("answers of 1099511627776 words") == true)
  }

  @Test func tablesOfOthersAreOfNoUse() {
    let header = TraceHeader(
      vocabulary: AllocationVocabulary.name, name: "test", tables: [NamedTable("blocks", words: [1])])
    #expect(
      TraceLint(header).findings.map(\.description) == ["table 'blocks': a table that this vocabulary has no use for"])
  }
}
