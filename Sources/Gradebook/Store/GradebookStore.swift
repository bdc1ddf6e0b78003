import GRDB
package import Grading
package import Judging
package import SystemPackage

/// The gradebook: an SQLite database in which each submission's result is written in one transaction.
///
/// What a submission is worth depends on its *fingerprint* alone (files, student, grader, seed, course), under which a result is
/// kept once. A *run* says where each student stands. One that was ended before its time is gone on with, so that a gradebook
/// after any number of interruptions is that of a run without.
///
///     run ──< standing >── result (fingerprint, report)
///                │ student
///             decision (chained by hashes; only ever added to)
package struct GradebookStore: Sendable {
  private let queue: DatabaseQueue
  /// The database's file.
  package let file: FilePath

  package static let fileName = "gradebook.sqlite"

  /// One grading of a class.
  package struct Run: Sendable, Equatable {
    package let number: Int64
    /// Seconds since 1970.
    package let started: Int
    /// Nil where it was ended before its time.
    package let finished: Int?
  }

  /// Opens a gradebook, or makes one.
  ///
  /// - Throws: `JudgeError.file` where it cannot be read or written, or is another version's.
  package init(_ file: FilePath, creates: Bool) throws(JudgeError) {
    self.file = file
    guard creates || Files.exists(file) else {
      throw .file(
        file, "is not there; `alloclab grade --class` makes it, and --output or the argument names its folder")
    }
    var configuration = Configuration()
    configuration.journalMode = .wal
    configuration.busyMode = .timeout(10)
    // A report that is told complete is on the disk.
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
    do {
      queue = try DatabaseQueue(path: file.string, configuration: configuration)
      try Self.migrator.migrate(queue)
    } catch { throw Self.told(error, file) }
  }

  private static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { db in
      try db.execute(
        sql: """
          CREATE TABLE run (
            number INTEGER PRIMARY KEY, setting TEXT NOT NULL, started INTEGER NOT NULL, finished INTEGER);
          CREATE TABLE result (
            id INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL UNIQUE, points REAL NOT NULL, maximum REAL NOT NULL,
            extraCredit REAL NOT NULL, report TEXT NOT NULL);
          CREATE TABLE standing (
            run INTEGER NOT NULL REFERENCES run (number), student TEXT NOT NULL, name TEXT NOT NULL, email TEXT NOT NULL,
            isOnRoster INTEGER NOT NULL, source TEXT NOT NULL, attempt INTEGER NOT NULL, lateDays INTEGER NOT NULL,
            lateReason TEXT NOT NULL, problems TEXT NOT NULL, result INTEGER REFERENCES result (id), failure TEXT,
            PRIMARY KEY (run, student));
          """)
    }
    migrator.registerMigration("2") { try $0.execute(sql: decisionTable) }
    migrator.registerMigration("3") { try $0.execute(sql: assignmentColumn) }
    return migrator
  }

  private static func told(_ error: any Error, _ file: FilePath) -> JudgeError {
    if let error = error as? JudgeError { return error }
    guard let error = error as? DatabaseError else { return .file(file, "\(error)") }
    let what = error.message ?? "\(error.resultCode)"
    let remedy =
      switch error.resultCode {
      case .SQLITE_FULL: "; make room on the disk, and run the same command again: what was graded is kept"
      case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_IOERR: "; see that its folder is there and can be written to"
      case .SQLITE_BUSY, .SQLITE_LOCKED: "; another program is at work on it"
      case .SQLITE_NOTADB, .SQLITE_CORRUPT: "; it is no gradebook, or damaged: name another --output"
      default: ""
      }
    return .file(file, "\(what)\(remedy)")
  }

  func write<T>(_ work: (Database) throws -> T) throws(JudgeError) -> T {
    do { return try queue.write(work) } catch { throw Self.told(error, file) }
  }

  func read<T>(_ work: (Database) throws -> T) throws(JudgeError) -> T {
    do { return try queue.read(work) } catch { throw Self.told(error, file) }
  }

  // MARK: - Writing

  /// The run that goes on: one by the same settings that was ended before its time, or a new one.
  package func begin(setting: String, at now: Int) throws(JudgeError) -> (run: Int64, isContinued: Bool) {
    try write { db in
      let last = try Row.fetchOne(db, sql: "SELECT number, setting, finished FROM run ORDER BY number DESC LIMIT 1")
      if let last, last["finished"] == nil as Int?, last["setting"] == setting { return (last["number"], true) }
      try db.execute(sql: "INSERT INTO run (setting, started) VALUES (?, ?)", arguments: [setting, now])
      return (db.lastInsertedRowID, false)
    }
  }

  /// The result that a fingerprint has already.
  package func result(of fingerprint: String) throws(JudgeError) -> Int64? {
    try read { try Int64.fetchOne($0, sql: "SELECT id FROM result WHERE fingerprint = ?", arguments: [fingerprint]) }
  }

  /// Writes a result, and where its students stand, in one transaction: both are there afterwards, or neither.
  ///
  /// - Parameters:
  ///   - report: nil where the result is there already, the grader failed, or nothing was handed in.
  package func record(
    _ standings: [Standing], run: Int64, fingerprint: String? = nil, report: Report? = nil
  ) throws(JudgeError) {
    let text: String
    do { text = try report.map { try JSONReportEncoder().encode($0).text(.compact) } ?? "" } catch {
      throw .file(file, "\(error)")
    }
    try write { db in
      var result: Int64?
      if let report, let fingerprint {
        try db.execute(
          sql: """
            INSERT INTO result (fingerprint, points, maximum, extraCredit, report, assignments)
            VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (fingerprint) DO NOTHING
            """,
          arguments: [
            fingerprint, report.points, report.maximum, report.extraCredit, text,
            Self.text(ofAssignments: report.assignments.map(\.assignment)),
          ])
      }
      if let fingerprint {
        result = try Int64.fetchOne(db, sql: "SELECT id FROM result WHERE fingerprint = ?", arguments: [fingerprint])
      }
      for standing in standings {
        try db.execute(
          sql: "INSERT OR REPLACE INTO standing VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          arguments: [
            run, standing.student, standing.name, standing.email, standing.isOnRoster, standing.source,
            standing.attempt, standing.lateDays, standing.lateReason, standing.problems,
            standing.failure == nil ? result : nil, standing.failure,
          ])
      }
    }
  }

  /// Ends a run: whoever stood in it before an interruption and hands in nothing any more does not.
  package func finish(_ run: Int64, students: Set<String>, at now: Int) throws(JudgeError) {
    try write { db in
      for student in try String.fetchAll(db, sql: "SELECT student FROM standing WHERE run = ?", arguments: [run])
      where !students.contains(student) {
        try db.execute(sql: "DELETE FROM standing WHERE run = ? AND student = ?", arguments: [run, student])
      }
      try db.execute(sql: "UPDATE run SET finished = ? WHERE number = ?", arguments: [now, run])
    }
  }

  // MARK: - Reading

  /// All runs, the first first.
  package func runs() throws(JudgeError) -> [Run] {
    try read { db in
      try Row.fetchAll(db, sql: "SELECT number, started, finished FROM run ORDER BY number").map {
        Run(number: $0["number"], started: $0["started"], finished: $0["finished"])
      }
    }
  }

  /// The run of that number, or the last.
  ///
  /// - Throws: `JudgeError.file` where there is none.
  package func run(_ number: Int64?) throws(JudgeError) -> Run {
    let runs = try runs()
    guard let run = number.map({ number in runs.first { $0.number == number } }) ?? runs.last else {
      let known = runs.isEmpty ? "it has none" : "it has \(runs.map { "\($0.number)" }.joined(separator: ", "))"
      throw .file(file, "has no run \(number.map { "\($0)" } ?? "yet"); \(known)")
    }
    return run
  }

  /// Where everybody stands in a run, by student, decisions taken in.
  ///
  /// - Parameter students: nil for all.
  package func standings(_ run: Int64, of students: Set<String>? = nil) throws(JudgeError) -> [Standing] {
    let log = try decisions()
    var standings = try graded(run, of: students)
    let late = try lateHistories(of: Set(standings.filter { $0.lateDays > 0 }.map(\.student)), until: run)
    for place in standings.indices {
      let student = standings[place].student
      standings[place].lateBefore = late[student]?.daysBefore(run, extension: log.daysMore(for: student)) ?? 0
      let decisions = log.inForce(for: standings[place].student)
      if decisions.isEmpty { continue }
      var found: Report?
      if let result = standings[place].result { found = try report(result) }
      standings[place].take(decisions, found)
    }
    return standings
  }

  /// Where everybody stands by what the grader found alone.
  private func graded(_ run: Int64, of students: Set<String>?) throws(JudgeError) -> [Standing] {
    let chosen = students.map { "AND student IN (\(databaseQuestionMarks(count: $0.count)))" } ?? ""
    return try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT standing.*, points, maximum, extraCredit FROM standing LEFT JOIN result ON result.id = standing.result
          WHERE run = ? \(chosen) ORDER BY student
          """, arguments: StatementArguments([run]) + StatementArguments(students?.sorted() ?? [])
      ).map { row in
        var standing = Standing(
          student: row["student"], name: row["name"], email: row["email"], isOnRoster: row["isOnRoster"],
          source: row["source"], attempt: row["attempt"], lateDays: row["lateDays"], lateReason: row["lateReason"],
          problems: row["problems"], result: row["result"], failure: row["failure"])
        standing.points = row["points"] ?? 0
        standing.maximum = row["maximum"] ?? 0
        standing.extraCredit = row["extraCredit"] ?? 0
        return standing
      }
    }
  }

  /// The instructor's report of a result.
  package func report(_ result: Int64) throws(JudgeError) -> Report {
    let text = try read { db in
      try String.fetchOne(db, sql: "SELECT report FROM result WHERE id = ?", arguments: [result])
    }
    guard let text else { throw .file(file, "has no result \(result)") }
    do {
      return try JSONReportDecoder().decode(Report.self, from: JSONDocument(parsing: text, source: file.string))
    } catch { throw .file(file, "a report cannot be read: \(error)") }
  }
}
