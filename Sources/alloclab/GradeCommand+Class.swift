import ArgumentParser
import Examining
import Exercises
import Glibc
import Gradebook
import Grading
import Judging
import SystemPackage
import Traces

/// What one entry of a class is, once the roster was asked.
private struct ClassWork {
  let entry: ClassEntry
  /// Those who get the result; the first gives the hidden traces.
  var standings: [Standing]

  var stem: String { ClassEntry.stem(standings[0].student) }
}

extension GradeCommand {
  /// Grades a class into a gradebook: goes on where a run was interrupted, and grades nothing that has not changed.
  func gradeClass(_ folder: FilePath) throws {
    let start = ContinuousClock.now
    for id in only { _ = try exercise(named: id) }
    let grader = try grader()
    let course = grader.course
    warn(course)
    let roster = try classOptions.roster.map { try Roster(FilePath($0)) }
    let (entries, unused) = try ClassEntry.all(in: folder)
    let instructor = FilePath(output).appending("instructor")
    try Files.makeDirectory(FilePath(output))
    try Files.makePrivateDirectory(instructor)
    let lock = try Self.lock(instructor.appending("gradebook.lock"))
    defer { try? lock.close() }
    let store = try GradebookStore(instructor.appending(GradebookStore.fileName), creates: true)

    let works = Self.works(entries, roster, course.settings.latePolicy, due: classOptions.due)
    let names = Set(course.settings.assignments.map(\.name))
    let expected = course.rubrics.map(\.assignment).filter(
      works.reduce(into: Set<String>()) { known, work in
        known.formUnion(Collected(work.entry, assignments: names).assignments(course).map(\.assignment))
      }.contains)
    let setting = "\(Files.realPath(folder) ?? folder)\n\(only.sorted())"
    let (run, isContinued) = try store.begin(setting: setting, at: Int(time(nil)))
    if isContinued { tell("alloclab: going on with run \(run), which was interrupted") }

    let grading = SubmissionGrading(
      arguments: Array(CommandLine.arguments.dropFirst(2)),
      expected: course.rubrics.filter { expected.contains($0.assignment) }, profile: GradingProfile())
    var (graded, unchanged): (Int, Int) = (0, 0)
    var failed: [GraderFailure] = []
    var hasLost = false
    for (number, work) in works.enumerated() {
      let collected = Collected(work.entry, assignments: names)
      let fingerprint = fingerprint(of: collected, work, expected, grader)
      var standings = work.standings
      let problems = collected.problems.map { "\($0.name): \($0.reason)" }.joined(separator: "\n")
      for place in standings.indices { standings[place].problems = problems }
      do throws(GraderFailure) {
        let known = try orFailing(work) { () throws(JudgeError) in try store.result(of: fingerprint) }
        if known != nil {
          unchanged += 1
          try orFailing(work) { () throws(JudgeError) in
            try store.record(standings, run: run, fingerprint: fingerprint)
          }
        } else {
          let place = instructor.appending("submissions").appending(work.stem)
          try orFailing(work) { () throws(JudgeError) in
            try Files.makePrivateDirectory(instructor.appending("submissions"))
            try collected.write(to: place)
          }
          var report = try grading.grade(place, name: work.stem)
          let unread = (report.submission.unread ?? []) + collected.problems
          report.submission.unread = unread.isEmpty ? nil : unread
          graded += 1
          try orFailing(work) { () throws(JudgeError) in
            try store.record(
              standings, run: run, fingerprint: fingerprint, report: report.explained(by: course.catalogue))
          }
          tellProgress(number + 1, of: works.count, graded: graded, since: start, work.stem, report)
        }
        hasLost =
          try orFailing(work) { () throws(JudgeError) in
            try writeReports(store, fingerprint, store.standings(run, of: Set(standings.map(\.student))), course)
          } || hasLost
      } catch {
        tell("alloclab: \(error.submission): the grader failed: \(error.reason)")
        failed.append(error)
        for place in standings.indices { standings[place].failure = error.reason }
        // Where the gradebook itself cannot be written, nothing is graded any more.
        try store.record(standings, run: run)
      }
      fflush(nil)
      Interruption.say("alloclab: \(number + 1) of \(works.count) are in the gradebook; the same command goes on\n")
    }
    let present = Set(works.flatMap(\.standings).map(\.student))
    let absent = (roster?.students ?? []).filter { !present.contains($0.id) }
    try store.record(absent.map { Standing(student: $0.id, name: $0.name, email: $0.email) }, run: run)
    try store.finish(run, students: present.union(absent.map(\.id)), at: Int(time(nil)))

    let standings = try store.standings(run)
    print(GradebookText.table(standings, course.settings.latePolicy, style: .detected()), terminator: "")
    print(
      GradebookText.remarks(
        standings, unused: unused, graded: graded, unchanged: unchanged, file: store.file, style: .detected()),
      terminator: "")
    if !failed.isEmpty || works.isEmpty { throw Verdict.graderError }
    if hasLost { throw Verdict.pointsLost }
  }

  private func orFailing<T>(_ work: ClassWork, _ body: () throws(JudgeError) -> T) throws(GraderFailure) -> T {
    do { return try body() } catch { throw GraderFailure(submission: work.stem, reason: "\(error)", tries: 1) }
  }

  /// So that no two commands work on one gradebook.
  private static func lock(_ path: FilePath) throws(JudgeError) -> FileDescriptor {
    let file: FileDescriptor
    do {
      file = try .open(path, .readWrite, options: [.create, .closeOnExec], permissions: .ownerReadWrite)
    } catch { throw .file(path, "cannot be made: \(error)") }
    guard flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 else {
      try? file.close()
      throw .file(path, "is held by another `alloclab grade --class`; wait for it, or name another --output")
    }
    return file
  }

  /// Who handed in what. Nothing is lost: what the roster does not know, and what somebody handed in twice, is graded under a name
  /// of its own.
  private static func works(
    _ entries: [ClassEntry], _ roster: Roster?, _ policy: LatePolicy?, due: Int?
  ) -> [ClassWork] {
    var taken: Set<String> = []
    return entries.map { entry in
      let source = entry.sources.map(\.name).joined(separator: ", ")
      let standings = entry.people.map { hints -> Standing in
        var standing: Standing
        var late: Int?
        switch roster?.match(hints) {
        case .student(let student):
          standing = Standing(student: student.id, name: student.name, email: student.email)
          late = student.lateSeconds
        case .several(let ids):
          standing = Standing(
            student: hints.last ?? entry.owner, name: "may be \(ids.joined(separator: " or "))", isOnRoster: false)
        case .nobody, nil:
          let name = entry.layout == .gradescope ? hints.last ?? entry.owner : entry.owner
          standing = Standing(student: name, name: name, isOnRoster: roster == nil)
        }
        let id = standing.student
        var copy = 2
        // Names that differ by case alone would share a report on some disks.
        while !taken.insert(ClassEntry.stem(standing.student).lowercased()).inserted {
          standing.student = "\(id)-\(copy)"
          standing.name = "\(id) has another hand-in"
          standing.isOnRoster = roster == nil
          copy += 1
        }
        (standing.source, standing.attempt) = (printable(source, maximumBytes: 400), entry.attempt)
        let rule = policy ?? LatePolicy(percentPerDay: 0)
        if let late = late ?? due.flatMap({ due in entry.handedIn.map { $0 - due } }) {
          standing.lateDays = rule.days(late: late)
          if late > 0 { standing.lateReason = "handed in \(late / 3600) h \(late / 60 % 60) min after the deadline" }
        } else if entry.isMarkedLate {
          standing.lateDays = 1
          standing.lateReason = "marked as late; by how much is not told, so it counts as a day"
        }
        return standing
      }
      return ClassWork(entry: entry, standings: standings)
    }
  }

  /// SHA-256 over all that a result depends on, timing aside.
  private func fingerprint(
    of collected: Collected, _ work: ClassWork, _ expected: [String], _ grader: Grader
  ) -> String {
    var settings = grader.course.settings
    // It changes no result: days are counted and taken off outside.
    settings.latePolicy = nil
    var parts = [
      work.stem, Grader.version, grader.judge.builder.key, grader.judge.hiddenSeed?.mark ?? "", "\(settings)",
      "\(only.sorted()) \(noShrink) \(reveal) \(shared.admitUnsafe) \(shared.allowWeakSandbox)",
    ]
    parts += grader.course.rubrics.flatMap { $0.exercises.map(\.digest) }
    if collected.assignments(grader.course).isEmpty { parts += expected }
    var hash = SHA256.Hasher()
    for part in parts { hash.update(Array("\(part.utf8.count) \(part)\n".utf8)) }
    collected.update(&hash)
    return SHA256.hexadecimal(digest: hash.finalize())
  }

  /// Writes the reports of a result as far as they are not there: so that one that an interruption left out is there after the next
  /// run.
  ///
  /// - Returns: whether it loses points.
  private func writeReports(
    _ store: GradebookStore, _ fingerprint: String, _ standings: [Standing], _ course: Course
  ) throws(JudgeError) -> Bool {
    guard let result = try store.result(of: fingerprint) else { return true }
    let report = try store.report(result)
    let shown = reveal ? report : report.concealed
    for standing in standings {
      let stem = Portfolio.fileStem(ClassEntry.stem(standing.student))
      let (folder, file) = (FilePath(output).appending("instructor"), FilePath(output).appending("\(stem).json"))
      var text = ReportText.text(shown, style: .plain)
      if !standing.problems.isEmpty {
        text += "not taken:\n" + standing.problems.split(separator: "\n").map { "  \($0)\n" }.joined()
      }
      if let policy = course.settings.latePolicy, standing.lateDays > 0 {
        text += "late: \(standing.lateReason)\n  \(standing.lateArithmetic(policy))\n"
      }
      let full = folder.appending("\(stem).json")
      try Self.replace(full, Self.encoded(report, full), for: .owner)
      try Self.replace(file, Self.encoded(shown, file), for: .everybody)
      try Self.replace(FilePath(output).appending("\(stem).txt"), Array(text.utf8), for: .everybody)
    }
    return report.losesPoints
  }

  private static func replace(_ file: FilePath, _ bytes: [UInt8], for readers: Files.Readers) throws(JudgeError) {
    if Files.exists(file), (try? Files.read(file)) == bytes { return }
    try Files.write(bytes, to: file, for: readers)
  }

  private func tellProgress(
    _ number: Int, of count: Int, graded: Int, since start: ContinuousClock.Instant, _ name: String, _ report: Report
  ) {
    let seconds = (ContinuousClock.now - start).inSeconds
    let left = Int(seconds / Double(graded) * Double(count - number))
    let estimate = number < count ? ", at most \(left / 60) min \(left % 60) s left" : ""
    tell(
      "alloclab: \(number) of \(count): \(printable(name)): \(Score.short(report.points)) of "
        + "\(Score.short(report.maximum))\(estimate)")
  }
}
