import ArgumentParser
import Examining
import Exercises
import Gradebook
import Grading
import Judging
import SystemPackage
import Workloads

struct ViewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "view",
    abstract: "Make a page of your heap view's pictures, beside the true ones.",
    discussion: """
      Replays the public workloads of heap-view on your file, whatever goes wrong, and draws some pictures of each: those first that \
      differ. The page needs nothing but itself. Exit status: as that of `alloclab check`.
      """)

  @OptionGroup var shared: SharedOptions

  @OptionGroup var files: SubjectOptions

  @Option(name: .shortAndLong, help: ArgumentHelp("Where the page is written.", valueName: "file"))
  var output = "heap-view.html"

  @Option(help: ArgumentHelp("Grids that are shown of each workload, at most.", valueName: "number"))
  var grids = 3

  @Argument(help: ArgumentHelp("Workloads; left out for all.", valueName: "workload"))
  var workloads: [String] = []

  func run() throws {
    try reportingErrors {
      let exercise = try exercise(named: "heap-view")
      for name in workloads where !exercise.workloads.contains(where: { $0.name == name }) {
        throw ValidationError(
          "heap-view has no workload '\(name)': \(exercise.workloads.map(\.name).joined(separator: ", ")).")
      }
      let installation = try Installation()
      let judge = try shared.judge(installation, hiddenSeed: nil)
      let submission = try files.submission(for: exercise, installation)
      let style = TerminalStyle.detected()
      print(style.dim("drawing \(submission.path(of: exercise))"))
      let progress = SharedProgress()
      progress.update("\(exercise.id): compiling")
      switch try judge.builder.build(exercise, of: submission, asksInvariants: false) {
      case .refused(let messages, let kind):
        progress.clear()
        let judgement = Judgement(exercise: exercise, digest: "", refusal: .init(kind, messages))
        print(CheckText.text(judgement, style: style), terminator: "")
        throw Verdict.pointsLost
      case .built(let worker):
        defer { judge.builder.discard(worker) }
        var sections: [HeapViewPage.Section] = []
        for workload in exercise.workloads where workloads.isEmpty || workloads.contains(workload.name) {
          progress.update("\(exercise.id): \(workload.name)")
          sections.append(try section(workload, Subject(exercise, worker: worker), judge))
        }
        progress.clear()
        try Files.write(
          Array(HeapViewPage(title: "Heap view: yours and right", sections).text.utf8), to: FilePath(output))
        let wrong = sections.filter { !$0.remarks.allSatisfy(\.isRight) }
        print(wrong.isEmpty ? "all pictures are right" : "not right: \(wrong.map(\.name).joined(separator: ", "))")
        print("page: \(printable(output))")
        if !wrong.isEmpty { throw Verdict.pointsLost }
      }
    }
  }

  private func section(_ workload: Workload, _ subject: Subject, _ judge: Judge) throws -> HeapViewPage.Section {
    let trace = try judge.trace(workload, seed: Exercise.publicSeed)
    let recorder = HeapViewRecorder(for: trace)
    let session = judge.session(subject)
    defer { session.end() }
    let result = try session.replay(
      trace, oracle: recorder, windowSeed: Exercise.publicSeed, seconds: subject.exercise.secondsPerTrace)
    let (pictures, events) = (recorder.counts, recorder.events)
    var remarks: [(text: String, isRight: Bool)] = []
    if let violation = result.violation {
      remarks.append(("it ended early: \(violation.message)", false))
    }
    if events.all > 0 {
      let text =
        events.wrong == 0
        ? "all \(events.all) events rightly taken or refused"
        : "\(events.wrong) of \(events.all) events wrongly taken or refused, the first \(recorder.firstWrong ?? "")"
      remarks.append((text, events.wrong == 0))
    }
    if pictures.pictures > 0 {
      let text =
        pictures.wrong == 0
        ? "all \(pictures.pictures) pictures right" : "\(pictures.wrong) of \(pictures.pictures) pictures differ"
      remarks.append((text, pictures.wrong == 0))
    }
    return HeapViewPage.Section(
      name: workload.name, summary: workload.summary, remarks: remarks,
      groups: recorder.chosen(max(1, grids)).map { $0.map(HeapViewPage.Picture.init) })
  }
}

extension HeapViewPage.Picture {
  fileprivate init(_ picture: HeapViewRecorder.Picture) {
    self.init(
      operation: picture.operation, plane: picture.isHistory ? nil : picture.plane, start: picture.start,
      byteCount: picture.byteCount, cellBytes: picture.cellBytes, said: picture.said, right: picture.right)
  }
}
