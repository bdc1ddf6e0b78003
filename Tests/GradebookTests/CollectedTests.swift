import Glibc
import Gradebook
import Grading
import Judging
import SystemPackage
import Testing

/// Archives are made by the machine's own tar and Python, so that what is read is what people hand in.
@Suite struct CollectedTests {
  private static let assignments: Set<String> = ["ProblemSet1", "HeapChecker"]

  /// What is taken of a hand-in called `name`, which a shell script makes.
  private func collect(_ name: String, _ script: String) throws -> (files: [String: String], problems: [String]) {
    let folder = try Files.makeTemporaryDirectory(in: "/tmp")
    defer { Files.remove(folder) }
    let status = system("cd '\(folder)' && mkdir class && { (\(script)\n) && mv '\(name)' class; } >/dev/null")
    try #require(status == 0)
    let entry = try #require(try ClassEntry.all(in: folder.appending("class")).entries.first)
    let collected = Collected(entry, assignments: Self.assignments)
    return (
      collected.files.mapValues { String(decoding: $0, as: UTF8.self) },
      collected.problems.map { "\($0.name): \($0.reason)" }
    )
  }

  @Test(arguments: [
    ("w.tar.gz", "mkdir a; seq 1 9000 > a/A.swift; echo b > a/B.swift; tar czf w.tar.gz a"),
    ("w.tar", "mkdir a; seq 1 9000 > a/A.swift; echo b > a/B.swift; tar cf w.tar a"),
    ("w.zip", "mkdir a; seq 1 9000 > a/A.swift; echo b > a/B.swift; python3 -m zipfile -c w.zip a"),
  ])
  func archivesAreUnpackedWithoutTheFolderAround(name: String, script: String) throws {
    let (files, problems) = try collect(name, script)
    #expect(problems == [])
    #expect(files == ["A.swift": (1...9000).map { "\($0)\n" }.joined(), "B.swift": "b\n"])
  }

  @Test func foldersOfAssignmentsStay() throws {
    let (files, problems) = try collect(
      "w",
      "mkdir -p w/x/ProblemSet1 w/x/HeapChecker; echo 1 > w/x/ProblemSet1/A.swift; echo 2 > w/x/HeapChecker/A.swift")
    #expect(problems == [])
    #expect(files == ["ProblemSet1/A.swift": "1\n", "HeapChecker/A.swift": "2\n"])
  }

  @Test(arguments: [
    (
      "echo x > A.swift; mkdir d; cd d; tar czPf ../w.tar.gz ../A.swift", "leads out"
    ),
    ("ln -s /etc/passwd A.swift; tar czf w.tar.gz A.swift", "is a link"),
    ("mkfifo A.swift; tar czf w.tar.gz A.swift", "is a link, or no regular file"),
    ("head -c 2000000 /dev/zero > A.swift; tar czf w.tar.gz A.swift", "holds 2000000 bytes"),
    ("head -c 80000000 /dev/zero > A.swift; tar czf w.tar.gz A.swift", "unpacks to more than 67108864 bytes"),
    ("echo x > A.swift; tar czf x A.swift; head -c 60 x > w.tar.gz", "is damaged"),
    ("echo no > w.tar.gz", "is neither a zip nor"), (": > w.tar.gz", "is empty"),
    ("mkdir w.tar.gz; mkfifo w.tar.gz/A.swift", "is not a regular file"),
    ("mkdir w.tar.gz; ln -s /etc/passwd w.tar.gz/A.swift", "is a symbolic link"),
  ])
  func whatIsWrongIsToldAndTakesNothing(script: String, told: String) throws {
    let (files, problems) = try collect("w.tar.gz", script)
    #expect(files.isEmpty)
    #expect(problems.contains { $0.contains(told) }, "\(problems)")
  }
}
