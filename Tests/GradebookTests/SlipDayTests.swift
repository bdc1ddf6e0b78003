import Glibc
import Gradebook
import Grading
import Judging
import SystemPackage
import Testing
import Workloads

@Suite struct SlipDayTests {
  private static let policy = LatePolicy(percentPerDay: 10, slipDays: 4)

  private static func history(_ records: [(run: Int64, days: Int, names: [String])]) -> LateHistory {
    var firstRuns: [String: Int64] = [:]
    for record in records {
      for name in record.names { firstRuns[name] = min(firstRuns[name] ?? record.run, record.run) }
    }
    return LateHistory(
      records.map { LateHistory.Record(run: $0.run, lateDays: $0.days, assignments: $0.names) }, firstRuns: firstRuns)
  }

  @Test func whatIsGradedAgainKeepsItsPlaceAndCountsOnce() {
    let history = Self.history([(1, 2, ["B"]), (2, 3, ["A"]), (3, 1, ["B"]), (4, 5, ["C"])])
    #expect([1, 2, 3, 4].map { history.daysBefore($0, extension: 0) } == [0, 2, 0, 4])
    #expect([1, 2, 3, 4].map { history.daysBefore($0, extension: 2) } == [0, 0, 0, 1])
    // A run that the student is not in.
    #expect(history.daysBefore(5, extension: 0) == 0)
  }

  @Test func whatWasHandedInTogetherIsLateOnce() {
    // B and A together, then each alone, in the other order.
    let history = Self.history([(1, 2, ["A", "B"]), (2, 1, ["C"]), (3, 4, ["B"])])
    #expect(history.daysBefore(2, extension: 0) == 2)
    // Of the first run only A is left, which comes before B.
    #expect(history.daysBefore(3, extension: 0) == 2)
    let all = Self.history([(1, 2, ["A", "B"]), (2, 1, ["C"]), (3, 4, ["B"]), (4, 7, ["A"])])
    #expect(all.daysBefore(4, extension: 0) == 0 && all.daysBefore(3, extension: 0) == 2)
  }

  /// Runs a test with a gradebook of its own.
  private func withStore(_ work: (GradebookStore, FilePath) throws -> Void) throws {
    let folder = try Files.makeTemporaryDirectory(in: "/tmp")
    defer { Files.remove(folder) }
    let file = folder.appending(GradebookStore.fileName)
    try work(GradebookStore(file, creates: true), file)
  }

  /// One grading of an assignment: everybody, in some order.
  private func grade(
    _ assignment: String, _ days: [String: Int], in store: GradebookStore, _ generator: inout SeededGenerator
  ) throws -> Int64 {
    let (run, _) = try store.begin(setting: assignment, at: 0)
    for student in days.keys.sorted().shuffled(using: &generator) {
      let standing = Standing(student: student, lateDays: days[student] ?? 0, lateReason: "late")
      try store.record(
        [standing], run: run, fingerprint: "\(assignment) \(student)",
        report: ResultExportTests.report(of: assignment))
    }
    try store.finish(run, students: Set(days.keys), at: 1)
    return run
  }

  /// Whatever is graded again how often, and in which order the rows come: a student has the days that the assignments before left.
  @Test(arguments: 0..<6) func ordersAndReturnsChangeNothing(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed, purpose: "slip days")
    let students = ["ada", "bob", "eve"]
    let assignments = ["A", "B", "C"].shuffled(using: &generator)
    let days = assignments.map { _ in
      Dictionary(uniqueKeysWithValues: students.map { ($0, generator.below(4)) })
    }
    try withStore { store, _ in
      var last: [Int64] = []
      for (place, assignment) in assignments.enumerated() {
        last.append(try grade(assignment, days[place], in: store, &generator))
        // Now and then an earlier one again.
        let again = generator.below(place + 1)
        if generator.oneIn(2) { last[again] = try grade(assignments[again], days[again], in: store, &generator) }
      }
      for (place, run) in last.enumerated() {
        for standing in try store.standings(run) {
          let before = days[..<place].reduce(0) { $0 + ($1[standing.student] ?? 0) }
          let late = days[place][standing.student] ?? 0
          #expect(standing.lateDays == late && (late == 0 || standing.lateBefore == before))
          let charged = max(0, late - max(0, 4 - before))
          let expected = Score.rounded(7 * (1 - Double(charged) / 10))
          #expect(standing.total(Self.policy) == expected)
          let alone = try store.standings(run, of: [standing.student])
          #expect(alone == [standing])
        }
      }
    }
  }

  @Test func extensionsAreNoSlipDays() throws {
    var generator = SeededGenerator(seed: 9, purpose: "slip days")
    try withStore { store, _ in
      let first = try grade("A", ["ada": 3], in: store, &generator)
      let second = try grade("B", ["ada": 3], in: store, &generator)
      let before = try store.standings(second)[0]
      #expect(before.lateBefore == 3)
      _ = try store.decide(.extend(days: 2), student: "ada", author: "kim", reason: "ill", at: 2)
      let standing = try store.standings(second)[0]
      #expect(standing.lateDays == 1 && standing.lateBefore == 1 && standing.total(Self.policy) == 7)
      let earlier = try store.standings(first)[0]
      #expect(earlier.lateBefore == 0)
    }
  }

  /// Gradebooks of the version before say of no result which assignments it is of.
  @Test func oldGradebooksAreTakenOver() throws {
    var generator = SeededGenerator(seed: 10, purpose: "slip days")
    try withStore { store, file in
      _ = try grade("A", ["ada": 3], in: store, &generator)
      let run = try grade("B", ["ada": 2], in: store, &generator)
      let script = """
        import sqlite3; db = sqlite3.connect('\(file)')
        db.execute('ALTER TABLE result DROP COLUMN assignments')
        db.execute('DELETE FROM grdb_migrations WHERE identifier = 3')
        db.commit()
        """
      let status = system("python3 -c \"\(script)\"")
      #expect(status == 0)
      let standing = try GradebookStore(file, creates: false).standings(run)[0]
      #expect(standing.lateBefore == 3 && standing.total(Self.policy) == 6.3)
    }
  }
}
