import Examining
import Grading
import Judging
import SystemPackage
import Traces

/// The public checks of one exercise: builds it, replays its workloads up to the first that goes wrong, and looks for the shortest trace
/// that shows it.
struct PublicCheck: Sendable {
  let exercise: Exercise
  let submission: Submission
  /// How a command names where the files are; nil where that is found by itself.
  let place: String?
  /// Whether a shorter trace is looked for, and saved where the command runs.
  let shrinks: Bool
  /// Whether what is right is measured too.
  var measures = false
  /// What the reference solution took elsewhere, for where it is not here.
  var yardstick: Yardstick?

  /// What came of it.
  struct Found: Sendable {
    var judgement: Judgement
    var shrinking: CheckText.Shrinking?
    /// Nil where nothing was to be measured, or something was wrong.
    var figures: [Judge.Figures]?

    var isRight: Bool { judgement.refusal == nil && judgement.cases.allSatisfy { $0.violation == nil } }

    func text(hints: CheckText.Hints = .causes, style: TerminalStyle) -> String {
      CheckText.text(judgement, shrinking: shrinking, hints: hints, style: style)
    }
  }

  /// - Parameter progress: told what is being done.
  func run(_ judge: Judge, progress: @escaping @Sendable (String) -> Void) throws(JudgeError) -> Found {
    progress("\(exercise.id): compiling")
    var found = Found(judgement: Judgement(exercise: exercise, digest: ""))
    switch try judge.builder.build(exercise, of: submission, asksInvariants: judge.asksInvariants) {
    case .refused(let messages, let kind): found.judgement.refusal = .init(kind, messages)
    case .built(let worker):
      defer { judge.builder.discard(worker) }
      let work = Judge.Work(exercise, digest: "", worker: worker)
      found.judgement = try judge.judge([work], stopsAtFirst: true) {
        progress("\($0.exercise.id): \($0.done + 1)/\($0.count) \($0.what)")
      }[0]
      if measures, found.isRight {
        found.figures = try judge.figures(of: work, found.judgement, yardstick: yardstick) {
          progress("\(exercise.id): \($0), against the clock")
        }
      }
      if let failed = found.judgement.cases.last, let violation = failed.violation, let failing = failed.failing,
        shrinks
      {
        let search = "\(exercise.id): looking for the shortest trace that shows it"
        let length = TraceSummary.grouped(failing.trace.operations.count)
        progress(search)
        let replay = "alloclab replay \(exercise.id)" + (place.map { " --in \($0)" } ?? "")
        found.shrinking = try CheckText.Shrinking(
          judge, Subject(exercise, worker: worker), failing, violation, in: "", replay: replay
        ) { progress("\(search): \(length) → \(TraceSummary.grouped($0)) operations") }
      }
    }
    return found
  }
}
