import ArgumentParser
import Examining
import Exercises
import Glibc
import Grading
import Judging
import SystemPackage
import Workloads

struct ChaosCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chaos",
    abstract: "Throw random and hostile traces at an allocator until something breaks.",
    discussion: """
      Runs until something is wrong, you press Ctrl-C, or there were enough operations or seconds. --list shows the \
      generators. Every trace is a function of generator, seed and length, so what broke can be had again. Exit status: \
      0 where nothing was wrong, 1 where something was, 2 where the run itself failed.
      """)

  @OptionGroup var shared: SharedOptions

  @OptionGroup var files: SubjectOptions

  @Option(help: ArgumentHelp("End after so many operations.", valueName: "count"))
  var operations: Int?

  @Option(help: ArgumentHelp("End after so many seconds.", valueName: "count"))
  var seconds: Int?

  @Option(help: ArgumentHelp("The seed of the first round of traces.", valueName: "number"))
  var seed: UInt64 = Exercise.publicSeed

  @Option(help: ArgumentHelp("Only this generator; may be given several times.", valueName: "name"))
  var generator: [String] = []

  @Option(help: ArgumentHelp("Only traces of about so many operations.", valueName: "count"))
  var length: Int?

  @Flag(help: "Show the trace as it is, and look for no shorter one.")
  var noShrink = false

  @Flag(help: "List the generators, and where each comes from.")
  var list = false

  @Argument(
    help: ArgumentHelp("What is to bear it; left out with --csapp.", valueName: "exercise|library"),
    completion: .list(Catalogue.all.exercises.map(\.id) + ["libc"]))
  var subject: String?

  func validate() throws {
    if subject == nil, files.csapp.isEmpty, !list { throw ValidationError("Name a subject, or give --list.") }
    for (name, value) in [("operations", operations), ("seconds", seconds), ("length", length)] {
      if let value, value < 1 { throw ValidationError("--\(name) is at least 1.") }
    }
  }

  func run() throws {
    if list { return print(ChaosText.catalogue(style: .detected()), terminator: "") }
    try reportingErrors {
      let choice = try files.choice(subject)
      let exercise = choice.exercise
      guard let fit = exercise.chaos else {
        throw ValidationError("\(exercise.id) takes no chaos, which is made of allocations.")
      }
      let judge = try shared.judge(Installation(), hiddenSeed: nil)
      let style = TerminalStyle.detected()
      if let submission = try files.submission(of: choice, judge.installation) {
        print(style.dim("chaos for \(submission.path(of: exercise))"))
      }
      let progress = SharedProgress()
      progress.update("\(exercise.id): compiling")
      let built = try files.build(choice, judge)
      progress.clear()
      switch built {
      case .refused(let refusal):
        print(CheckText.text(Judgement(exercise: exercise, digest: "", refusal: refusal), style: style))
        throw Verdict.pointsLost
      case .subject(let subject):
        defer { judge.builder.discard(subject.worker) }
        var run = ChaosRun(exercise, fit, generators: try chosenGenerators(), seed: seed)
        if let length { run.lengths = [length] }
        // A library keeps what is not freed.
        run.freesAtEnd = subject.library != nil
        let session = judge.session(subject)
        session.startsAnew = false
        try self.run(run, subject, in: session, judge, progress, style)
      }
    }
  }

  private func run(
    _ run: ChaosRun, _ subject: Subject, in session: ReplaySession, _ judge: Judge, _ progress: SharedProgress,
    _ style: TerminalStyle
  ) throws {
    let clock = ContinuousClock()
    let start = clock.now
    func elapsed() -> Double { (clock.now - start).inSeconds }
    func summary(_ state: ChaosRun.Progress) -> String {
      ChaosText.summary(run.exercise.id, state, seconds: elapsed(), peakBytes: Self.peakBytes, style: style)
    }
    let (failure, state) = try run.run(in: session) { state in
      Interruption.say(summary(state) + "\n")
      progress.update(ChaosText.progress(state, run.step(state.traces), seconds: elapsed()))
      return state.operations < operations ?? .max && elapsed() < Double(seconds ?? .max)
    }
    session.end()
    progress.clear()
    Interruption.say("")
    if let failure, var violation = failure.result.violation {
      if run.exercise.isMallocLab,
        let fresh = try judge.replay(subject, failure.trace, lockstep: false).violation, fresh.kind == .worksOnlyOnce
      {
        var result = failure.result
        result.violation = fresh
        print(CheckText.text(result, run.exercise, failure.trace, style: style), terminator: "")
        print(summary(state))
        throw Verdict.pointsLost
      }
      violation = try judge.diagnosed(violation, run.exercise, failure.trace, in: judge.session(subject))
      var result = failure.result
      result.violation = violation
      let failing = FailingTrace(trace: failure.trace, windowSeed: failure.step.seed)
      let shrinking = try noShrink ? nil : shrunk(subject, failing, violation, judge)
      print(CheckText.text(result, run.exercise, failure.trace, shrinking: shrinking, style: style), terminator: "")
      print(ChaosText.origin(failure.step, run.exercise))
    }
    print(summary(state))
    if failure != nil { throw Verdict.pointsLost }
  }

  /// The shortest trace that shows it, saved here.
  private func shrunk(
    _ subject: Subject, _ failing: FailingTrace, _ violation: Violation, _ judge: Judge
  ) throws(JudgeError) -> CheckText.Shrinking {
    let name = files.csapp.isEmpty ? self.subject ?? "" : files.commandLine
    let place = files.directory.map { " --in \($0)" } ?? ""
    return try CheckText.Shrinking(
      judge, subject, failing, violation, in: "", prefix: files.counterexamplePrefix,
      replay: "alloclab replay \(name)\(place)")
  }

  private func chosenGenerators() throws -> [ChaosGenerator]? {
    guard !generator.isEmpty else { return nil }
    return try generator.map { name in
      if let generator = ChaosCatalogue.generator(name) { return generator }
      let guess = closestMatch(to: name, in: ChaosCatalogue.all.map(\.name)).map { " Did you mean '\($0)'?" } ?? ""
      throw ValidationError("There is no generator '\(name)'.\(guess) --list shows them.")
    }
  }

  /// The most memory that this process has had, in bytes; what it shares with workers is part of it.
  private static var peakBytes: Int {
    var usage = rusage()
    return unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 ? usage.ru_maxrss * 1024 : 0
  }
}
