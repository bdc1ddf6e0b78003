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

  private static func zip(_ body: String) -> String {
    "python3 -W ignore -c 'import zipfile\nz = zipfile.ZipFile(\"w.zip\", \"w\", zipfile.ZIP_DEFLATED)\n\(body)\nz.close()'"
      .replacing("\\n", with: "\n")
  }

  @Test(arguments: [
    ("z.writestr(\"../A.swift\", \"x\")", "leads out"), ("z.writestr(\"/A.swift\", \"x\")", "leads out"),
    (
      "i = zipfile.ZipInfo(\"A.swift\"); i.create_system = 3; i.external_attr = 0o120777 << 16; z.writestr(i, \"/etc/passwd\")",
      "is a symbolic link"
    ),
    ("z.writestr(\"A.swift\", b\"0\" * 2000000)", "unpacks to 2000000 bytes"),
    ("for n in range(10000): z.writestr(str(n), \"\")", "has 10000 members or more"),
  ])
  func whatIsWrongInAZipIsToldAndTakesNothing(body: String, told: String) throws {
    let (files, problems) = try collect("w.zip", Self.zip(body))
    #expect(files.isEmpty)
    #expect(problems.contains { $0.contains(told) }, "\(problems)")
  }

  @Test func oneMemberManyTimesIsNotUnpackedForEver() throws {
    let (_, problems) = try collect(
      "w.zip", Self.zip("for n in range(100): z.writestr(\"A.swift\", b\"0\" * 1000000)"))
    #expect(problems.contains { $0.contains("unpacks to more than 67108864 bytes") }, "\(problems)")
  }

  /// Each byte of an archive may be wrong, and it may end anywhere: something is told, or the files are as they were.
  @Test(arguments: ["w.zip", "w.tar.gz", "w.tar"])
  func damageIsToldOrDoesNotMatter(name: String) throws {
    let folder = try Files.makeTemporaryDirectory(in: "/tmp")
    defer { Files.remove(folder) }
    let packing =
      name == "w.zip" ? "python3 -m zipfile -c w.zip A.swift" : "tar \(name == "w.tar" ? "cf" : "czf") \(name) A.swift"
    let status = system("cd '\(folder)' && mkdir class && seq 1 300 > A.swift && \(packing) && mv \(name) class")
    try #require(status == 0)
    let file = folder.appending("class").appending(name)
    let whole = try Files.read(file)
    let text = (1...300).map { "\($0)\n" }.joined()
    for place in stride(from: 0, to: whole.count, by: max(1, whole.count / 400)) {
      for isCut in [false, true] {
        var bytes = whole
        if isCut { bytes.removeSubrange(place...) } else { bytes[place] ^= UInt8(1 << (place % 8)) }
        try Files.write(bytes, to: file)
        let entry = try #require(try ClassEntry.all(in: folder.appending("class")).entries.first)
        let collected = Collected(entry, assignments: Self.assignments)
        // A tar says nothing of what its files hold, and so nothing of a change there.
        let isTold = !collected.problems.isEmpty || collected.files.isEmpty
        let isSame = collected.files.values.allSatisfy {
          name == "w.tar" || String(decoding: $0, as: UTF8.self) == text
        }
        #expect(isTold || isSame, "\(name), byte \(place), \(isCut ? "cut" : "changed")")
      }
    }
  }
}
