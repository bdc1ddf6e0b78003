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
}
