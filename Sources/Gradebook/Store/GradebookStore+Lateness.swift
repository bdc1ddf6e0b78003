import GRDB
import Judging

extension GradebookStore {
  /// Names of assignments have no slash in them: they are the last components of paths.
  private static let separator = "/"

  static func text(ofAssignments names: [String]) -> String { names.sorted().joined(separator: separator) }

  /// Which assignments a result is of, of old ones as well.
  static let assignmentColumn = """
    ALTER TABLE result ADD COLUMN assignments TEXT NOT NULL DEFAULT '';
    UPDATE result SET assignments = coalesce(
      (SELECT group_concat(json_extract(value, '$.assignment'), '\(separator)')
       FROM json_each(result.report, '$.assignments')), '');
    """

  /// How late students were in this run and those before it.
  /// - Complexity: O(runs × students).
  func lateHistories(of students: Set<String>, until run: Int64) throws(JudgeError) -> [String: LateHistory] {
    // Mostly nobody is late, or few are.
    guard !students.isEmpty else { return [:] }
    return try read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT run, student, lateDays, assignments FROM standing JOIN result ON result.id = standing.result
          WHERE run <= ? ORDER BY run
          """, arguments: [run])
      var firstRuns: [String: Int64] = [:]
      var records: [String: [LateHistory.Record]] = [:]
      for row in rows {
        let (number, student, assignments): (Int64, String, String) = (row["run"], row["student"], row["assignments"])
        let names = assignments.split(separator: Self.separator).map(String.init)
        for name in names { firstRuns[name] = min(firstRuns[name] ?? number, number) }
        if students.contains(student) {
          records[student, default: []].append(
            LateHistory.Record(run: number, lateDays: row["lateDays"], assignments: names))
        }
      }
      return records.mapValues { LateHistory($0, firstRuns: firstRuns) }
    }
  }
}
