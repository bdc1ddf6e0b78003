import Gradebook
import Judging
import SystemPackage
import Testing

@Suite struct IntakeTests {
  private func entries(_ names: [String], metadata: String? = nil) throws -> ([ClassEntry], [String]) {
    let folder = try Files.makeTemporaryDirectory(in: "/tmp")
    defer { Files.remove(folder) }
    for name in names {
      let path = folder.appending(name)
      if name.hasSuffix("/") { try Files.makeDirectory(path) } else { try Files.write([], to: path) }
    }
    if let metadata { try Files.write(Array(metadata.utf8), to: folder.appending("submission_metadata.yml")) }
    let (entries, unused) = try ClassEntry.all(in: folder)
    return (entries, unused.map(\.0))
  }

  @Test func canvasNamesTellOwnerLatenessAndAttempt() throws {
    let (entries, unused) = try entries([
      "lovelaceada_LATE_4711_98_Arena-2.swift", "lovelaceada_LATE_4711_97_Pool.swift", "turingalan_4712_99_work.tar.gz",
      "notes.txt",
    ])
    #expect(unused == ["notes.txt"])
    #expect(entries.map(\.owner) == ["lovelaceada", "turingalan"])
    #expect(entries.map(\.isMarkedLate) == [true, false])
    #expect(entries[0].people == [["4711", "lovelaceada"]])
    #expect(entries[0].sources.map(\.name).sorted() == ["Arena.swift", "Pool.swift"])
    #expect(entries.map(\.attempt) == [2, 0])
    #expect(entries[1].sources.map(\.name) == ["work.tar.gz"])
  }

  @Test func moodleAndPlainNames() throws {
    let (entries, _) = try entries(["Ada Lovelace_12_assignsubmission_file_/", "bob.zip", "cat/"])
    #expect(entries.map(\.layout) == [.moodle, .plain, .plain])
    #expect(entries.map(\.owner) == ["Ada Lovelace", "bob", "cat"])
  }

  @Test func gradescopeTellsGroupsAndMoments() throws {
    let (entries, _) = try entries(
      ["submission_7/"],
      metadata: """
        ---
        submission_7:
          :submitters:
          - :name: Ada Lovelace
            :sid: '11'
            :email: ada@example.edu
          - :name: Alan Turing
            :sid: '12'
            :email: alan@example.edu
          :created_at: 2026-11-20 12:00:01.5 Z

        """)
    #expect(entries.map(\.layout) == [.gradescope])
    #expect(entries[0].people.map { Set($0) }.contains(["11", "ada@example.edu", "Ada Lovelace"]))
    #expect(entries[0].people.count == 2)
    #expect(entries[0].handedIn == Moment.seconds("2026-11-20T07:00:01-05:00"))
  }

  @Test func momentsAreCountedFrom1970() {
    #expect(Moment.seconds("1970-01-01T00:00:00Z") == 0)
    #expect(Moment.seconds("2000-03-01 00:00 +0100") == 951_865_200)
    #expect(Moment.seconds("2000-13-01 00:00") == nil)
    #expect(Moment.seconds("tomorrow") == nil)
  }

  @Test func theRosterFindsWhatNamesOneStudent() throws {
    let text =
      "Student,ID,SIS User ID,SIS Login ID,Section\r\n    Points Possible,,,,\r\n\"Lovelace, Ada\",4711,s1,ada,A\r\n"
      + "\"Lee, Kim\",4712,s2,kim,A\r\n\"Lee, Kim\",4713,s3,kim2,A\r\n"
    let roster = try Roster(parsing: Array(text.utf8), source: "r.csv")
    #expect(roster.students.map(\.id) == ["s1", "s2", "s3"])
    for hint in ["lovelaceada", "Ada Lovelace", "4711", "ADA", "s1"] {
      let match = roster.match([hint])
      #expect(match == .student(roster.students[0]), "\(hint)")
    }
    #expect(roster.match(["leekim"]) == .several(["s2", "s3"]))
    #expect(roster.match(["leekim", "kim2"]) == .student(roster.students[2]))
    #expect(roster.match(["mallory"]) == .nobody)
  }

  @Test func aRosterTellsItsLine() throws {
    for (text, told) in [
      ("name\nAda\n", "r.csv:1: no column is called"), ("id\na\nA\n", "r.csv: row 3: A is in row 2 already"),
      ("id\n\"a\n", "r.csv:2: a quote is opened"),
    ] {
      let error = #expect(throws: JudgeError.self) { try Roster(parsing: Array(text.utf8), source: "r.csv") }
      let description = error.map { "\($0)" } ?? ""
      #expect(description.hasPrefix(told), "\(description)")
    }
  }
}
