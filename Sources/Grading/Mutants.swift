package import Examining
package import Judging
package import SystemPackage

/// Submissions of one exercise that are each wrong in one known way: `grading/mutants/<family>/<exercise>.json`.
///
/// A mutant is the reference solution with a few edits. The grader must find what is wrong with each of them.
package struct Mutants: Sendable, Codable, Equatable {
  package var exercise: String
  /// The file of the reference solution that the edits are of.
  package var file: String
  package var mutants: [Mutant]

  package struct Mutant: Sendable, Codable, Equatable {
    /// Short and unique within the exercise.
    package var name: String
    /// What is wrong with it, in one sentence.
    package var summary: String
    /// A report is right if it finds one of these.
    package var expects: [ViolationKind]
    /// Whether it cannot be written without unsafe code or an import; it is built as with `--admit-unsafe` then.
    package var admitsUnsafe: Bool?
    package var edits: [Edit]
  }

  /// Replaces text that occurs exactly once.
  package struct Edit: Sendable, Codable, Equatable {
    /// A helper file of the solution that the text is in; nil where it is in the exercise's own.
    package var helper: String?
    package var find: String
    package var replace: String
  }

  /// The mutants of an exercise in the course's folder; nil where it has no file of them.
  ///
  /// - Parameter catalogue: knows the kinds that they may expect.
  package static func mutants(
    of exercise: Exercise, in course: FilePath, _ catalogue: Catalogue
  ) throws(JudgeError) -> Mutants? {
    let folder = course.appending("mutants")
    let families = Files.names(in: folder).map { folder.appending($0) }
    guard let file = families.map({ $0.appending("\(exercise.id).json") }).first(where: Files.exists) else {
      return nil
    }
    let mutants = try Course.read(Mutants.self, file)
    guard mutants.exercise == exercise.id else {
      throw .file(file, "\"exercise\" is \(mutants.exercise); expected \(exercise.id), as the file is named")
    }
    if let mutant = mutants.mutants.first(where: { $0.expects.isEmpty || $0.edits.isEmpty }) {
      throw .file(file, "\(mutant.name): neither \"expects\" nor \"edits\" may be empty")
    }
    if let problem = mutants.problem(in: catalogue) { throw .file(file, problem) }
    return mutants
  }

  /// What is wrong with what the mutants expect: a kind of violation that there is not.
  package func problem(in catalogue: Catalogue) -> String? {
    for mutant in mutants {
      guard let unknown = mutant.expects.first(where: { catalogue.kind($0.rawValue) == nil }) else { continue }
      let guess = closestMatch(to: unknown.rawValue, in: catalogue.kinds.map(\.rawValue))
      return "\(mutant.name): \"expects\": there is no kind of violation \"\(unknown.rawValue)\""
        + (guess.map { "; did you mean \"\($0)\"?" } ?? "; `alloclab explain` lists them")
    }
    return nil
  }

  /// The submission that a mutant stands for.
  ///
  /// - Throws: `JudgeError.file`, naming file, mutant and text, where an edit's text does not occur exactly once.
  package func submission(of mutant: Mutant, from reference: Submission) throws(JudgeError) -> Submission {
    var submission = reference
    for edit in mutant.edits {
      let file = edit.helper ?? file
      let path = reference.folder.appending(file)
      guard var bytes = submission.files.first(where: { $0.name == file })?.bytes else {
        throw .file(path, "is missing; the mutants of \(exercise) are made from it")
      }
      let find = Array(edit.find.utf8)
      let ranges = find.isEmpty ? [] : bytes.ranges(of: find)
      guard ranges.count == 1, let range = ranges.first else {
        throw .file(
          path,
          "mutant \(mutant.name) of \(exercise): the text to replace occurs \(ranges.count) times instead of once: "
            + printable(edit.find, maximumBytes: 200))
      }
      bytes.replaceSubrange(range, with: Array(edit.replace.utf8))
      submission = Submission(submission, named: "\(exercise)-\(mutant.name)", replacing: file, with: bytes)
    }
    return submission
  }
}
