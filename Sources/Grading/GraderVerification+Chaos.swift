package import Examining
package import Judging
import SystemPackage

/// A subject that is right, and how many chaos traces it was judged by.
package struct CorrectSubject: Sendable {
  package let name: String
  package var traces = 0
  package var operations = 0
  /// What was found wrong with it, though nothing is: a false alarm.
  package var alarm: ChaosRun.Failure?
}

extension GraderVerification {
  /// Judges what is known to be right by every chaos generator under many seeds: reference solutions, composed allocators and
  /// malloc libraries.
  ///
  /// - Parameters:
  ///   - seeds: how many traces of each generator each subject is given.
  ///   - exercises: whose solutions are judged; the others too, where that is all.
  package func correctSubjects(
    seeds: Int, of exercises: [Exercise], progress: @escaping @Sendable (String) -> Void
  ) throws(JudgeError) -> [CorrectSubject] {
    let judge = grader.judge
    var right = exercises.filter { $0.chaos != nil }.map(RightSubject.solution)
    if exercises.count == judge.catalogue.exercises.count {
      right += try Submission(grader.course.folder.appending("composed")).files.map(RightSubject.composed)
      right += SharedLibrary.installed.map(RightSubject.library)
    }
    let all = right
    let made = try twoAtATime(all.count) { number throws(JudgeError) in try make(all[number]) }
    var subjects: [(name: String, run: ChaosRun, subject: Subject)] = []
    for (subject, name) in made {
      guard let fit = subject.exercise.chaos else { continue }
      var run = ChaosRun(subject.exercise, fit, seed: Self.chaosSeed)
      run.lengths = Self.chaosLengths
      // A library keeps what is not freed.
      run.freesAtEnd = subject.library != nil
      run.largestAlignment = Self.soundAlignments[subject.name] ?? .max
      subjects.append((name, run, subject))
    }
    let judged = subjects
    return try twoAtATime(judged.count) { number throws(JudgeError) in
      let (name, run, subject) = judged[number]
      var result = CorrectSubject(name: name)
      let session = judge.session(subject)
      session.startsAnew = false
      defer { session.end() }
      let wanted = seeds * run.generators.count
      let (failure, state) = try run.run(in: session) { state in
        progress("\(name): chaos trace \(state.traces + 1) of \(wanted)")
        return state.traces < wanted
      }
      result.traces = state.traces
      result.operations = state.operations
      result.alarm = failure
      return result
    }
  }

  /// What is known to be right.
  private enum RightSubject: Sendable {
    case solution(Exercise)
    /// A file that composes an allocator of those of Problem Set 1.
    case composed(Submission.File)
    case library(SharedLibrary)
  }

  private func make(_ subject: RightSubject) throws(JudgeError) -> (subject: Subject, name: String) {
    let judge = grader.judge
    switch subject {
    case .solution(let exercise): return (Subject(exercise, worker: try judge.referenceWorker(exercise)), exercise.id)
    case .composed(let file):
      let base = try Submission(references.appending("ProblemSet1"))
      let made = try Subject(composed: file, of: base, builder: judge.builder)
      return (made, made.name)
    case .library(let library): return (try Subject(library, builder: judge.builder), library.name)
    }
  }

  /// Libraries that are themselves wrong, and up to which alignment they are right: Debian's mimalloc 2.0.9 answers `aligned_alloc` of
  /// 256 bytes and more with blocks that are not aligned so.
  private static let soundAlignments = ["libmimalloc.so.2": 128]

  /// About how many operations, in turn.
  private static let chaosLengths = [400, 800, 1600]

  /// Any will do; this one is nobody's.
  private static let chaosSeed: UInt64 = 1_000_000
}
