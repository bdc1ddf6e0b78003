import Gradebook
import Grading
import Judging
import Testing

@Suite struct ExportTests {
  private static func standing(_ student: String, points: Double?, onRoster: Bool = true, days: Int = 0) -> Standing {
    var standing = Standing(
      student: student, name: "=1+1", isOnRoster: onRoster, lateDays: days, result: points.map { _ in 1 })
    (standing.points, standing.maximum) = (points ?? 0, 10)
    return standing
  }

  @Test func tablesComeBackAsTheyWent() throws {
    let table = CSVTable(rows: [["a", "b, \"c\"\n", ""], [" ", "-3.5", "é"]])
    let again = try CSVTable(parsing: Array(table.text.utf8), source: "t")
    #expect(again == table)
  }

  @Test(arguments: ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", " =1", "\t=1"])
  func noCellIsAFormula(cell: String) throws {
    let again = try CSVTable(parsing: Array(CSVTable(rows: [[cell, "x"]]).text.utf8), source: "t")
    #expect(again.rows == [["'" + cell, "x"]])
  }

  @Test func moodleRefusesNoRowOfIt() {
    let (table, remarks) = GradeExport.moodle(
      [
        Self.standing("a", points: 12), Self.standing("b", points: nil), Self.standing("c", points: 1, onRoster: false),
      ],
      nil, title: "T")
    #expect(table.rows == [["idnumber", "email", "T"], ["a", "", "10"], ["b", "", "-"]])
    #expect(remarks.count == 2)
  }

  @Test func canvasGetsItsOwnRowsBack() throws {
    let template = CSVTable(rows: [
      ["Student", "ID", "SIS User ID", "Section", "T (9)", "Other (8)"], ["    Points Possible", "", "", "", "5", "1"],
      ["Lovelace, Ada", "4711", "a", "S", "", "1"], ["Gone", "4712", "g", "S", "", "1"],
    ])
    let standings = [Self.standing("a", points: 8, days: 2), Self.standing("z", points: 1)]
    let (table, remarks) = try GradeExport.canvas(
      standings, LatePolicy(percentPerDay: 10), title: "T", template: template, source: "t")
    #expect(
      table.rows == [
        ["Student", "ID", "SIS User ID", "Section", "T (9)"], ["    Points Possible", "", "", "", "10"],
        ["Lovelace, Ada", "4711", "a", "S", "6.4"], ["Gone", "4712", "g", "S", ""],
      ])
    #expect(remarks == ["Gone: is in Canvas only", "z: is in the gradebook only"])
    #expect(throws: JudgeError.self) {
      try GradeExport.canvas(standings, nil, title: "Final lab", template: template, source: "t")
    }
  }

  @Test func latenessCostsDaysBegunUpToACap() {
    let policy = LatePolicy(percentPerDay: 20, capPercent: 50, graceMinutes: 10)
    #expect([0, 600, 601, 86_400, 86_401].map { policy.days(late: $0) } == [0, 0, 1, 1, 2])
    #expect([0, 1, 2, 3, 9].map { policy.apply(to: 10, days: $0) } == [10, 8, 6, 5, 5])
  }

  @Test func slipDaysAreUsedBeforeAnythingIsTaken() {
    let policy = LatePolicy(percentPerDay: 10, capPercent: 30, slipDays: 3)
    #expect([0, 1, 2, 3, 9].map { policy.slipDays(of: 4, after: $0) } == [3, 2, 1, 0, 0])
    #expect([0, 1, 2, 3, 9].map { policy.apply(to: 10, days: 4, after: $0) } == [9, 8, 7, 7, 7])
    #expect(
      policy.arithmetic(days: 4, after: 2)
        == "4 days late − 1 slip day (of 3, 2 used before) = 3 days × 10 %, at most 30 %: 30 % less")
    #expect(
      policy.arithmetic(days: 1, after: 9)
        == "1 day late − 0 slip days (of 3, 3 used before) = 1 day × 10 %, at most 30 %: 10 % less")
    #expect(LatePolicy(percentPerDay: 10).arithmetic(days: 2, after: 9) == "2 days late × 10 %: 20 % less")
    var late = Self.standing("a", points: 8, days: 2)
    late.lateBefore = 2
    let table = GradeExport.table([late], policy)
    #expect(table.rows[0].suffix(4) == ["Late Days", "Slip Days", "Total", "State"])
    #expect(table.rows[1].suffix(4) == ["2", "1", "7.2", "graded"])
    let text = GradebookText.table([late], policy, style: .plain)
    #expect(text.contains("2 d (1 slip)"))
    let told = StudentResult(late, nil, policy).remarks.joined()
    #expect(told.contains("1 slip day (of 3, 2 used before)"))
  }

  @Test func explanationsTellOfSlipDays() throws {
    var late = Self.standing("a", points: 7, days: 2)
    (late.lateBefore, late.lateReason) = (2, "handed in 30 h after the deadline")
    let text = GradebookText.explanation(
      late, try ResultExportTests.report(), LatePolicy(percentPerDay: 10, slipDays: 3), style: .plain)
    #expect(
      text.contains(
        """
        late    handed in 30 h after the deadline
                2 days late − 1 slip day (of 3, 2 used before) = 1 day × 10 %: 10 % less
        total   6.3

        """), "\(text)")
  }
}
