import Examining
import Exercises
import Glibc
import Grading
import Judging
import SystemPackage
import Testing

@Suite struct PortfolioTests {
  private static let course = FilePath(#filePath).removingLastComponent().removingLastComponent()
    .removingLastComponent().appending("grading")

  /// A folder with the files named, and what is handed in there: names, and each part's assignment.
  private func portfolios(_ files: [String], _ prepare: (FilePath) -> Void = { _ in }) throws -> [String] {
    let folder = try Files.makeTemporaryDirectory(in: "/tmp")
    defer { Files.remove(folder) }
    for file in files {
      let path = folder.appending("class/\(file)")
      try Files.makeDirectory(path.removingLastComponent())
      try Files.write([], to: path)
    }
    prepare(folder)
    let course = try Course(Self.course, .all)
    return try Portfolio.folders(in: folder.appending("class"), course).map { folder in
      let portfolio = try Portfolio(folder, course)
      let parts = portfolio.parts.map {
        "\($0.assignment ?? "-"): \($0.submission.files.map(\.name).joined(separator: " "))"
      }
      return "\(portfolio.name): \(parts.joined(separator: ", "))"
    }
  }

  @Test func aDirectoryOfFiles() throws {
    #expect(try portfolios(["A.swift", "ProblemSet1/B.swift"]) == ["class: -: A.swift"])
  }

  @Test func aFolderOfAssignments() throws {
    #expect(
      try portfolios(["HeapChecker/B.swift", "ProblemSet1/A.swift", "notes/C.swift"])
        == ["class: ProblemSet1: A.swift, HeapChecker: B.swift"])
    // As the starters lie.
    #expect(
      try portfolios(["Package.swift", "Labs/HeapChecker/B.swift", "ProblemSets/ProblemSet1/A.swift"])
        == ["class: ProblemSet1: A.swift, HeapChecker: B.swift"])
  }

  @Test func aClass() throws {
    #expect(
      try portfolios(["ada/A.swift", "bob/ProblemSet1/B.swift", "cat/notes.txt", ".git/x/y.swift"])
        == ["ada: -: A.swift", "bob: ProblemSet1: B.swift", "cat: -: "])
  }

  /// Or the reference solutions could be handed in.
  @Test func linksAreNotFollowed() throws {
    #expect(
      try portfolios(["bob/ProblemSet1/B.swift", "other/A.swift"]) { folder in
        symlink("../other", folder.appending("class/bob/HeapChecker").string)
      } == ["bob: ProblemSet1: B.swift", "other: -: A.swift"])
  }
}
