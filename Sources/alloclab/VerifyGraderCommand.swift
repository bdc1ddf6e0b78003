import ArgumentParser
import Exercises
import Grading
import Judging
import SystemPackage

struct VerifyGraderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify-grader",
    abstract: "Grade reference solutions, starters and mutants, and see whether the grader tells them apart.",
    discussion: """
      Solutions must have full marks, starters none, and each mutant must lose points for the fault that it has. Exit \
      status: 0 where all do, 1 where one does not, 2 where the grader itself failed.
      """)

  @OptionGroup var shared: SharedOptions

  @Option(help: ArgumentHelp("Verify only these exercises.", valueName: "exercise"))
  var exercise: [String] = []

  func run() throws {
    try reportingErrors {
      let chosen = try exercise.isEmpty ? Catalogue.exercises : exercise.map { try alloclab.exercise(named: $0) }
      let installation = try Installation()
      let course = try Course(shared.courseFolder(installation))
      let judge = try shared.judge(installation, hiddenSeed: course.settings.hiddenSeed)
      guard let references = judge.references else {
        throw JudgeError.missing("the directory of reference solutions", remedy: "name it with --references")
      }
      let verification = GraderVerification(Grader(judge: judge, course: course), references: references) {
        installation.starters(of: $0)
      }
      let progress = SharedProgress()
      var checks: [GraderVerification.Check] = []
      for exercise in chosen { checks += try verification.checks(of: exercise) { progress.update($0) } }
      progress.clear()
      print(GraderVerification.Check.text(checks, style: .detected()), terminator: "")
      let failed = checks.filter { !$0.holds }.count
      print("\(checks.count) submissions, \(failed == 0 ? "all as expected" : "\(failed) not as expected")")
      if failed > 0 { throw Verdict.pointsLost }
    }
  }
}
