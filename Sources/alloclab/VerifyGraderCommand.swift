import ArgumentParser
import Examining
import Exercises
import Glibc
import Grading
import Judging
import SystemPackage

struct VerifyGraderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify-grader",
    abstract:
      "Grade reference solutions, honest designs, starters and mutants, and see whether the grader tells them apart.",
    discussion: """
      Solutions must have full marks, and the same again; honest designs (right, and unlike \
      the solutions) full correctness; starters none; each mutant must lose points, and nearly all be \
      told first what is wrong with them. Solutions, composed allocators and malloc libraries must pass every chaos \
      generator under many seeds. With --quick, each mutant is looked at only until the first thing that is wrong with it, and \
      chaos is sampled. With --mutations, right solutions get small mistakes of all kinds, one at a time; those that the grader takes \
      for right all the same are printed. Exit status: 0 where all is so, 1 where it is not, 2 where the grader itself failed.
      """)

  @OptionGroup var shared: SharedOptions

  @Option(help: ArgumentHelp("Verify only these exercises.", valueName: "exercise"))
  var exercise: [String] = []

  @Option(
    help: ArgumentHelp(
      "Chaos traces of each generator for each right subject: 200, or 2 with --quick; 0 for none.", valueName: "count"))
  var seeds: Int?

  @Flag(help: "Enough to see whether the grader still tells right from wrong, in a fraction of the time.")
  var quick = false

  @Flag(
    help:
      "With --quick: look at all traces, and write down in the course's folder by which workload each mutant is told; it is tried first from then on."
  )
  var learn = false

  @Option(
    help: ArgumentHelp(
      "Grade solutions and mutants under so many seeds instead, and print how far their points lie apart.",
      valueName: "count"))
  var draws: Int?

  @Option(
    help: ArgumentHelp(
      "Give solutions and honest designs so many small mistakes instead, over all exercises, and print which survive.",
      valueName: "count"))
  var mutations: Int?

  @Option(
    help: ArgumentHelp("With --mutations: the seed that they are drawn from; 1 if it is not given.", valueName: "seed"))
  var seed: UInt64?

  @Flag(help: "With --draws or --mutations: measure time too, to which the machine's noise adds.")
  var timed = false

  @Flag(help: "Look for the shortest trace on which each mutant fails, and print how short it is.")
  var shrink = false

  @Flag(
    help: ArgumentHelp(
      "With --quick: leave out reference solutions and starters, which `grade` looks at more closely.",
      discussion: "For a run in which both are graded anyway."))
  var withoutSolutions = false

  @Flag(help: "Tell where the time went: compiling, drawing traces, starting, replaying, judging, timing, shrinking.")
  var profile = false

  @Option(
    help: ArgumentHelp(
      "With --shrink, --quick, --draws or --mutations: only these mutants; with --quick, honest designs as well.",
      valueName: "name"))
  var mutant: [String] = []

  func validate() throws {
    if let mutations, mutations < 1 {
      throw ValidationError("--mutations \(mutations): give the number of mutations, 1 or more.")
    }
    if learn, !quick {
      throw ValidationError("--learn: only the quick form uses what it writes; give --quick as well.")
    }
    if withoutSolutions, !quick {
      throw ValidationError("--without-solutions: only the quick form can leave them out; give --quick as well.")
    }
    if seed != nil, mutations == nil {
      throw ValidationError("--seed: only mutations are drawn from it; give their number with --mutations.")
    }
    guard mutations != nil else { return }
    let others = [(draws != nil, "--draws"), (shrink, "--shrink"), (quick, "--quick"), (seeds != nil, "--seeds")]
    if let (_, other) = others.first(where: \.0) {
      throw ValidationError("--mutations and \(other): each is a verification of its own; give one of them.")
    }
    for name in mutant
    where !exerciseNames.contains(where: { name.hasPrefix("\($0)-") && Int(name.dropFirst($0.count + 1)) != nil }) {
      throw ValidationError("--mutant \(name): mutations are named after the exercise and their place, as in pool-17.")
    }
  }

  private var exerciseNames: [String] { exercise.isEmpty ? Catalogue.all.exercises.map(\.id) : exercise }

  func run() throws {
    try reportingErrors {
      let named = try exercise.isEmpty ? Catalogue.all.exercises : exercise.map { try alloclab.exercise(named: $0) }
      let installation = try Installation()
      let course = try Course(shared.courseFolder(installation), .all)
      let chosen = named.map(course.extended)
      let judge = try shared.judge(installation, hiddenSeed: course.settings.hiddenSeed)
      guard let references = judge.references else {
        throw JudgeError.missing("the directory of reference solutions", remedy: "name it with --references")
      }
      let start = ContinuousClock.now
      defer {
        if profile {
          let clock = (ContinuousClock.now - start).inSeconds
          fflush(nil)
          tell(ProfileText.text(judge.profile, clock: clock, style: .detected()))
        }
      }
      if let mutations { return try verifyMutations(mutations, chosen, judge, references, course) }
      if let draws { return try verifyDraws(draws, chosen, installation, references, course) }
      if shrink { return try verifyShrinking(chosen, judge, references, course) }
      let verification = GraderVerification(Grader(judge: judge, course: course), references: references) {
        installation.starters(of: $0)
      }
      let progress = SharedProgress()
      var toldBy = try ToldBy(in: course.folder)
      let tried = learn ? ToldBy() : toldBy
      let only = mutant.isEmpty ? nil : Set(mutant)
      var checks: [GraderVerification.Check] = []
      for exercise in chosen {
        checks +=
          quick
          ? try verification.quickChecks(of: exercise, only: only, withoutSolutions: withoutSolutions, tried) {
            progress.update($0)
          }
          : try verification.checks(of: exercise) { progress.update($0) }
      }
      if learn {
        toldBy.learn(checks)
        try toldBy.write(in: course.folder)
      }
      let seeds = seeds ?? (mutant.isEmpty ? quick ? 2 : 200 : 0)
      let subjects =
        seeds > 0
        ? try verification.correctSubjects(seeds: seeds, of: chosen) { progress.update($0) } : []
      progress.clear()
      let style = TerminalStyle.detected()
      print(GraderVerification.Check.text(checks, style: style))
      if !subjects.isEmpty { print(CorrectSubject.text(subjects, style: style)) }
      let matrix = ConfusionMatrix(checks, subjects)
      print(matrix.text(style: style))
      let others = checks.filter { !$0.holds }.count
      print(
        "\(checks.count) submissions, \(others == 0 ? "all as expected" : "\(others) not as expected"); "
          + "\(matrix.missed) mutants missed, \(matrix.falseAlarms) false alarms, \(matrix.gifts) starters with points")
      if !matrix.isSound { throw Verdict.pointsLost }
    }
  }

  private func verifyDraws(
    _ seeds: Int, _ exercises: [Exercise], _ installation: Installation, _ references: FilePath, _ course: Course
  ) throws {
    let spread = try DrawSpread(seeds: max(seeds, 1), course: course, references: references) {
      (seed) throws(JudgeError) in try shared.judge(installation, hiddenSeed: seed)
    }
    let progress = SharedProgress()
    var isLuck = false
    for exercise in exercises {
      let rows = try spread.rows(of: exercise, only: mutant.isEmpty ? nil : Set(mutant), timed: timed) {
        progress.update($0)
      }
      progress.clear()
      print(DrawSpread.Row.text(rows, style: .detected()))
      fflush(nil)
      isLuck = isLuck || rows.contains { $0.spread > DrawSpread.bound }
    }
    if isLuck { throw Verdict.pointsLost }
  }

  private func verifyMutations(
    _ count: Int, _ exercises: [Exercise], _ judge: Judge, _ references: FilePath, _ course: Course
  ) throws {
    let verification = try MutationVerification(
      Grader(judge: judge, course: course), references: references, seed: seed ?? 1, timed: timed)
    let style = TerminalStyle.detected()
    let progress = SharedProgress()
    var results: [MutationVerification.Result] = []
    for (exercise, share) in zip(exercises, MutationDraw.shares(of: count, among: exercises.count)) where share > 0 {
      let result = try verification.result(of: exercise, count: share, only: mutant.isEmpty ? nil : Set(mutant)) {
        progress.update($0)
      }
      progress.clear()
      print(result.text(style: style), terminator: "")
      fflush(nil)
      results.append(result)
    }
    let found = Set(results.flatMap(\.rows).map(\.name))
    if let name = mutant.first(where: { !found.contains($0) }) {
      throw JudgeError.missing(
        "\(name) among these mutations", remedy: "ask for more of them, or for one that compiles")
    }
    print(MutationVerification.text(results, style: style), terminator: "")
    let isWanted = MutationVerification.Tally(results.flatMap(\.rows)).holds
    if !isWanted || !results.allSatisfy(\.listHolds) { throw Verdict.pointsLost }
  }

  private func verifyShrinking(
    _ exercises: [Exercise], _ judge: Judge, _ references: FilePath, _ course: Course
  ) throws {
    let verification = ShrinkVerification(judge, references: references, course: course.folder)
    let progress = SharedProgress()
    var rows: [ShrinkVerification.Row] = []
    for exercise in exercises {
      rows += try verification.rows(of: exercise, only: mutant.isEmpty ? nil : Set(mutant)) { progress.update($0) }
    }
    progress.clear()
    print(ShrinkVerification.Row.text(rows, style: .detected()), terminator: "")
    if rows.contains(where: { !$0.holds }) { throw Verdict.pointsLost }
  }
}
