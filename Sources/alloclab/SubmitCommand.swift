import ArgumentParser
import Examining
import Exercises
import Gradebook
import Grading
import Judging
import SystemPackage

struct SubmitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "submit",
    abstract: "Pack the files that are graded into a zip, ready to upload.",
    discussion: """
      Takes the folder of an assignment, or one with several, and says of each file whether it is in. Nothing is uploaded. First it is \
      compiled as grading does it, and what would be refused is told; the zip is written all the same. Exit status: 0, 1 \
      where something in it would not be graded, 2 where nothing was packed.
      """)

  @OptionGroup var shared: SharedOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The zip; named after the assignment, and written here, otherwise.", valueName: "file"))
  var output: String?

  @Argument(help: ArgumentHelp("The folder with your files; the one where you are otherwise.", valueName: "folder"))
  var folder = "."

  func run() throws {
    Interruption.install()
    try reportingErrors {
      let packing = try Packing(FilePath(folder), .all)
      let installation = try Installation()
      let record = try HandoutRecord(installation)
      let judge = try shared.judge(installation, hiddenSeed: nil)
      defer { judge.builder.discardAll() }
      let style = TerminalStyle.detected()
      var hasWarnings = false
      for part in packing.parts {
        let unchanged = Set(part.files.filter { record?.isStarter($0, of: part.assignment) == true }.map(\.name))
        print(PackingText.text(part, unchanged: unchanged, style: style), terminator: "")
        let progress = SharedProgress()
        progress.update("\(part.assignment): compiling")
        let results = try judge.builder.buildAll(part.exercises, of: part.submission)
        progress.clear()
        for (exercise, result) in zip(part.exercises, results) {
          guard case .refused(let messages, let kind) = result else { continue }
          hasWarnings = true
          print(PackingText.warning(exercise, Judgement.Refusal(kind, messages), style: style), terminator: "")
        }
        hasWarnings = hasWarnings || !unchanged.isEmpty || !part.missing.isEmpty
      }
      let file = FilePath(output ?? packing.name)
      try Files.write(packing.archive, to: file)
      let count = packing.parts.reduce(0) { $0 + $1.files.count }
      print(
        "\(hasWarnings ? style.yellow("!") : style.green("✓")) \(style.bold(printable(file.string))): "
          + "\(count) file\(count == 1 ? "" : "s")\(hasWarnings ? "; see above for what would lose points" : "")")
      if hasWarnings { throw Verdict.pointsLost }
    }
  }
}
