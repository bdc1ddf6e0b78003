import ArgumentParser
import Examining
import Exercises
import Grading
import Judging
import SystemPackage

/// What is to replay traces: a student's files, a library, or a C allocator of the CS:APP malloc lab.
struct SubjectOptions: ParsableArguments {
  @Option(
    name: [.customLong("in"), .customShort("C")],
    help: ArgumentHelp("Where the files are; found by itself in the usual places.", valueName: "directory"))
  var directory: String?

  @Option(
    help: ArgumentHelp(
      "In place of a subject: a C allocator of the CS:APP malloc lab. Again for further C files that it needs.",
      valueName: "mm.c"))
  var csapp: [String] = []

  @OptionGroup(title: "Malloc lab options") var lab: MallocLabOptions

  /// What a subject is made of, before anything is built.
  enum Choice {
    case exercise(Exercise)
    case library(SharedLibrary)
    case csapp(CSAppSources, CSAppLab)

    var exercise: Exercise {
      switch self {
      case .exercise(let exercise): exercise
      case .library(let library): .general(.native, named: library.name)
      case .csapp(let sources, let lab): .general(.csapp(lab), named: sources.name)
      }
    }
  }

  /// What the command line names: an exercise by its id, a library by `libc`, a file name or a path; `--csapp` needs no name.
  func choice(_ name: String?) throws -> Choice {
    if !csapp.isEmpty {
      let (sources, lab) = try lab.sources(csapp.map { FilePath($0) })
      return .csapp(sources, lab)
    }
    guard let name else { throw ValidationError("Name a subject: an exercise, a library, or --csapp and a file.") }
    if SharedLibrary.isName(name) { return .library(try SharedLibrary(named: name)) }
    return .exercise(try exercise(named: name))
  }

  /// What came of building a subject.
  enum Built {
    case subject(Subject)
    case refused(Judgement.Refusal)
  }

  /// Builds a subject; the caller discards its worker.
  func build(_ choice: Choice, _ judge: Judge) throws -> Built {
    let exercise = choice.exercise
    let result: Builder.Result
    switch choice {
    case .library(let library): return .subject(try Subject(library, builder: judge.builder))
    case .exercise:
      result = try judge.builder.build(
        exercise, of: submission(for: exercise, judge.installation), asksInvariants: judge.asksInvariants)
    case .csapp(let sources, _): result = try judge.builder.build(sources, driver: exercise.driver)
    }
    switch (result, choice) {
    case (.refused(let messages, let kind), _): return .refused(Judgement.Refusal(kind, messages))
    case (.built(let worker), .csapp(let sources, _)): return .subject(Subject(sources, exercise, worker: worker))
    case (.built(let worker), _): return .subject(Subject(exercise, worker: worker))
    }
  }

  /// Whose work a subject is; nil for a library or a C file.
  func submission(of choice: Choice, _ installation: Installation) throws -> Submission? {
    guard case .exercise(let exercise) = choice else { return nil }
    return try submission(for: exercise, installation)
  }

  /// The submission that holds an exercise's file: here, in the assignment's folder, or where the option says.
  func submission(for exercise: Exercise, _ installation: Installation) throws -> Submission {
    var places: [FilePath] = [FilePath(directory ?? ".")]
    if directory == nil {
      for folder in [FilePath("."), installation.root] {
        places += ["ProblemSets", "Labs"].map { folder.appending($0).appending(exercise.assignment) }
      }
    }
    guard let place = places.first(where: { Files.exists($0.appending(exercise.file)) }) else {
      throw ValidationError("\(exercise.file) is not here; name its directory with --in.")
    }
    return try Submission(place)
  }
}

extension Submission {
  /// Which file of it is an exercise's, as a line begins that tells so: a wrong one may have been found.
  func path(of exercise: Exercise) -> String {
    printable(folder.appending(exercise.file).lexicallyNormalized().string)
  }
}
