import ArgumentParser
import Examining
import Exercises
import Gradebook
import Grading
import Judging
import SystemPackage

struct HandoutCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "handout",
    abstract: "Make the package that students are given.",
    discussion: """
      It has the starters and READMEs of the assignments, what they import, this very tool, and a manifest that editors \
      understand; it needs no network, and no other package. Before anything is written, every text in it and all that the tool is compiled from \
      is searched for pieces of solutions, honest designs, mutants, attacks, recorded traces and the hidden seed, by content: any 32 \
      words in a row, in whatever file and layout. What may be shared all the same, given.json beside course.json lists. With --calibrate \
      the reference solutions are measured beside a yardstick, the empty allocator, so that `check --measure` at home estimates how far \
      from them a student's time and space are: their times by themselves are not handed out, and their memory is. Exit status: 0, or 2 \
      where nothing was handed out.
      """)

  @Option(help: ArgumentHelp("Hand out this one; again for more. All that have a rubric otherwise.", valueName: "name"))
  var assignment: [String] = []

  @Option(help: ArgumentHelp("Where course.json and the rubrics lie.", valueName: "directory"))
  var course: String?

  @Option(help: ArgumentHelp("Where the reference solutions lie.", valueName: "directory"))
  var references: String?

  @Flag(help: "Measure the reference solutions by a yardstick, for estimates at home; takes some minutes.")
  var calibrate = false

  @Flag(help: "Run the linker even where not every limit can be enforced.")
  var allowWeakSandbox = false

  @Argument(help: ArgumentHelp("The folder to make; nothing may lie there yet.", valueName: "directory"))
  var directory: String

  func run() throws {
    Interruption.install()
    try reportingErrors {
      let folder = FilePath(directory)
      try Handout.refuseUsed(folder)
      let installation = try Installation()
      guard !installation.isHandout else {
        throw JudgeError.file(
          installation.root, "was handed out itself, and has nothing to hand out; use the course's own")
      }
      let course = try Course(course.map { FilePath($0) } ?? installation.course, .all)
      let progress = SharedProgress()
      progress.update("linking the tool, and looking for solutions in everything")
      let solutions = references.map { FilePath($0) } ?? installation.root.appending("Solutions")
      var handout = try Handout(
        installation, course, assignments: assignment, solutions: solutions, allowWeak: allowWeakSandbox,
        isCalibrated: calibrate)
      if calibrate {
        try handout.add(yardstick(installation, course, handout.assignments, solutions, progress))
      }
      progress.clear()
      try handout.write(to: folder)
      print(HandoutText.text(handout, folder, style: .detected()), terminator: "")
    }
  }

  /// What the reference solutions of some assignments take here.
  private func yardstick(
    _ installation: Installation, _ course: Course, _ assignments: [String], _ solutions: FilePath,
    _ progress: SharedProgress
  ) throws(JudgeError) -> Yardstick {
    let judge = try Judge(
      installation, catalogue: .all, references: solutions, recordings: nil, hiddenSeed: nil,
      allowWeakSandbox: allowWeakSandbox)
    defer { judge.builder.discardAll() }
    let exercises = assignments.flatMap { course.catalogue.exercises(ofAssignment: $0) }
    var yardstick = Yardstick(exercise: "pool", workload: "churn")
    try judge.calibrate(&yardstick, exercises) { progress.update("measuring \($0)") }
    return yardstick
  }
}
