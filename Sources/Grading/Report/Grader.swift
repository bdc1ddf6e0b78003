import Examining
import Glibc
package import Judging
import Sandbox
package import SystemPackage
import Traces

/// Grades submissions by a course's rubrics.
package struct Grader: Sendable {
  /// The version of AllocLab, as reports carry it.
  package static let version = "0.1.0"

  package private(set) var judge: Judge
  package let course: Course

  package init(judge: Judge, course: Course) {
    self.judge = judge
    self.course = course
  }

  /// The same grader, which takes unsafe code as well if it is to.
  func admittingUnsafeCode(_ admits: Bool) -> Grader {
    var grader = self
    if admits { grader.judge = judge.admittingUnsafeCode() }
    return grader
  }

  /// The rubrics' rows that a submission is graded by: all exercises of each assignment whose files it has one of, or that its
  /// directory is named after.
  package func rubrics(for submission: Submission) -> [Rubric] {
    let named = course.rubrics.filter { $0.assignment == submission.name }
    if !named.isEmpty { return named }
    return course.rubrics.filter { rubric in
      rubric.exercises.contains { row in judge.catalogue.exercise(row.exercise).map(submission.contains) ?? false }
    }
  }

  /// The judge of one submission: with its hidden traces, and sandboxes of its own.
  func judge(named name: String) -> Judge {
    (course.settings.sharesHiddenTraces == true ? judge : judge.forStudent(name)).withNewSandboxes()
  }

  /// Grades one submission.
  package func grade(
    _ submission: Submission, exercises: Set<String>? = nil,
    progress: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(JudgeError) -> Report {
    try grade(Portfolio(submission), exercises: exercises, progress: progress)
  }

  /// Grades what one student handed in: all that is known, for instructors; students get the report's `concealed`.
  ///
  /// - Parameters:
  ///   - exercises: only these, by id; nil for all.
  ///   - expected: the assignments that count where it has files for none.
  ///   - revealsHidden: whether the shortest trace may be made from a hidden one.
  ///   - folder: where the shortest traces that show what is wrong go; nil where nobody needs them.
  ///   - progress: told what is done now, in a few words.
  package func grade(
    _ portfolio: Portfolio, exercises: Set<String>? = nil, expecting expected: [Rubric] = [],
    revealsHidden: Bool = false,
    counterexamplesIn folder: FilePath? = nil,
    progress: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(JudgeError) -> Report {
    var work = self
    work.judge = judge(named: portfolio.name)
    let start = ContinuousClock.now
    let began = Int(time(nil))
    var enforcement: Enforcement?
    var assignments: [AssignmentReport] = []
    for (rubric, submission) in self.work(on: portfolio, exercises, expected) {
      let report = try work.assignment(
        rubric, submission, of: portfolio.name, exercises: exercises, revealsHidden: revealsHidden,
        counterexamplesIn: folder, &enforcement, progress)
      if let report { assignments.append(report) }
    }
    let elapsed = (ContinuousClock.now - start).inSeconds
    return Report(
      provenance: Provenance(
        grader: Self.version, kit: judge.builder.key, course: course.settings.course,
        hiddenSeed: judge.hiddenSeed?.mark, publicSeed: Exercise.publicSeed, host: .current,
        sandbox: Provenance.SandboxSummary(
          enforced: enforcement?.enforced ?? [], missing: enforcement?.missing ?? []),
        timing: Provenance.Moment(start: began, seconds: (elapsed * 1000).rounded() / 1000)),
      portfolio, assignments, course)
  }

  /// What is to be graded: the assignments, in the course's order, and where their files are; nil where nothing was handed in.
  private func work(
    on portfolio: Portfolio, _ exercises: Set<String>?, _ expected: [Rubric]
  ) -> [(Rubric, Submission?)] {
    var work: [(rubric: Rubric, submission: Submission?)] = []
    for part in portfolio.parts {
      let named = part.assignment.map { name in course.rubric(for: name).map { [$0] } ?? [] }
      work += (named ?? rubrics(for: part.submission)).map { ($0, part.submission) }
    }
    let wanted =
      exercises.map { ids in course.rubrics.filter { $0.exercises.contains { ids.contains($0.exercise) } } }
      ?? (work.isEmpty ? expected : [])
    for rubric in wanted where !work.contains(where: { $0.rubric.assignment == rubric.assignment }) {
      work.append((rubric, nil))
    }
    return course.rubrics.compactMap { rubric in work.first { $0.rubric.assignment == rubric.assignment } }
  }

  /// Grades the exercises of one assignment; nil where none of them is wanted.
  private func assignment(
    _ rubric: Rubric, _ submission: Submission?, of student: String, exercises: Set<String>?, revealsHidden: Bool,
    counterexamplesIn folder: FilePath?, _ enforcement: inout Enforcement?,
    _ progress: @escaping @Sendable (String) -> Void
  ) throws(JudgeError) -> AssignmentReport? {
    let rows = rubric.exercises.filter { exercises?.contains($0.exercise) ?? true }
    let chosen = rows.compactMap { row in judge.catalogue.exercise(row.exercise).map { (row, row.extended($0)) } }
    guard !chosen.isEmpty else { return nil }
    // What is not there costs its points, and no time.
    let present = chosen.filter { submission?.contains($0.1) == true }
    guard let submission, !present.isEmpty else {
      return report(rubric, chosen.map { ExerciseReport(missing: $0.1, by: $0.0) })
    }
    progress("\(student): compiling")
    let built = try judge.builder.buildAll(present.map(\.1), of: submission)
    var works: [Judge.Work] = []
    for ((row, exercise), result) in zip(present, built) {
      guard case .built(let worker) = result else { continue }
      works.append(
        Judge.Work(exercise, digest: submission.digest(for: exercise), worker: worker, settledBy: row))
    }
    defer { for work in works { judge.builder.discard(work.worker) } }
    let judgements = try judge.judge(works) {
      progress("\(student): \($0.exercise.id) \($0.done + 1)/\($0.count) \($0.what)")
    }
    var reports: [ExerciseReport] = []
    for (row, exercise) in chosen {
      guard let number = present.firstIndex(where: { $0.1.id == exercise.id }) else {
        reports.append(ExerciseReport(missing: exercise, by: row))
        continue
      }
      var judgement = Judgement(exercise: exercise, digest: submission.digest(for: exercise))
      if case .refused(let messages, let kind) = built[number] { judgement.refusal = .init(kind, messages) }
      var counterexample: CounterexampleReport?
      if let place = works.firstIndex(where: { $0.exercise.id == exercise.id }) {
        judgement = judgements[place]
        enforcement = judgement.enforcement ?? enforcement
        if let folder {
          progress("\(student): \(exercise.id), the shortest trace")
          counterexample = try judge.profile.measure(.shrinking) { () throws(JudgeError) in
            try self.counterexample(
              judgement, Subject(exercise, worker: works[place].worker), revealsHidden: revealsHidden, in: folder,
              prefix: "\(Portfolio.fileStem(student))-")
          }
        }
      }
      var report = ExerciseReport(judgement, by: row)
      report.counterexample = counterexample
      reports.append(report)
    }
    return report(rubric, reports)
  }

  private func report(_ rubric: Rubric, _ exercises: [ExerciseReport]) -> AssignmentReport {
    AssignmentReport(rubric, isExtraCredit: course.isExtraCredit(rubric.assignment), exercises)
  }

  /// The shortest trace that shows the first thing that is wrong on a trace that may be shown.
  private func counterexample(
    _ judgement: Judgement, _ subject: Subject, revealsHidden: Bool, in folder: FilePath, prefix: String
  ) throws(JudgeError) -> CounterexampleReport? {
    for item in judgement.cases where revealsHidden || !item.isHidden {
      guard let violation = item.violation, let failing = item.failing else { continue }
      let shrinking = try CheckText.Shrinking(
        judge, subject, failing, violation, in: folder, prefix: prefix, replay: "")
      return shrinking.result.counterexample.map { CounterexampleReport($0, isHidden: item.isHidden) }
    }
    return nil
  }
}

extension AssignmentReport {
  init(_ rubric: Rubric, isExtraCredit: Bool, _ exercises: [ExerciseReport]) {
    self.init(
      assignment: rubric.assignment, title: rubric.title, isExtraCredit: isExtraCredit,
      points: Score.rounded(exercises.reduce(0) { $0 + $1.points }),
      maximum: Score.rounded(exercises.reduce(0) { $0 + $1.maximum }), exercises: exercises)
  }
}

extension Provenance.Host {
  /// This machine, as the system describes it.
  static var current: Provenance.Host {
    var names = utsname()
    _ = unsafe uname(&names)
    func text<T>(_ field: T) -> String {
      unsafe withUnsafeBytes(of: field) { bytes in unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
    }
    let lines = (try? Files.read("/proc/cpuinfo")).map { String(decoding: $0, as: UTF8.self).split(separator: "\n") }
    let model = lines?.first { $0.hasPrefix("model name") }?.split(separator: ":").last?.drop { $0 == " " }
    return Provenance.Host(
      system: "\(text(names.sysname)) \(text(names.release)) \(text(names.machine))",
      processor: model.map(String.init) ?? "unknown", processors: sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  }
}

extension Judge.Work {
  /// - Parameter row: an interval on one side of its limits gives the same share wherever in it the ratio is.
  init(_ exercise: Exercise, digest: String, worker: FilePath, settledBy row: Rubric.Row?) {
    self.init(exercise, digest: digest, worker: worker)
    if let rule = row?.meters[Meter.time.name] { isTimeSettled = { $0.high <= rule.full || $0.low >= rule.zero } }
  }
}
