import ArgumentParser
import Examining
import Glibc
import Gradebook
import Grading
import Judging
import SystemPackage

extension GradeCommand {
  /// Replays the lab's traces with the allocator of each submission, writes a report of each, and prints a table of all.
  func gradeMallocLab() throws {
    let judge = try shared.judge(try Installation(), hiddenSeed: nil)
    let traces = try MallocLab.traces(in: FilePath(traces ?? ""))
    try Files.makeDirectory(FilePath(output))
    var all: [(who: String, result: MallocLabText)] = []
    var problems = 0
    for folder in Self.mallocLabs(in: directories.map(Self.path)) {
      let who = folder.lexicallyNormalized().lastComponent?.string ?? folder.string
      do {
        var options = SubjectOptions()
        (options.directory, options.csapp, options.lab) = (nil, Self.sources(in: folder), lab)
        let result = try MallocLab(judge: judge, options: options, traces: traces).run(try options.choice(nil))
        guard !all.contains(where: { $0.who == who }) else {
          throw JudgeError.file(folder, "has the name of another submission, whose report it would overwrite")
        }
        all.append((who, result))
        let file = FilePath(output).appending("\(Portfolio.fileStem(who)).json")
        try Files.write(Self.encoded(MallocLabReport(who, result), file), to: file)
        // Before anybody is told that it is there.
        Interruption.say(
          "alloclab: \(all.count) \(all.count == 1 ? "report is" : "reports are") complete in \(output); "
            + "what was being graded has none\n")
        if !json { print(style.bold(printable(who)) + "\n" + result.text(style: style) + "  report: \(file)\n") }
      } catch let error as JudgeError {
        problems += 1
        tell("alloclab: \(printable(who)): \(error)")
      }
      fflush(nil)
    }
    let table = FilePath(output).appending("class.csv")
    try Files.write(Array(MallocLabExport.table(all).text.utf8), to: table)
    if json {
      print(try JSONReportEncoder().encode(all.map { MallocLabReport($0.who, $0.result) }).text(), terminator: "")
    } else if all.count + problems > 1 {
      print(MallocLabText.table(all, style: style) + "  the same as a table of figures: \(table)\n", terminator: "")
    }
    if all.isEmpty, problems == 0 {
      throw ValidationError("There is no mm.c in \(directories.joined(separator: ", ")), nor in the folders there.")
    }
    if problems > 0 { throw Verdict.graderError }
    if !all.allSatisfy(\.result.isAllRight) { throw Verdict.pointsLost }
  }

  /// An option that changes nothing misleads whoever gives it.
  func refuseWhatMallocLabsHaveNot() throws {
    let given: [(Bool, String, remedy: String)] = [
      (!only.isEmpty, "--only", "a malloc lab is one exercise; leave it out"),
      (seed != nil, "--seed", "there are no hidden traces; put those into the folder of --traces"),
      (reveal, "--reveal", "there are no hidden traces; leave it out"),
      (noShrink, "--no-shrink", "no shorter trace is looked for; `alloclab chaos --csapp` finds one"),
      (profile, "--profile", "no such times are kept; leave it out"),
      (shared.course != nil, "--course", "the traces are named by --traces, and the conventions by --lab"),
      (shared.references != nil, "--references", "nothing is measured against others; leave it out"),
      (shared.admitUnsafe, "--admit-unsafe", "C is unsafe, and admitted already; leave it out"),
    ]
    for (isGiven, name, remedy) in given where isGiven {
      throw ValidationError("\(name) means nothing with --csapp: \(remedy).")
    }
  }

  private var style: TerminalStyle { .detected() }

  /// The folders with an `mm.c`, as they are named, or one below.
  private static func mallocLabs(in places: [FilePath]) -> [FilePath] {
    places.flatMap { place in
      Files.exists(place.appending("mm.c"))
        ? [place] : Files.entries(in: place).filter { Files.exists($0.appending("mm.c")) }
    }
  }

  /// The C files of a submission, `mm.c` first, without those of the lab's own driver.
  private static func sources(in folder: FilePath) -> [String] {
    let others = Files.names(in: folder).filter { $0.hasSuffix(".c") && $0 != "mm.c" && !CSAppSources.isDriver($0) }
    return (["mm.c"] + others).map { folder.appending($0).string }
  }
}
