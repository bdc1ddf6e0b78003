import Examining
import Exercises
import Grading
import Judging
import SystemPackage
import Testing

@Suite struct MutantsTests {
  private func mutants(_ edits: String) throws -> Mutants {
    try JSONReportDecoder(rejectsUnknownKeys: true).decode(
      Mutants.self,
      from: JSONDocument(
        parsing: """
          {"exercise": "pool", "file": "PoolAllocator.swift", "mutants": [
            {"name": "twice", "summary": "Hands a block out twice.", "expects": ["overlap"], "edits": [\(edits)]}]}
          """))
  }

  /// A reference solution of the text alone.
  private func reference(_ text: String) throws -> Submission {
    let folder = try Files.makeTemporaryDirectory(in: "/tmp")
    defer { Files.remove(folder) }
    try Files.write(Array(text.utf8), to: folder.appending("PoolAllocator.swift"))
    try Files.write(Array("// another".utf8), to: folder.appending("SlabAllocator.swift"))
    return try Submission(folder)
  }

  @Test func editsAreAppliedInOrder() throws {
    let mutants = try mutants(#"{"find": "link", "replace": "line"}, {"find": "a line", "replace": "nothing"}"#)
    let submission = try mutants.submission(of: mutants.mutants[0], from: reference("let é = a link"))
    #expect(submission.name == "pool-twice")
    #expect(submission.files.map(\.name) == ["PoolAllocator.swift", "SlabAllocator.swift"])
    #expect(String(decoding: submission.files[0].bytes, as: UTF8.self) == "let é = nothing")
  }

  @Test(arguments: [("absent", 0), ("twice", 2), ("", 0)])
  func anEditMustFitOnce(find: String, count: Int) throws {
    let mutants = try mutants(#"{"find": "\#(find)", "replace": ""}"#)
    let reference = try reference("once twice twice")
    let error = #expect(throws: JudgeError.self) { try mutants.submission(of: mutants.mutants[0], from: reference) }
    let text = error.map { "\($0)" } ?? ""
    #expect(text.contains("PoolAllocator.swift"))
    #expect(text.contains("mutant twice of pool: the text to replace occurs \(count) times instead of once"))
  }

  @Test func theFileMustBeThere() throws {
    var mutants = try mutants(#"{"find": "a", "replace": "b"}"#)
    mutants.file = "Pool.swift"
    let reference = try reference("a")
    #expect(throws: JudgeError.self) { try mutants.submission(of: mutants.mutants[0], from: reference) }
  }

  @Test func anUnknownKindIsRefused() throws {
    var mutants = try mutants(#"{"find": "a", "replace": "b"}"#)
    #expect(mutants.problem(in: .all) == nil)
    mutants.mutants[0].expects = ["mis-aligned"].map { ViolationKind(rawValue: $0) }
    let problem = try #require(mutants.problem(in: .all))
    #expect(
      problem.contains(#"twice: "expects": there is no kind of violation "mis-aligned"; did you mean "misaligned"?"#))
  }
}
