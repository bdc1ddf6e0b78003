import ArgumentParser
import Examining
import Exercises
import Glibc
import Grading
import Judging
import SystemPackage
import Traces
import Visualization

extension ReplayCommand {
  /// Operations of a trace that is short enough for a map of each in a pipe.
  private static let shortTrace = 20
  /// Operations of a trace that is short enough for a check after each.
  private static let askedTrace = 10_000

  /// Replays in lockstep, and walks through what was done: on a terminal by keys, elsewhere by printing all of it.
  ///
  /// - Parameter submission: whose work the subject is; nil for a library or a C file.
  func walk(_ subject: Subject, _ submission: Submission?, _ trace: Trace, _ judge: Judge) throws {
    let exercise = subject.exercise
    let line = SharedProgress()
    func record(_ subject: Subject) throws(JudgeError) -> Walkthrough {
      try judge.walk(subject, trace) {
        line.update("operation \($0) of \(trace.operations.count)")
      }
    }
    let asked = try submission.flatMap { try askingItself(exercise, $0, trace, judge, record) }
    let walkthrough = try asked ?? record(subject)
    line.clear()
    // However long one looks at it, nothing of it is needed any more.
    judge.builder.discard(subject.worker)
    let style = TerminalStyle.detected()
    let steps = StepViews(walkthrough, title: "\(exercise.id) · \(trace.name)")
    let isInteractive = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && !TerminalSession.isDumb
    let verdict = CheckText.text(walkthrough.result, exercise, trace, style: style)
    if isInteractive {
      let end = try Self.walk(steps, style)
      print(verdict, terminator: "")
      if end == .interrupt {
        fflush(nil)
        signal(SIGINT, SIG_DFL)
        raise(SIGINT)
        // Where the signal is blocked, for whatever reason.
        throw ExitCode(128 + SIGINT)
      }
    } else {
      Self.list(steps, style)
      // What is wrong has been told at its step.
      if walkthrough.failure == nil { print(verdict, terminator: "") }
    }
    if walkthrough.result.violation != nil { throw Verdict.pointsLost }
  }

  /// The walkthrough with the subject's own checks, where it has any and there is time for them.
  private func askingItself(
    _ exercise: Exercise, _ submission: Submission, _ trace: Trace, _ judge: Judge,
    _ record: (Subject) throws(JudgeError) -> Walkthrough
  ) throws(JudgeError) -> Walkthrough? {
    let name = Array("InvariantChecking".utf8)
    guard !judge.asksInvariants, exercise.invariantDriver != nil, trace.operations.count <= Self.askedTrace,
      submission.files(for: exercise).contains(where: { !$0.bytes.ranges(of: name).isEmpty }),
      case .built(let worker) = try judge.builder.build(exercise, of: submission, asksInvariants: true)
    else { return nil }
    defer { judge.builder.discard(worker) }
    let walkthrough = try record(Subject(exercise, worker: worker))
    // It may have been the check that did not come to its end.
    return walkthrough.endsUnanswered ? nil : walkthrough
  }

  private static func list(_ steps: StepViews, _ style: TerminalStyle) {
    var steps = steps
    let (range, failure) = (steps.walkthrough.range, steps.walkthrough.failure)
    if range.lowerBound > 0 { print("… \(range.lowerBound) operations before these are not shown\n") }
    for index in range {
      let withMap = range.count <= shortTrace || index == failure
      let view = steps.view(at: index, around: 0, zoom: 0, withMap: withMap)
      for line in StepListing.lines(view, withMap: withMap) { print(line.rendered(style)) }
    }
  }

  private static func walk(_ steps: StepViews, _ style: TerminalStyle) throws(JudgeError) -> StepNavigation.Action {
    var steps = steps
    var navigation = StepNavigation(range: steps.walkthrough.range, failure: steps.walkthrough.failure)
    let terminal = try TerminalSession()
    while true {
      let size = terminal.size
      let view = steps.view(at: navigation.index, around: size.rows, zoom: navigation.zoom, withMap: true)
      let lines = StepScreen(view: view, navigation: navigation).lines(columns: size.columns, rows: size.rows)
      terminal.show(lines.map { truncated($0.rendered(style), toWidth: size.columns) })
      guard let keys = terminal.keys(unlessResizedFrom: size) else { return .quit }
      for key in keys {
        let action = navigation.press(key) { steps.next(about: $0, from: $1) }
        switch action {
        case .show: break
        case .quit, .interrupt: return action
        case .suspend: terminal.suspend()
        }
      }
    }
  }
}

extension StyledText {
  /// The text as a terminal of that style shows it.
  fileprivate func rendered(_ style: TerminalStyle) -> String {
    parts.map { part in
      switch part.tone {
      case .plain: part.text
      case .dim: style.dim(part.text)
      case .bold: style.bold(part.text)
      case .wrong: style.bold(style.red(part.text))
      case .subject: style.green(part.text)
      case .released: style.yellow(part.text)
      case .grown: style.dim(style.green(part.text))
      case .shade(let shade):
        shade == 0 ? style.cyan(part.text) : shade == 1 ? style.blue(part.text) : style.magenta(part.text)
      }
    }.joined()
  }
}
