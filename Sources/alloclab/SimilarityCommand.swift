import ArgumentParser
import Examining
import Exercises
import Gradebook
import Grading
import Judging
import SystemPackage

struct SimilarityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "similarity",
    abstract: "List the pairs of a class's hand-ins that share more than the starters explain.",
    discussion: """
      Takes what `grade --class` takes: folders and archives by student, or a course system's download. Files are read as the compiler \
      reads them, and compared by the order of their keywords, operators and punctuation: names, numbers, texts, comments and layout \
      do not count, nor does the order of functions. Left out is what the course's starters and the folders of --given have, and \
      what more than --common hand-ins have. Each pair comes with the places side by side. It is a list to look at, and no \
      verdict: the exit status says only whether it could be made. What was rewritten statement by statement is not found.
      """)

  @Option(help: ArgumentHelp("Where course.json lies.", valueName: "directory"))
  var course: String?

  @Option(
    help: ArgumentHelp(
      "A folder with what everybody was given besides the starters, or found in the course's text; may be there several times.",
      valueName: "directory"))
  var given: [String] = []

  @Option(help: ArgumentHelp("Tell pairs that share so many percent.", valueName: "percent"))
  var least = 30.0

  @Option(help: ArgumentHelp("Tell so many pairs at most.", valueName: "number"))
  var pairs = 20

  @Option(help: ArgumentHelp("Tell so many places of a pair at most, the longest.", valueName: "number"))
  var places = 5

  @Option(
    help: ArgumentHelp(
      "Leave out what more hand-ins have than this; otherwise 10, or in a large class each tenth.", valueName: "number"
    ))
  var common: Int?

  @Option(help: ArgumentHelp("Write the list to this file as well, as JSON.", valueName: "file"))
  var json: String?

  @Flag(help: "Run even where not every limit can be enforced.")
  var allowWeakSandbox = false

  @Argument(help: ArgumentHelp("What the class handed in.", valueName: "directory")) var folder: String

  func validate() throws {
    guard (1...100).contains(least) else { throw ValidationError("--least is 1 to 100 percent.") }
    guard (1...10_000).contains(pairs), (0...1000).contains(places) else {
      throw ValidationError("--pairs is 1 to 10000, and --places 0 to 1000.")
    }
    guard common ?? 2 >= 2 else { throw ValidationError("--common is 2 or more: a pair has what it shares.") }
  }

  func run() throws {
    Interruption.install()
    try reportingErrors {
      let installation = try Installation()
      let settings = try Course(course.map { FilePath($0) } ?? installation.course, .all).settings
      let compared = try ComparedClass(FilePath(folder), assignments: Set(settings.assignments.map(\.name)))
      let report = try report(of: compared, try given(installation, settings), installation)
      if let json {
        let text: String
        do { text = try JSONReportEncoder().encode(report).text() } catch {
          throw JudgeError.file(FilePath(json), "\(error)")
        }
        try Files.write(Array(text.utf8), to: FilePath(json))
      }
      print(SimilarityText.text(report, style: .detected()), terminator: "")
    }
  }

  private func report(
    of compared: ComparedClass, _ given: [TokenLister.Source], _ installation: Installation
  ) throws(JudgeError) -> SimilarityReport {
    var compared = compared
    let progress = SharedProgress()
    defer { progress.clear() }
    progress.update("reading \(compared.sources.count) files")
    let all = try TokenLister(installation, allowWeak: allowWeakSandbox).tokens(of: given + compared.sources)
    var known: [SourceTokens] = []
    for (source, tokens) in zip(given, all) {
      guard let tokens else { throw .file(FilePath(source.file.name), "cannot be read as Swift to its end") }
      known.append(tokens)
    }
    progress.update("comparing")
    let handIns = compared.handIns(Array(all.dropFirst(given.count)))
    var report = SimilaritySearch(handIns, given: known, commonFrom: common)
      .report(least: least, most: pairs, places: places)
    report.unread = compared.unread
    return report
  }

  /// The course's starters, and what else everybody was given, each file its own owner.
  private func given(_ installation: Installation, _ settings: CourseSettings) throws(JudgeError) -> [TokenLister
    .Source]
  {
    var files: [Submission.File] = []
    func add(_ file: FilePath) throws(JudgeError) {
      files.append(Submission.File(name: file.string, bytes: try Files.read(file, limit: Submission.fileLimit)))
    }
    for assignment in settings.assignments {
      let folder = installation.root.appending(assignment.folder)
      for name in Files.names(in: folder) where name.hasSuffix(".swift") { try add(folder.appending(name)) }
    }
    for folder in given.map({ FilePath($0) }) {
      let found = Files.below(folder).filter { $0.extension == "swift" }
      guard !found.isEmpty else { throw .file(folder, "holds no Swift file; name a folder with what was given") }
      for file in found { try add(file) }
    }
    return files.enumerated().map { TokenLister.Source(owner: -1 - $0.offset, file: $0.element) }
  }
}
