import Examining
import SystemPackage

extension Builder {
  /// One of the two things that are done at the same time.
  private enum Half: Sendable {
    case refusals(Refusals)
    case results([Result])
  }

  /// What is not safe Swift.
  private struct Refusals: Sendable {
    /// For each exercise, those of its files; empty where all are safe.
    var ofExercises: [[SafetyCheck.Refusal]] = []
    /// Whether that is so of each file, of others' too that an exercise may be built together with.
    var areNone = true
  }

  /// Builds the workers of exercises while the files are checked, and gives only those back whose files are all safe Swift.
  func buildChecked(
    _ exercises: [Exercise], of submission: Submission, by safety: SafetyCheck, asksInvariants: Bool = false
  ) throws(JudgeError) -> [Result] {
    let halves = try twoAtATime(2) { number throws(JudgeError) -> Half in
      if number == 0 { return .refusals(try refusals(of: exercises, in: submission, by: safety)) }
      if exercises.count == 1 {
        return .results([try buildUnchecked(exercises[0], of: submission, asksInvariants: asksInvariants)])
      }
      return .results(try buildAllUnchecked(exercises, of: submission))
    }
    guard case .refusals(let refusals) = halves[0], case .results(let results) = halves[1] else {
      preconditionFailure("results are in the order of the numbers")
    }
    if refusals.areNone { return results }
    // A program for several exercises may have a refused file in it, so none of these is used.
    for case .built(let worker) in results { discard(worker) }
    var checked: [Result] = []
    for (number, refusals) in zip(exercises.indices, refusals.ofExercises) {
      if refusals.isEmpty {
        checked.append(try buildAlone(exercises[number], of: submission, asksInvariants: asksInvariants))
      } else {
        checked.append(Self.result(refusals, results[number]))
      }
    }
    return checked
  }

  /// What is told of refused files: where the compiler can make no sense of one either, it says so better, and what else was found
  /// in it may be no more than a guess.
  private static func result(_ refusals: [SafetyCheck.Refusal], _ result: Result) -> Result {
    guard refusals.contains(where: { $0.syntaxError != nil }), case .refused(let said, _) = result else {
      return .refused(messages: refusals.map { $0.messages + ($0.syntaxError ?? "") }.joined(), kind: .unsafeCode)
    }
    let unsafe = refusals.filter { $0.syntaxError == nil }.map(\.messages).joined()
    return unsafe.isEmpty ? result : .refused(messages: unsafe + said, kind: .unsafeCode)
  }

  /// Has the files of exercises checked, with one run for all that may import the same.
  private func refusals(
    of exercises: [Exercise], in submission: Submission, by safety: SafetyCheck
  ) throws(JudgeError) -> Refusals {
    var found: [[String]: [String: SafetyCheck.Refusal]] = [:]
    for modules in Set(exercises.map(\.modules)) {
      var files: [Submission.File] = []
      for exercise in exercises where exercise.modules == modules {
        for part in [exercise] + exercise.builtTogether {
          files += submission.files(for: part).filter { file in !files.contains { $0.name == file.name } }
        }
      }
      found[modules] = try safety.refusals(of: files, admitting: modules)
    }
    var refusals = Refusals()
    refusals.areNone = found.values.allSatisfy(\.isEmpty)
    refusals.ofExercises = exercises.map { exercise in
      submission.files(for: exercise).compactMap { found[exercise.modules]?[$0.name] }
    }
    return refusals
  }

  /// A cache of its own for an exercise that may import more than the kit has compiled C modules for.
  static func moduleCache(of exercise: Exercise, in job: FilePath) throws(JudgeError) -> FilePath? {
    if exercise.modules.isEmpty { return nil }
    let folder = job.appending("cache")
    try Files.makeDirectory(folder, for: .sandbox)
    return folder
  }
}
