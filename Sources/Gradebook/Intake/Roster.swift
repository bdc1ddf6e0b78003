package import Judging
package import SystemPackage

/// Who is in the class: a CSV that the course's system exported, or one that an instructor typed.
package struct Roster: Sendable {
  /// One person.
  package struct Student: Sendable, Equatable {
    /// What reports are named after, and what exports give back: the institution's number where there is one.
    package var id: String
    package var name: String
    package var email: String
    /// Whatever else names the person: a login, the course system's own number.
    package var others: [String]
    /// Seconds after the deadline, where the table says so.
    package var lateSeconds: Int?
  }

  package let students: [Student]
  /// Students by what names them, in lowercase letters and digits alone; more than one where it names several.
  private let index: [String: Set<Int>]

  /// What came of looking for somebody.
  package enum Match: Equatable {
    case student(Student)
    case nobody
    /// The ids of all that it may be.
    case several([String])
  }

  /// The titles of columns, in lowercase letters and digits alone: of AllocLab's own, Canvas's, Moodle's and Gradescope's tables.
  private static let columns: [(part: String, titles: [String])] = [
    ("id", ["id", "sid", "studentid", "idnumber", "sisuserid"]),
    ("name", ["name", "student", "fullname"]), ("first", ["firstname"]), ("last", ["lastname", "surname"]),
    ("email", ["email", "emailaddress"]), ("login", ["login", "username", "sisloginid"]),
    ("late", ["latenesshms", "lateness"]),
  ]

  /// - Throws: `JudgeError.course` with the line where a title is missing or a student stands there twice.
  package init(parsing bytes: [UInt8], source: String) throws(JudgeError) {
    let table = try CSVTable(parsing: bytes, source: source)
    guard let header = table.rows.first?.map({ Self.key($0) }) else { throw .course("\(source): is empty") }
    func places(_ part: String) -> [Int] {
      let titles = Self.columns.first { $0.part == part }?.titles ?? []
      // The institution's number before the course system's own.
      let isCanvas = header.contains("sisuserid")
      let found = titles.flatMap { title in header.indices.filter { header[$0] == title } }
      if part == "id", isCanvas { return found.filter { header[$0] == "sisuserid" } }
      // Gradescope's has the assignment's name before it.
      return part == "late" ? header.indices.filter { header[$0].hasSuffix("latenesshms") } : found
    }
    let (ids, names, firsts, lasts) = (places("id"), places("name"), places("first"), places("last"))
    let (emails, logins, late) = (places("email"), places("login"), places("late"))
    guard !ids.isEmpty || !emails.isEmpty || !logins.isEmpty else {
      throw .course("\(source):1: no column is called id, SID, email or login; name one so in the first line")
    }
    var students: [Student] = []
    var lines: [String: Int] = [:]
    for (number, row) in table.rows.enumerated().dropFirst() {
      func cell(_ places: [Int]) -> String {
        for place in places where place < row.count {
          let text = Self.trimmed(row[place])
          if !text.isEmpty { return text }
        }
        return ""
      }
      var name = cell(names)
      if name.isEmpty { name = [cell(firsts), cell(lasts)].filter { !$0.isEmpty }.joined(separator: " ") }
      let (email, login) = (cell(emails), cell(logins))
      // Canvas's second and third rows.
      if name == "Points Possible" || row.allSatisfy({ Self.trimmed($0).isEmpty }) { continue }
      let id = [cell(ids), login, email].first { !$0.isEmpty } ?? ""
      if id.isEmpty, header.contains("sisuserid") { continue }
      guard !Self.key(id).isEmpty else { throw .course("\(source): row \(number + 1): \(name) has no id") }
      let stem = ClassEntry.stem(id).lowercased()
      if let other = lines[stem] {
        throw .course("\(source): row \(number + 1): \(id) is in row \(other) already; remove one")
      }
      lines[stem] = number + 1
      var others = [login]
      if let place = header.firstIndex(of: "id"), !ids.contains(place), place < row.count { others.append(row[place]) }
      others += [[cell(firsts), cell(lasts)].joined(), [cell(lasts), cell(firsts)].joined()]
      students.append(
        Student(
          id: id, name: name, email: email, others: others.filter { !Self.key($0).isEmpty },
          lateSeconds: Self.seconds(cell(late))))
    }
    self.students = students
    var index: [String: Set<Int>] = [:]
    for (place, student) in students.enumerated() {
      for key in Self.keys(of: student) where !key.isEmpty { index[key, default: []].insert(place) }
    }
    self.index = index
  }

  package init(_ file: FilePath) throws(JudgeError) {
    try self.init(parsing: Files.read(file, limit: CSVTable.limit), source: file.string)
  }

  /// Looks for somebody by what is known, the surest first: the first that names one student alone decides.
  package func match(_ hints: [String]) -> Match {
    var several: Set<Int> = []
    for hint in hints {
      let found = index[Self.key(hint)] ?? []
      if found.count == 1, let place = found.first { return .student(students[place]) }
      if several.isEmpty { several = found }
    }
    return several.isEmpty ? .nobody : .several(several.sorted().map { students[$0].id })
  }

  private static func keys(of student: Student) -> Set<String> {
    // `Lovelace, Ada` and `Ada Lovelace` are one, and so is what Canvas makes of it, `lovelaceada`.
    let parts = student.name.split(separator: ",", maxSplits: 1).map(String.init)
    let words = student.name.split(separator: " ").map(String.init)
    var names = [student.name, parts.reversed().joined()]
    if parts.count == 1, let last = words.last { names.append(last + words.dropLast().joined()) }
    let mailbox = student.email.split(separator: "@").first.map(String.init) ?? ""
    return Set((names + [student.id, student.email, mailbox] + student.others).map { key($0) })
  }

  /// Lowercase letters and digits alone.
  static func key(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.lowercased().unicodeScalars.filter { $0.properties.isAlphabetic || $0.properties.numericType != nil }))
  }

  static func trimmed(_ text: String) -> String {
    var view = text[...]
    while view.first?.isWhitespace == true { view.removeFirst() }
    while view.last?.isWhitespace == true { view.removeLast() }
    return String(view)
  }

  /// Of `26:03:59`, hours, minutes and seconds.
  static func seconds(_ text: String) -> Int? {
    let parts = text.split(separator: ":").map { Int($0) }
    guard parts.count == 3, let hours = parts[0], let minutes = parts[1], let seconds = parts[2],
      0...87_600 ~= hours, 0..<60 ~= minutes, 0..<60 ~= seconds
    else { return nil }
    return hours * 3600 + minutes * 60 + seconds
  }
}
