import Testing
import Traces
import Vocabularies

/// What is wrong with a process image is told with the table and the element.
@Suite struct ProcessImageLintTests {
  private typealias Names = UnwindVocabulary

  private static let thread = [0x40_0000] + Array(repeating: UInt64(7), count: 16) + [0x7000, 0x8000]
  private static let sound: [String: [UInt64]] = [
    Names.threads: thread, Names.regions: [0x7000, 8, 0, 0x7010, 8, 8],
    Names.modules: [0x40_0000, 64, 2, 2, 1, 0x50_0000, 32, 2, 2, 2],
    Names.rows: [0, 4, 7, 8, 0, 1, 4, 20, 6, 16, 1, 3], Names.rules: [16, 2, 0, 6, 2, 0, 16, 4, 11],
    Names.symbols: [0, 64, 8, 0], Names.lines: [0, 1, 7, 0, .max, 0], Names.addresses: [1, .max],
  ]

  private func findings(
    _ name: String = "", _ change: ([UInt64]) -> [UInt64] = { $0 }, memory: Int = 16, others: [NamedTable] = [],
    without missing: String? = nil
  ) -> [String] {
    let tables = Self.sound.map { NamedTable($0.key, words: $0.key == name ? change($0.value) : $0.value) }
    let all = tables + [NamedTable(Names.memory, bytes: Array(repeating: 0, count: memory))]
    return Names.faults(in: all.filter { $0.name != missing } + others).map { fault in
      "\(fault.table)\(fault.element.map { " \($0)" } ?? ""): \(fault.reason)"
    }
  }

  private func replacing(_ place: Int, _ word: UInt64) -> ([UInt64]) -> [UInt64] {
    { words in
      var words = words
      words[place] = word
      return words
    }
  }

  @Test func aSoundImageHasNone() { #expect(findings() == []) }

  @Test func tablesMustBeThereAndOfTheirKind() {
    #expect(findings(without: "rows") == ["rows: an image needs this table"])
    #expect(findings(others: [NamedTable("more", words: [])]) == ["more: an image has no such table"])
    #expect(
      findings(others: [NamedTable("memory", words: [])], without: "memory")
        == ["memory: a table of words; an image has bytes here"])
    #expect(
      findings(others: [NamedTable("lines", bytes: [])], without: "lines")
        == ["lines: a table of bytes; an image has words here"])
    for (name, size) in [
      ("threads", 19), ("regions", 3), ("modules", 5), ("rows", 6), ("rules", 3), ("symbols", 2), ("lines", 3),
    ] {
      #expect(findings(name) { $0 + [1] }.first?.contains("where an element has \(size)") == true, "\(name)")
    }
  }

  @Test(
    arguments: [
      ("threads", 17, 0x9000, "threads 17: thread 0 has a stack from 0x9000 to 0x8000"),
      ("threads", 17, 4095, "threads 17: thread 0 has a stack from 0x0fff to 0x8000"),
      ("regions", 3, 0x7007, "regions 3: region 1 begins at 0x7007, and the one before ends at 0x7008"),
      ("regions", 5, 7, "regions 5: region 1 has its bytes from 7 on, where the one before ends at 8"),
      ("regions", 4, 9, "regions 4: region 1 points nowhere: its 9 bytes from 8 on are not in the memory of 16"),
      ("regions", 3, .max, "regions 4: region 1 has 8 bytes from 0xffffffffffffffff on, beyond all addresses"),
      ("modules", 5, 0x40_003f, "modules 5: module 1 begins at 0x40003f, and the one before ends at 0x400040"),
      ("modules", 7, 3, "modules 7: module 1 has rows up to 3, where there are 2 to 2"),
      ("modules", 8, 1, "modules 8: module 1 has symbols up to 1, where there are 2 to 2"),
      ("modules", 9, 1, "lines 3: what is here is no module's"),
      ("rows", 6, 3, "rows 6: row 1 is from 0x0003 to 0x0014, where there is room from 0x0004 to 0x0040"),
      ("rows", 7, 65, "rows 6: row 1 is from 0x0004 to 0x0041, where there is room from 0x0004 to 0x0040"),
      ("rows", 7, 4, "rows 6: row 1 is from 0x0004 to 0x0004, where there is room from 0x0004 to 0x0040"),
      ("rows", 2, 16, "rows 2: row 0 has its CFA by register 16"),
      ("rows", 4, 2, "rows 4: row 0 is of kind 2: there are 0 and 1"),
      ("rows", 5, 0, "rows 0: row 0 has no rule for the return address"),
      ("rows", 11, 4, "rows 11: row 1 has rules up to 4, where there are 1 to 3"),
      ("rows", 11, 2, "rows 6: row 1 has no rule for the return address"),
      ("rules", 0, 17, "rules 0: row 0 has a rule for register 17, which is none or has one"),
      ("rules", 6, 6, "rules 6: row 1 has a rule for register 6, which is none or has one"),
      ("rules", 4, 5, "rules 4: rule 1 has the code 5"),
      ("rules", 1, 1, "rules 1: rule 0 has the return address be what it was, or a CFA"),
      ("rules", 8, 16, "rules 8: rule 2 is about register 16"),
      ("symbols", 1, 65, "symbols 0: symbol 0 has 65 bytes from 0x0000 on, where there is room from 0x0000 to 0x0040"),
      ("symbols", 2, 64, "symbols 2: symbol 1 has 0 bytes from 0x0040 on, where there is room from 0x0000 to 0x0040"),
      ("lines", 0, 64, "lines 0: line row 0 starts at 0x0040, where there is room from 0x0000 to 0x0040"),
      ("lines", 1, 1 << 32, "lines 1: line row 0 has file 4294967296"),
      ("lines", 2, 1 << 32, "lines 2: line row 0 has line 4294967296"),
    ] as [(String, Int, UInt64, String)])
  func whatIsWrongIsToldWithItsPlace(table: String, place: Int, word: UInt64, told: String) {
    #expect(findings(table, replacing(place, word)).first == told)
  }

  @Test func memoryIsAllOfRegions() {
    #expect(findings(memory: 17) == ["memory 16: 1 bytes that are no region's"])
  }

  /// Whatever stands in the tables, they are looked through to the end.
  @Test func anyWordsAreBorne() {
    for (name, words) in Self.sound {
      for place in words.indices {
        for word: UInt64 in [0, 1, 8, 1 << 32, 1 << 63, .max - 8, .max] {
          _ = findings(name, replacing(place, word)).count
        }
      }
    }
  }
}
