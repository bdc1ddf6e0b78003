import Testing
import Traces
import Vocabularies
import Workloads

/// The lines of a debugged program are what the trace's tables say.
@Suite struct SiteTableTests {
  private func program() -> Trace {
    var generator = SeededGenerator(seed: 5)
    var builder = MisuseTraceBuilder(with: &generator)
    let (first, second) = (SiteCode(1, 70), SiteCode(15, SiteCode.longFile + 7))
    let block = builder.allocate(24, on: first)
    builder.write(block, at: 24)
    builder.deallocate(block, on: second)
    builder.deallocate(block, on: first)
    return builder.trace(heapLimit: 1 << 20)
  }

  @Test func operationsNameRows() throws {
    let trace = program()
    let words = try #require(trace.tables.words(SiteTable.sites))
    #expect(words == [1 << 32 | 70, 0x8000 << 32 | 0xffff_ffff])
    let sites = SiteTable(trace.tables)
    let told = trace.operations.map { sites.word(MisuseOperation(word: $0).site) }
    #expect([told[0], told[2], told[3]] == [words[0], words[1], words[0]])
    let describe = MisuseVocabulary.describer(of: trace.tables)
    #expect(describe(trace.operations[0]) == "b0 = malloc(24) at list.c:70")
    #expect(describe(trace.operations[2]) == "free(b0) at vendor.c:4294967295")
    #expect(TraceLint.findings(in: trace) == [])
  }

  @Test func namesAreTheTracesOwn() {
    let tables = [
      NamedTable(SiteTable.sites, words: [7 << 32 | 3]), NamedTable(SiteTable.files, bytes: Array("7 my own.c\n".utf8)),
    ]
    let sites = SiteTable(tables)
    #expect(sites.describe(sites.word(SiteCode(bits: 0))) == "my own.c:3")
    // No row, no site of anybody's.
    #expect(sites.word(SiteCode(bits: 1)) == 0)
    #expect(sites.describe(8 << 32 | 4) == "file 8:4")
    #expect(MisuseVocabulary.faults(in: tables).isEmpty)
  }

  @Test func withoutTablesCodesSayItThemselves() {
    let sites = SiteTable([])
    #expect(sites.word(SiteCode(2, 20)) == 2 << 32 | 20)
    #expect(sites.describe(sites.word(SiteCode(14, 5))) == "generated.c:5")
  }

  @Test(
    arguments: [
      (NamedTable(SiteTable.sites, bytes: [1]), Int?.none), (NamedTable(SiteTable.sites, words: [1, 1 << 48]), 1),
      (NamedTable(SiteTable.sites, words: Array(repeating: 0, count: 65_537)), 65_536),
      (NamedTable(SiteTable.files, words: [1]), nil), (NamedTable(SiteTable.files, bytes: Array("x main.c".utf8)), nil),
      (NamedTable(SiteTable.files, bytes: Array("65536 main.c".utf8)), nil),
      (NamedTable(SiteTable.files, bytes: Array("3".utf8)), nil), (NamedTable("others", words: [1]), nil),
    ] as [(NamedTable, Int?)])
  func faultsAreTold(table: NamedTable, element: Int?) {
    let faults = MisuseVocabulary.faults(in: [table])
    #expect(faults.count == 1)
    #expect(faults.first?.table == table.name && faults.first?.element == element)
  }

  /// What hangs on no line of the table loses it; what does, keeps it.
  @Test func tablesShrinkToo() throws {
    let trace = program()
    let plain = try #require(
      Shrinker(MisuseReductions()).shrink(trace) { candidate in
        candidate.operations.firstIndex { MisuseOperation(word: $0).kind == .deallocate }.map { TraceFailure(by: $0) }
      })
    #expect(plain.trace.tables.isEmpty)
    let kept = try #require(
      Shrinker(MisuseReductions()).shrink(trace) { candidate in
        let sites = SiteTable(candidate.tables)
        return candidate.operations.firstIndex {
          sites.word(MisuseOperation(word: $0).site) & 0xffff_ffff == 0xffff_ffff
        }
        .map { TraceFailure(by: $0) }
      })
    #expect(kept.trace.tables.count == 2 && kept.trace.operations.count < trace.operations.count)
  }
}
