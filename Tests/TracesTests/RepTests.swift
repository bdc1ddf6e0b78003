import SystemPackage
import Testing
import Traces
import Vocabularies

@Suite struct RepTests {
  private func parse(_ text: String, strict: Bool = false) throws(TraceError) -> RepScript {
    try RepImporter.parse(Array(text.utf8), path: "course/short.rep", strict: strict)
  }

  private func lines(_ script: RepScript) -> [String] {
    script.trace.operations.map { AllocationVocabulary.describe(operation: $0) }
  }

  static let body = "a 0 512\na 1 128\nr 0 640\nf 1\nf 0\n"
  static let expected = [
    "b0 = allocate(512)", "b1 = allocate(128)", "b0 = reallocate(b0, to: 640)", "deallocate(b1)", "deallocate(b0)",
  ]

  @Test(arguments: [
    ("20000\n2\n5\n1\n", RepDialect.suggestedHeap), ("1\n2\n5\n0\n", .ignoredRanges), ("3 2 5 1\n", .ignoredRanges),
    ("2\n2\n5\n640\n", .largestPayload), ("2\n5\n", .counts), ("2 5\r\n", .counts), ("", .bare),
    ("# a script\n\n  # of three blocks\n", .bare),
  ])
  func everyDialectIsReadWithoutOddity(header: String, dialect: RepDialect) throws {
    let script = try parse(header + Self.body, strict: true)
    #expect(script.dialect == dialect)
    #expect(script.oddities.isEmpty)
    #expect(lines(script) == Self.expected)
    #expect(script.trace.slotCount == 2)
    #expect(script.trace.name == "short")
    #expect(script.trace.origin == "imported short.rep")
    #expect(TraceLint.findings(in: script.trace).isEmpty)
  }

  /// A text, the line and the finding that it must give, and what must become of it.
  struct Case: Sendable {
    var text: String
    var line: Int
    var finding: String
    var operations: [String]
  }

  @Test(arguments: [
    Case(
      text: "a 0\n16\nf 0\n", line: 1, finding: "the size is on line 2",
      operations: ["b0 = allocate(16)", "deallocate(b0)"]),
    Case(
      text: "9\n1\n1\n1\na 0 8\nf 0\n", line: 3, finding: "1 operations, there are 2",
      operations: ["b0 = allocate(8)"]),
    Case(
      text: "9\n2\n3\n1\na 0 8\na 1 8\nf 0\nf 1\nr 0 99\n", line: 3, finding: "3 operations, there are 5",
      operations: ["b0 = allocate(8)", "b1 = allocate(8)", "deallocate(b0)"]),
    Case(
      text: "9\n1\n9\n1\na 0 8\nf 0\n", line: 3, finding: "9 operations, there are 2",
      operations: ["b0 = allocate(8)", "deallocate(b0)"]),
    Case(
      text: "9\n1\n2\n1\na 5 8\nf 5\n", line: 2, finding: "the highest is 5",
      operations: ["b0 = allocate(8)", "deallocate(b0)"]),
    Case(
      text: "r 3 8\n", line: 1, finding: "'r 3' of a block that does not live",
      operations: ["by realloc, the next: of NULL, or to 0 bytes", "b0 = allocate(8)"]),
    Case(
      text: "a 0 8\nf 0\nr 0 9\n", line: 3, finding: "'r 0' of",
      operations: [
        "b0 = allocate(8)", "deallocate(b0)", "by realloc, the next: of NULL, or to 0 bytes", "b0 = allocate(9)",
      ]),
    Case(
      text: "a 0 8\nf 4\n", line: 2, finding: "'f 4' of a block that was never allocated",
      operations: ["b0 = allocate(8)", "free(NULL)"]),
    Case(text: "a 0 8\nf 0\nf 0\n", line: 3, finding: "'f 0' of", operations: ["b0 = allocate(8)", "deallocate(b0)"]),
    Case(
      text: "a 0 8\nf -1\n", line: 2, finding: "'f -1' of a block that was never allocated",
      operations: ["b0 = allocate(8)", "free(NULL)"]),
    Case(
      text: "a 0 8\na 0 9\nf 0\n", line: 2, finding: "while the block 0 lives",
      operations: ["b0 = allocate(8)", "b1 = allocate(9)", "deallocate(b1)"]),
    Case(text: "", line: 1, finding: "no operations", operations: []),
    Case(text: "20000\n0\n0\n1\n", line: 1, finding: "no operations", operations: []),
    Case(text: "1 2 3\na 0 8\n", line: 1, finding: "a header of 3 integers", operations: ["b0 = allocate(8)"]),
    Case(
      text: "a 0 270000000000000001\n", line: 1, finding: "25 significant bits",
      operations: ["b0 = allocate(270000000916783104)"]),
    Case(
      text: "a 0 99999999999999999999999\n", line: 1, finding: "exceeds 63 bits",
      operations: ["b0 = allocate(\(Int.max))"]),
    Case(text: "a 0 -5\n", line: 1, finding: "-5 is negative", operations: []),
    Case(text: "a -2 5\na 0 8\n", line: 1, finding: "'a' with the id -2", operations: ["b0 = allocate(8)"]),
    Case(
      text: "a 0 8\nq 1 2\nf 0\n", line: 2, finding: "'q' is no operation",
      operations: ["b0 = allocate(8)", "deallocate(b0)"]),
    Case(
      text: "a 0 8 7\nf 0\n", line: 1, finding: "a stray number 7", operations: ["b0 = allocate(8)", "deallocate(b0)"]),
    Case(text: "a 0 8\na 1\n", line: 2, finding: "'a 1' without a size", operations: ["b0 = allocate(8)"]),
    Case(text: "a 0\nf 0\n", line: 1, finding: "'a 0' without a size", operations: ["free(NULL)"]),
    Case(text: "a 0 8\nf", line: 2, finding: "'f' without an id", operations: ["b0 = allocate(8)"]),
  ])
  func oddities(_ odd: Case) throws {
    let script = try parse(odd.text)
    let oddity = script.oddities.first
    #expect(oddity?.line == odd.line)
    #expect(oddity?.finding.contains(odd.finding) == true, "\(script.oddities)")
    #expect(lines(script) == odd.operations)
    #expect(TraceLint.findings(in: script.trace).isEmpty)
    let error = #expect(throws: TraceError.self) { _ = try parse(odd.text, strict: true) }
    #expect(error?.description.hasPrefix("course/short.rep:\(odd.line): ") == true)
  }

  @Test func freeingNothingIsPlainWhereTheDialectHasIt() throws {
    let script = try parse("1 1 2 0\na 0 8\nf -1\n", strict: true)
    #expect(lines(script) == ["b0 = allocate(8)", "free(NULL)"])
    #expect(TraceLint.findings(in: try parse("1 1 1 0\nf -1\n", strict: true).trace).isEmpty)
  }

  /// After `r id 0` the drivers keep a null pointer under the id.
  @Test func reallocationToNothingLeavesANullPointer() throws {
    let text = "1\n1\n6\n0\na 0 8\nr 0 0\nf 0\nr 0 9\nr 0 0\nr 0 0\n"
    let by = "by realloc, the next: of NULL, or to 0 bytes"
    let script = try parse(text, strict: true)
    #expect(
      lines(script) == [
        "b0 = allocate(8)", by, "deallocate(b0)", "free(NULL)", by, "b0 = allocate(9)", by, "deallocate(b0)", by,
        "b0 = allocate(0)",
      ])
    let written = try #require(RepExporter.text(of: script.trace)?.text)
    #expect(written.hasSuffix("a 0 8\nr 0 0\nf -1\nr 1 9\nr 1 0\nr 2 0\n"), "\(written)")
    #expect(RepExporter.text(of: script.trace)?.losses == [])
  }

  @Test func hugeSizesNearTheEndAreExact() throws {
    #expect(lines(try parse("a 0 \(Int.max - 100)\n", strict: true)) == ["b0 = allocate(\(Int.max - 100))"])
  }

  @Test func slotsAreUsedAgain() throws {
    let text = (0..<1000).map { "a \($0) 8\nf \($0)\n" }.joined()
    #expect(try parse(text).trace.slotCount == 1)
  }

  @Test func whatIsNoScriptIsRefused() throws {
    #expect(throws: TraceError.self) { _ = try parse("hello, world\n") }
    var random = SeededGenerator(state: 11)
    for length in 0..<500 {
      let bytes = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      _ = try? RepImporter.parse(bytes, path: "x.rep")
      let alphabet = Array("arf 0123456789-\n\n#x".utf8)
      let close = (0..<length).map { _ in alphabet.randomElement(using: &random) ?? 0 }
      if let script = try? RepImporter.parse(close, path: "x.rep") {
        #expect(TraceLint.findings(in: script.trace).isEmpty)
      }
    }
  }

  @Test func filesAreReadAndWritten() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write("20000\n2\n5\n1\n" + Self.body, to: "short.rep")
    let script = try RepImporter.read(path)
    #expect(lines(script) == Self.expected)
    let copy = directory.path.appending("copy.rep")
    #expect(try RepExporter.write(script.trace, to: copy).isEmpty)
    let text = String(decoding: try TemporaryDirectory.bytes(of: copy), as: UTF8.self)
    #expect(text == "768\n2\n5\n1\n" + Self.body)
    #expect(directory.contents == ["copy.rep", "short.rep"])
    #expect(throws: TraceError.self) {
      try RepExporter.write(Trace(vocabulary: "paging", name: "p", operations: []), to: copy)
    }
  }

  @Test func exportKeepsWhatTheFormatCanSay() throws {
    let trace = programTrace(operations: 5000)
    let text = try #require(RepExporter.text(of: trace)).text
    let back = try parse(text, strict: true).trace
    #expect(back.slotCount == trace.slotCount)
    let plain = trace.operations.map { word in
      let operation = AllocationOperation(word: word)
      let kind = operation.kind == .allocateZeroed ? .allocate : operation.kind
      return AllocationOperation(kind ?? .reap, slot: operation.slot, size: operation.size).word
    }
    #expect(back.operations == plain)
  }

  @Test func exportTellsItsLosses() throws {
    let operations = [
      AllocationOperation(.thread, slot: 1), AllocationOperation(.allocateZeroed, slot: 0, size: 8, alignment: 64),
      AllocationOperation(.deallocate, slot: 0), AllocationOperation(.deallocate, slot: 0),
    ]
    let trace = Trace(vocabulary: "allocation", name: "t", slotCount: 1, operations: operations.map(\.word))
    let (text, losses) = try #require(RepExporter.text(of: trace))
    #expect(text == "8\n1\n2\n1\na 0 8\nf 0\n")
    #expect(losses.count == 4)
    #expect(losses.allSatisfy { $0.hasPrefix("1 ") })
  }
}
