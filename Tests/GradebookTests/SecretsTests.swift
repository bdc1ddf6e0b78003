import Exercises
import Gradebook
import Grading
import Judging
import SystemPackage
import Testing

/// Pieces of solutions are known wherever they are, and by their words alone.
@Suite struct SecretsTests {
  private static let root = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
  private static let solutions = root.appending("Solutions")

  private static func secrets() throws -> Secrets {
    try Secrets(solutions: solutions, course: try Course(root.appending("grading"), .all))
  }

  /// Some lines in the middle of a solution.
  private static func piece(_ file: String = "ProblemSet1/BuddyAllocator.swift", lines: Int = 12) throws -> String {
    let text = String(decoding: try Files.read(solutions.appending(file)), as: UTF8.self)
    let all = text.split(separator: "\n", omittingEmptySubsequences: false)
    return all[(all.count / 2)...].prefix(lines).joined(separator: "\n")
  }

  @Test func everyFileOfEverySolutionIsFoundInItself() throws {
    let secrets = try Self.secrets()
    for file in Files.below(Self.solutions) {
      let finding = try #require(secrets.find(in: try Files.read(file)), "\(file)")
      #expect(finding.line == 1 || finding.runs.count > 1, "\(file)")
    }
  }

  @Test func layoutAndCommentsHideNothing() throws {
    let secrets = try Self.secrets()
    let piece = try Self.piece()
    let disguised =
      "# Notes\n\nSomething else.\n" + piece.replacing("\n", with: "  // well\n\n\t").replacing("(", with: " ( ")
    let finding = try #require(secrets.find(in: Array(disguised.utf8)))
    #expect(finding.secret.hasSuffix("BuddyAllocator.swift"))
    #expect(finding.line.map { $0 > 2 } == true)
  }

  @Test func mutantsAndHonestDesignsAreSecretsToo() throws {
    let secrets = try Self.secrets()
    for folder in ["grading/mutants", "grading/honest", "grading/attacks"] {
      let file = try #require(
        Files.below(Self.root.appending(folder)).first { ((try? Files.read($0).count) ?? 0) > 2000 })
      #expect(secrets.find(in: try Files.read(file)) != nil, "\(file)")
    }
  }

  @Test func recordedTracesAreFoundInsideOtherFiles() throws {
    let secrets = try Self.secrets()
    let trace = try Files.read(Self.root.appending("grading/traces/perl.trace"))
    let finding = try #require(secrets.findBytes(in: Array(repeating: 7, count: 1001) + trace))
    #expect(finding.secret.hasSuffix("perl.trace"))
    #expect(secrets.findBytes(in: Array(trace.prefix(32))) == nil)
  }

  @Test func theSeedIsASecretOnceItIsOne() throws {
    let folder = try Files.makeTemporaryDirectory(in: "/tmp")
    defer { Files.remove(folder) }
    try Files.makeDirectory(folder.appending("rubrics"))
    for name in ["course.json"] + Files.names(in: Self.root.appending("grading/rubrics")).map({ "rubrics/\($0)" }) {
      let text = String(decoding: try Files.read(Self.root.appending("grading").appending(name)), as: UTF8.self)
      try Files.write(
        Array(text.replacing(#""example""#, with: #""3f9a0c5d7e1b24680f3c9a5e7d1b2468""#).utf8),
        to: folder.appending(name))
    }
    let secrets = try Secrets(solutions: Self.solutions, course: try Course(folder, .all))
    #expect(secrets.find(in: Array("seed 3f9a0c5d7e1b24680f3c9a5e7d1b2468".utf8))?.secret == "the hidden seed")
    #expect(secrets.find(in: Array("seed 3f9a0c5d7e1b24680f3c9a5e7d1b2469".utf8)) == nil)
  }

  @Test func withoutSolutionsNothingIsProven() throws {
    let course = try Course(Self.root.appending("grading"), .all)
    #expect(throws: JudgeError.self) { try Secrets(solutions: "/nonexistent", course: course) }
  }

  @Test func runsDependOnEveryWord() {
    let words = (0..<40).map { "w\($0)" }
    func runs(_ words: [String]) -> [UInt64] { RunsOfWords(Array(words.joined(separator: " ").utf8)).runs.map(\.hash) }
    #expect(runs(words).count == 9)
    #expect(Set(runs(words)).count == 9)
    // The same words at another place are the same runs.
    #expect(runs(["x"] + words).suffix(9) == runs(words)[...])
    for place in 0..<32 {
      var other = words
      other[place] = "other"
      #expect(runs(other)[0] != runs(words)[0])
    }
    #expect(runs(Array(words.prefix(31))).isEmpty)
    #expect(RunsOfWords(Array("/* never closed".utf8)).runs.isEmpty)
    #expect(RunsOfWords(Array("/*/ x".utf8)).runs.isEmpty)
  }
}
