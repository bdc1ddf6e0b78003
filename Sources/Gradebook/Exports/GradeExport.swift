package import Grading
package import Judging

/// Grades as course systems read them.
package enum GradeExport {
  /// A table of everybody, for spreadsheets; with slip days where the course has some.
  package static func table(_ standings: [Standing], _ policy: LatePolicy?) -> CSVTable {
    let hasSlipDays = policy?.slipDays != nil
    let title =
      ["Student", "Name", "Email", "Points", "Maximum", "Extra Credit", "Late Days"]
      + (hasSlipDays ? ["Slip Days"] : []) + ["Total", "State"]
    return CSVTable(
      rows: [title]
        + standings.map { standing in
          let isGraded = standing.state == .graded
          let slipDays = policy?.slipDays(of: standing.lateDays, after: standing.lateBefore) ?? 0
          return [
            standing.student, standing.name, standing.email, isGraded ? Score.short(standing.points) : "",
            isGraded ? Score.short(standing.maximum) : "", isGraded ? Score.short(standing.extraCredit) : "",
            "\(standing.lateDays)",
          ] + (hasSlipDays ? ["\(slipDays)"] : [])
            + [isGraded ? Score.short(standing.total(policy)) : "", standing.state.rawValue]
        })
  }

  /// For Moodle's "Import grades": its users are found by `idnumber` or `email`, and `-` stands for no grade.
  ///
  /// One grade above the maximum makes Moodle refuse the whole file, and so does a user that it does not know: so extra credit is cut
  /// at `maximum`, and who is not on the roster is left out.
  ///
  /// - Returns: the table; and who is not in it, or has more points than it says.
  package static func moodle(
    _ standings: [Standing], _ policy: LatePolicy?, title: String
  ) -> (table: CSVTable, remarks: [String]) {
    var rows = [["idnumber", "email", title]]
    var remarks: [String] = []
    for standing in standings {
      guard standing.isOnRoster else {
        remarks.append("\(standing.student): is not on the roster, and is left out")
        continue
      }
      let total = standing.total(policy)
      let isCut = standing.state == .graded && total > standing.maximum
      if isCut {
        remarks.append(
          "\(standing.student): has \(Score.short(total)) of \(Score.short(standing.maximum)), and gets the maximum")
      }
      rows.append([
        standing.student, standing.email,
        standing.state == .graded ? Score.short(isCut ? standing.maximum : total) : "-",
      ])
    }
    return (CSVTable(rows: rows), remarks)
  }

  /// For Canvas's "Import grades": the gradebook that Canvas exported, with its rows above the students' and its columns of identity as
  /// they came, and one column of grades behind them; all other columns are left out, so that the import changes nothing else.
  ///
  /// - Throws: `JudgeError.course` where the table is not Canvas's, or Canvas would leave out the column.
  /// - Returns: the table; and who is missing on either side.
  package static func canvas(
    _ standings: [Standing], _ policy: LatePolicy?, title: String, template: CSVTable, source: String
  ) throws(JudgeError) -> (table: CSVTable, remarks: [String]) {
    // Canvas takes such columns for the totals that it adds up itself.
    guard !title.lowercased().contains("final") else {
      throw .course(
        "Canvas leaves out a column whose name holds \"final\", like \"\(title)\"; name another with --title")
    }
    guard let header = template.rows.first, header.first == "Student", header.contains("ID"), header.contains("Section")
    else {
      throw .course("\(source):1: is no gradebook that Canvas exported: it begins with Student, and has ID and Section")
    }
    let identity = ["Student", "ID", "SIS User ID", "SIS Login ID", "Integration ID", "Root Account", "Section"]
    let kept = header.indices.filter { identity.contains(header[$0]) }
    // The assignment that is there already is named with its number, `Labs (4711)`.
    let isThere = header.first { $0 == title || $0.hasPrefix("\(title) (") }
    let old = header.firstIndex { $0 == isThere }
    func cell(_ row: [String], _ place: Int) -> String { place < row.count ? row[place] : "" }
    var rows = [kept.map { header[$0] } + [isThere ?? title]]
    var (remarks, used): ([String], Set<String>) = ([], [])
    let maximum = standings.map(\.maximum).max() ?? 0
    for row in template.rows.dropFirst() {
      let names = kept.map { cell(row, $0) }
      if Roster.trimmed(cell(row, 0)) == "Points Possible" {
        rows.append(names + [Score.short(maximum)])
        continue
      }
      // Rows between, as of manual posting, name no student.
      guard kept.contains(where: { header[$0] != "Student" && !Roster.trimmed(cell(row, $0)).isEmpty }) else {
        rows.append(names + [old.map { cell(row, $0) } ?? ""])
        continue
      }
      let keys = Set(kept.filter { header[$0] != "Section" }.map { Roster.key(cell(row, $0)) }.filter { !$0.isEmpty })
      let found =
        standings.first { keys.contains(Roster.key($0.student)) }
        ?? standings.first { keys.contains(Roster.key($0.email)) }
      if let found { used.insert(found.student) } else { remarks.append("\(cell(row, 0)): is in Canvas only") }
      let grade = found.flatMap { $0.state == .graded ? Score.short($0.total(policy)) : nil }
      rows.append(names + [grade ?? ""])
    }
    remarks += standings.filter { !used.contains($0.student) }.map { "\($0.student): is in the gradebook only" }
    return (CSVTable(rows: rows), remarks)
  }
}
