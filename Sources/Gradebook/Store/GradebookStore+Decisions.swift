import GRDB
package import Judging
import SystemPackage

extension GradebookStore {
  static let decisionTable = """
    CREATE TABLE decision (
      number INTEGER PRIMARY KEY, moment INTEGER NOT NULL, author TEXT NOT NULL, student TEXT NOT NULL,
      kind TEXT NOT NULL, reason TEXT NOT NULL, hash TEXT NOT NULL);
    CREATE TRIGGER decisionStays BEFORE UPDATE ON decision
      BEGIN SELECT RAISE(ABORT, 'a decision is not changed; withdraw it'); END;
    CREATE TRIGGER decisionIsKept BEFORE DELETE ON decision
      BEGIN SELECT RAISE(ABORT, 'a decision is not removed; withdraw it'); END;
    """

  /// Writes a decision behind all others, in one transaction with a look at these.
  ///
  /// - Throws: `JudgeError.file` where the log was tampered with, or cannot be written.
  package func decide(
    _ kind: Decision.Kind, student: String, author: String, reason: String, at moment: Int
  ) throws(JudgeError) -> Decision {
    try write { db in
      let decision = try Self.log(db, file).next(kind, student: student, author: author, reason: reason, at: moment)
      try db.execute(
        sql: "INSERT INTO decision VALUES (?, ?, ?, ?, ?, ?, ?)",
        arguments: [decision.number, moment, author, student, kind.text, reason, decision.hash])
      return decision
    }
  }

  /// The log of decisions, each hash verified.
  ///
  /// - Throws: `JudgeError.file` with the first entry that is not what was written.
  package func decisions() throws(JudgeError) -> DecisionLog { try read { try Self.log($0, file) } }

  static func log(_ db: Database, _ file: FilePath) throws -> DecisionLog {
    var log = DecisionLog()
    for row in try Row.fetchAll(db, sql: "SELECT * FROM decision ORDER BY number") {
      let number: Int64 = row["number"]
      guard let kind = Decision.Kind(text: row["kind"]) else {
        throw JudgeError.file(file, "decision \(number) is of a kind that this version does not know")
      }
      let decision = Decision(
        number: number, moment: row["moment"], author: row["author"], student: row["student"], kind: kind,
        reason: row["reason"], after: log.head)
      guard log.append(decision, keptHash: row["hash"]) else {
        throw JudgeError.file(
          file,
          "decision \(number) is not what was written, or one before it is missing; go back to a copy of the gradebook")
      }
    }
    return log
  }
}
