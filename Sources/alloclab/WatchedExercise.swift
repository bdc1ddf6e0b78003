import Dispatch
import Examining
import Grading
import Judging
import Synchronization
import SystemPackage

/// An exercise whose files are looked at now and then, and checked, on another thread, once they are others.
final class WatchedExercise: Sendable {
  /// What came of a check.
  struct Outcome: Sendable {
    /// Nil where the check itself could not be done.
    let found: PublicCheck.Found?
    /// Why not.
    let fault: String
    /// How many checks there have been.
    let number: Int
  }

  private struct State {
    var isBusy = false
    var progress = ""
    var outcome: Outcome?
    /// What was checked last, and how the files looked then.
    var digest = ""
    var stamps: [String: String] = [:]
  }

  let exercise: Exercise
  let folder: FilePath
  private let place: String?
  private let judge: Judge
  private let state = Mutex(State())

  init(_ exercise: Exercise, _ folder: FilePath, place: String?, _ judge: Judge) {
    self.exercise = exercise
    self.folder = folder
    self.place = place
    self.judge = judge
  }

  /// The file that is handed in for it.
  var path: FilePath { folder.appending(exercise.file).lexicallyNormalized() }

  /// What is being done, nil where nothing is, and what came of the last check.
  var current: (progress: String?, outcome: Outcome?) {
    state.withLock { ($0.isBusy ? $0.progress : nil, $0.outcome) }
  }

  /// Checks the files if they are others than those that were checked last, or in any case; while a check is running, nothing.
  /// - Complexity: O(files) where none has changed.
  func look(again: Bool = false) {
    let stamps = stamps
    let isDue = state.withLock { state in
      guard !state.isBusy, again || stamps != state.stamps else { return false }
      (state.isBusy, state.progress, state.stamps) = (true, "\(exercise.id): reading", stamps)
      return true
    }
    guard isDue else { return }
    DispatchQueue.global().async { [self] in
      let outcome = check(again: again)
      state.withLock { state in
        state.isBusy = false
        if let outcome { state.outcome = outcome }
      }
    }
  }

  /// By name, the sizes and times of the Swift files; what an editor does while it saves makes them others, too.
  private var stamps: [String: String] {
    var stamps: [String: String] = [:]
    for name in Files.names(in: folder) where name.hasSuffix(".swift") {
      let stamp = Files.stamp(folder.appending(name))
      stamps[name] = stamp.map { "\($0.size) \($0.modified)" } ?? ""
    }
    return stamps
  }

  /// Nil where the files say what they said the last time.
  private func check(again: Bool) -> Outcome? {
    let (last, number) = state.withLock { ($0.digest, ($0.outcome?.number ?? 0) + 1) }
    do {
      let submission = try Submission(folder)
      let digest = submission.digest(for: exercise)
      if digest == last, !again { return nil }
      state.withLock { $0.digest = digest }
      var judge = judge
      judge.standIn = submission
      let check = PublicCheck(exercise: exercise, submission: submission, place: place, shrinks: true)
      let found = try check.run(judge) { [self] text in state.withLock { $0.progress = text } }
      return Outcome(found: found, fault: "", number: number)
    } catch { return Outcome(found: nil, fault: "alloclab: \(error)", number: number) }
  }
}
