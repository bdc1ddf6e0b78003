import ArgumentParser
import Examining
import Exercises
import Glibc
import Grading
import Judging
import SystemPackage

/// Options of every command that runs submissions.
struct SharedOptions: ParsableArguments {
  @Flag(help: "Run even where not every limit can be enforced; the report says which are missing.")
  var allowWeakSandbox = false

  @Flag(help: "Admit unsafe Swift, imports, threads and globals in submissions; otherwise they are refused.")
  var admitUnsafe = false

  @Option(help: ArgumentHelp("Where the reference solutions lie.", valueName: "directory"))
  var references: String?

  @Option(help: ArgumentHelp("Where course.json, the rubrics and the recorded traces lie.", valueName: "directory"))
  var course: String?

  /// A judge by the public traces, or with the instructor's seed by all.
  ///
  /// - Parameter usesReferences: false where a student's own work is measured in their place.
  func judge(
    _ installation: Installation, hiddenSeed: CourseSeed?, usesReferences: Bool = true
  ) throws(JudgeError) -> Judge {
    Interruption.install()
    var installation = installation
    installation.admitsUnsafeCode = admitUnsafe
    let folder = references.map { FilePath($0) } ?? installation.root.appending("Solutions")
    let hasReferences = Files.isDirectory(folder)
    // Without them there is nothing to measure by, which is nobody's lost points.
    if !hasReferences, references != nil || hiddenSeed != nil {
      throw .file(folder, "is not a directory; name that of the reference solutions with --references")
    }
    let recordings = courseFolder(installation).appending("traces")
    return try Judge(
      installation, catalogue: .all, references: hasReferences && usesReferences ? folder : nil,
      recordings: Files.isDirectory(recordings) ? recordings : nil, hiddenSeed: hiddenSeed,
      allowWeakSandbox: allowWeakSandbox)
  }

  /// The folder of `course.json`.
  func courseFolder(_ installation: Installation) -> FilePath {
    course.map { FilePath($0) } ?? installation.course
  }
}

/// Runs a command's work; whatever the grader itself cannot do is told on standard error, and ends with status 2.
func reportingErrors(_ work: () throws -> Void) throws {
  do { try work() } catch let error as ExitCode {
    throw error
  } catch let error as JudgeError {
    tell("alloclab: \(error)")
    throw Verdict.graderError
  }
}

/// Writes a line to standard error.
func tell(_ line: String) {
  _ = try? FileDescriptor.standardError.writeAll((line + "\n").utf8)
}

/// The exercise of that id, or an error that names the nearest one.
func exercise(named id: String) throws -> Exercise {
  if let exercise = Catalogue.all.exercise(id) { return exercise }
  let ids = Catalogue.all.exercises.map(\.id)
  let guess = closestMatch(to: id, in: ids).map { " Did you mean '\($0)'?" } ?? ""
  throw ValidationError("There is no exercise '\(id)'.\(guess) Exercises: \(ids.joined(separator: ", ")).")
}
