import Examining
import Exercises
import Grading
import Judging
import SystemPackage
import Testing

@Suite struct CourseTests {
  private static let folder = FilePath(#filePath).removingLastComponent().removingLastComponent()
    .removingLastComponent().appending("grading")

  private func settings(_ groups: String, cap: String = #", "extraCreditCap": 3"#) throws -> CourseSettings {
    try JSONReportDecoder(rejectsUnknownKeys: true).decode(
      CourseSettings.self,
      from: JSONDocument(parsing: #"{"course": "c", "hiddenSeed": "example"\#(cap), "groups": [\#(groups)]}"#))
  }

  private func problems(_ groups: String, cap: String = #", "extraCreditCap": 3"#) throws -> [String] {
    try settings(groups, cap: cap).problems.map(\.text)
  }

  private static let labs =
    #"{"title": "Labs", "weight": 60, "assignments": [{"folder": "Labs/A"}, {"folder": "Labs/B"}, {"folder": "C"}]}"#

  @Test func theCourseIsSound() throws {
    let course = try Course(Self.folder, .all)
    #expect(course.settings.groups.compactMap(\.weight) == [40, 30, 30])
    #expect(
      course.rubrics.map(\.assignment)
        == ["ProblemSet1", "ProblemSet2", "ProblemSet3", "Lab1", "Lab2", "VirtualMemory", "HeapChecker", "Allocators"])
    // Where the starters are is no secret of the manifest's.
    for assignment in course.settings.assignments where assignment.rubric != nil {
      #expect(Files.exists(Self.folder.appending("../\(assignment.folder)/README.md")), "\(assignment.folder)")
    }
  }

  @Test func assignmentsOfAGroupCountAlikeUnlessTheySayOtherwise() throws {
    let settings = try settings(
      #"""
      \#(Self.labs), {"title": "Sets", "weight": 40, "assignments": [
        {"folder": "Sets/D", "weight": 30}, {"folder": "Sets/E", "weight": 10}]}
      """#)
    #expect(settings.problems == [])
    #expect(settings.assignments.map(\.name) == ["A", "B", "C", "D", "E"])
    #expect(
      settings.groups.flatMap { group in group.assignments.map { group.weight(of: $0) } } == [20, 20, 20, 30, 10])
  }

  @Test(arguments: [
    (labs, "the groups' weights, 60, add up to 60; make them 100"),
    (
      #"{"title": "Sets", "weight": 100, "assignments": [{"folder": "D", "weight": 50}, {"folder": "E", "weight": 40}]}"#,
      "the assignments' weights, 50 + 40, add up to 90, and Sets counts 100; make them the same"
    ),
    (
      #"{"title": "Sets", "weight": 100, "assignments": [{"folder": "D", "weight": 50}, {"folder": "E"}]}"#,
      "some assignments of Sets have a weight and some have none; give all of them one, or none"
    ),
    (
      #"{"title": "Sets", "assignments": [{"folder": "D"}]}"#,
      #"Sets has no weight; give it one, or "isExtraCredit": true"#
    ),
    (
      #"{"title": "Sets", "weight": 100, "isExtraCredit": true, "assignments": [{"folder": "D"}]}"#,
      "extra credit has no weight: each point of it is a percent of the course; remove it"
    ),
    (
      #"{"title": "Sets", "weight": 100, "assignments": [{"folder": "X/D"}, {"folder": "Y/D"}]}"#,
      "there is a D before it; name each assignment once"
    ),
    (
      #"{"title": "Sets", "weight": 100, "assignments": []}"#,
      "Sets has no assignments; name one, or remove the group"
    ),
    (
      #"{"title": "Sets", "weight": 100, "assignments": [{"folder": "/"}]}"#,
      "an assignment has a folder, for example Labs/VirtualMemory"
    ),
    (
      #"{"title": "Sets", "weight": 100, "assignments": [{"folder": "D", "weight": -1}, {"folder": "E", "weight": 101}]}"#,
      "a weight is not negative"
    ),
  ])
  func whatMakesNoSenseIsRefused(groups: String, problem: String) throws {
    #expect(try problems(groups).first == problem)
  }

  @Test func extraCreditHasACap() throws {
    let groups =
      #"{"title": "S", "weight": 100, "assignments": [{"folder": "D"}]}, "#
      + #"{"title": "X", "isExtraCredit": true, "assignments": [{"folder": "E"}]}"#
    #expect(try problems(groups) == [])
    #expect(
      try problems(groups, cap: "") == [#"say how many percent extra credit may add, for example "extraCreditCap": 10"#]
    )
    #expect(
      try problems(groups, cap: #", "extraCreditCap": -2"#) == ["extra credit adds 0 percent or more, and -2 is less"])
  }

  // MARK: - The total

  private func report(_ assignment: String, _ points: Double, of maximum: Double, exercises: Int = 1) throws
    -> AssignmentReport
  {
    let sample = try JSONReportDecoder().decode(Report.self, from: JSONDocument(parsing: SampleReport.text))
    var report = sample.assignments[0]
    (report.assignment, report.points, report.maximum) = (assignment, points, maximum)
    report.exercises = Array(repeating: report.exercises[0], count: exercises)
    return report
  }

  @Test func theTotalSaysWhatIsCounted() throws {
    let course = try Course(Self.folder, .all)
    let total = try #require(
      CourseTotal(
        course,
        [
          report("ProblemSet1", 75, of: 100, exercises: 4), report("ProblemSet2", 75, of: 100, exercises: 4),
          report("ProblemSet3", 75, of: 100, exercises: 4),
          report("Lab1", 0.75, course), report("Lab2", 0.75, course), report("VirtualMemory", 5, of: 5),
          report("HeapChecker", 4.5, of: 5),
        ]))
    #expect(total.lines.map(\.assignment).first == "ProblemSet1")
    #expect(total.lines.filter { $0.standing == .graded }.map(\.counts) == [10, 10, 10, 11.25, 11.25, 5, 4.5])
    #expect(total.lines.filter { $0.standing == .notGradable }.count == 1)
    #expect(total.countedWeight == 70)
    #expect(total.reached == 52.5)
    #expect(total.extraCredit == 9.5)
    #expect(total.total == 84.5)
  }

  @Test func whatWasNotHandedInCountsAsNothing() throws {
    let total = try #require(CourseTotal(Course(Self.folder, .all), [report("VirtualMemory", 5, of: 5)]))
    #expect(total.lines.first { $0.assignment == "ProblemSet1" }?.standing == .notHandedIn)
    #expect(total.countedWeight == 70)
    #expect(total.reached == 0)
    #expect(total.total == 5)
  }

  /// What of a group is worst does not count, and the rest of it as much more.
  @Test func theLowestMayBeDropped() throws {
    let folder = try Files.makeTemporaryDirectory(in: "/tmp")
    defer { Files.remove(folder) }
    let text = String(decoding: try Files.read(Self.folder.appending("course.json")), as: UTF8.self)
    let changed = text.replacing(#""weight": 40,"#, with: #""weight": 40, "dropLowest": 2,"#)
    #expect(changed != text)
    try Files.write(Array(changed.utf8), to: folder.appending("course.json"))
    try Files.makeDirectory(folder.appending("rubrics"))
    for name in Files.names(in: Self.folder.appending("rubrics")) {
      try Files.write(
        try Files.read(Self.folder.appending("rubrics/\(name)")), to: folder.appending("rubrics/\(name)"))
    }
    let course = try Course(folder, .all)
    let sets = try [
      report("ProblemSet1", 90, of: 100, exercises: exercises("ProblemSet1", course)),
      report("ProblemSet2", 20, of: 100, exercises: exercises("ProblemSet2", course)),
      report("Lab1", 0.9, course), report("Lab2", 0.9, course),
    ]
    let total = try #require(CourseTotal(course, sets))
    // Two of three are to go.
    #expect(total.lines.prefix(3).map(\.standing) == [.graded, .dropped, .dropped])
    #expect(total.lines.prefix(3).map(\.weight) == [40, 0, 0])
    #expect(total.countedWeight == 70 && total.reached == 63 && total.total == 90)
    let first = try #require(CourseTotal(course, [sets[1]]))
    #expect(first.lines.prefix(2).map(\.standing) == [.dropped, .graded])
    // A fifth of 40, of 70.
    #expect(first.total == 11.43)
  }

  private func exercises(_ assignment: String, _ course: Course) throws -> Int {
    try #require(course.rubric(for: assignment)).exercises.count
  }

  /// A share of all points of an assignment.
  private func report(_ assignment: String, _ share: Double, _ course: Course) throws -> AssignmentReport {
    let maximum = try maximum(assignment, course)
    return try report(assignment, share * maximum, of: maximum, exercises: exercises(assignment, course))
  }

  private func maximum(_ assignment: String, _ course: Course) throws -> Double {
    try #require(course.rubric(for: assignment)).exercises.reduce(0) { $0 + $1.points }
  }

  @Test(arguments: [
    (
      #"{"title": "Labs", "weight": 100, "dropLowest": 2, "assignments": [{"folder": "A"}, {"folder": "B"}]}"#,
      "Labs has 2, so 0 to 1 of them may not count"
    ),
    (
      #"{"title": "Labs", "weight": 100, "dropLowest": -1, "assignments": [{"folder": "A"}]}"#,
      "Labs has 1, so 0 to 0 of them may not count"
    ),
    (
      #"{"title": "Labs", "weight": 100, "assignments": [{"folder": "A"}]}, "#
        + #"{"title": "X", "isExtraCredit": true, "dropLowest": 0, "assignments": [{"folder": "B"}]}"#,
      "of extra credit everything counts, up to the cap; remove it"
    ),
  ])
  func notAllCanBeDropped(groups: String, problem: String) throws {
    #expect(try problems(groups) == [problem])
  }

  @Test func extraCreditIsCapped() throws {
    let total = try #require(
      CourseTotal(Course(Self.folder, .all), [report("VirtualMemory", 8, of: 8), report("HeapChecker", 5, of: 5)]))
    #expect(total.extraCredit == 10)
    #expect(total.total == 10)
  }

  @Test func whatWasGradedInPartIsNotAddedUp() throws {
    #expect(try CourseTotal(Course(Self.folder, .all), [report("ProblemSet1", 25, of: 25)]) == nil)
  }

  @Test func theTextTellsIt() throws {
    let course = try Course(Self.folder, .all)
    var report = try JSONReportDecoder().decode(Report.self, from: JSONDocument(parsing: SampleReport.text))
    report.assignments = [
      try self.report("ProblemSet1", 50, of: 100, exercises: 4),
      try self.report("ProblemSet2", 50, of: 100, exercises: 4),
      try self.report("ProblemSet3", 50, of: 100, exercises: 4), try self.report("Lab1", 0.5, course),
      try self.report("Lab2", 0.5, course),
      try self.report("VirtualMemory", 6, of: 6), try self.report("HeapChecker", 5, of: 5),
    ]
    report.course = CourseTotal(course, report.assignments)
    let text = ReportText.text(report, style: .plain)
    #expect(text.contains("  ProblemSet1    13.33 %  50/100   50 %  6.67 %\n"), "\(text)")
    #expect(text.contains("cannot be graded yet, so it does not count\n"))
    #expect(text.contains("  extra credit: 10 % of 11 %, at most 10 %\n"), "\(text)")
    #expect(
      text.contains("  course total: 50 % of the 70 % that can be graded so far, and 10 % extra: 60 %\n"), "\(text)")
  }

  @Test(arguments: [(-1, false), (0, true), (366, true), (367, false)])
  func slipDaysAreNoMoreThanAYear(days: Int, isFine: Bool) throws {
    let folder = try Files.makeTemporaryDirectory(in: "/tmp")
    defer { Files.remove(folder) }
    let file = folder.appending("course.json")
    let text = """
      { "course": "c", "hiddenSeed": "example",
        "latePolicy": { "percentPerDay": 10,
          "slipDays": \(days) },
        "groups": [{ "title": "Sets", "weight": 100, "assignments": [{ "folder": "A" }] }] }
      """
    try Files.write(Array(text.utf8), to: file)
    do {
      let settings = try Course.read(CourseSettings.self, file) { $0.problems }
      #expect(isFine && settings.latePolicy?.slipDays == days)
    } catch {
      #expect(!isFine)
      let expected = "\(file):3:17: latePolicy.slipDays: slip days are 0 to 366 over the course, and \(days) is none"
      #expect("\(error)".contains(expected), "\(error)")
    }
  }
}
