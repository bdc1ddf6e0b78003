import Examining
import Glibc
import Grading
import Judging
import Sandbox
import SystemPackage

/// Grades one submission in a process of its own: whatever ends that process is this submission's "grader failed", and the next
/// one is graded all the same.
struct SubmissionGrading {
  /// Those of `alloclab grade`, which the process reads anew.
  let arguments: [String]
  let expected: [Rubric]
  let profile: GradingProfile

  /// What goes wrong once may go well the next time: the machine was short of memory, say.
  private static let tries = 2
  /// The largest answer that is read: far above any report.
  private static let answerLimit = 64 << 20

  /// What came of a try.
  private enum Outcome {
    case graded(Report)
    /// It was told why, and it would be the same again.
    case impossible(String)
    case failed(String)
  }

  /// - Parameter name: the submission's, for what is told of it.
  func grade(_ folder: FilePath, name: String) throws(GraderFailure) -> Report {
    var reason = ""
    for attempt in 1...Self.tries {
      switch outcome(folder, attempt) {
      case .graded(let report): return report
      case .impossible(let why): throw GraderFailure(submission: name, reason: why, tries: attempt)
      case .failed(let why): reason = why
      }
    }
    throw GraderFailure(submission: name, reason: reason, tries: Self.tries)
  }

  private func outcome(_ folder: FilePath, _ attempt: Int) -> Outcome {
    let request = GradingRequest(
      arguments: arguments, folder: folder, expected: expected.map(\.assignment), attempt: attempt)
    let end: OwnProcess.End
    do {
      let text = try JSONReportEncoder().encode(request).text(.compact)
      end = try OwnProcess.run(
        [GradeSubmissionCommand.name], request: Array(text.utf8), answerLimit: Self.answerLimit,
        started: Interruption.minds)
    } catch { return .failed("\(error)") }
    switch end {
    case .signalled(let number):
      // What it showed of its progress, it could not take away any more.
      SharedProgress.eraseLine()
      return .failed("it was ended by signal \(number) (\(Self.name(ofSignal: number)))")
    case .answeredTooMuch: return .failed("its answer is longer than \(Self.answerLimit) bytes")
    case .exited(let status, let bytes):
      guard status == 0 else { return .failed("it ended by itself, with status \(status)") }
      return read(bytes)
    }
  }

  private func read(_ bytes: [UInt8]) -> Outcome {
    let answer: GradingAnswer
    do {
      let document = try JSONDocument(parsing: String(decoding: bytes, as: UTF8.self), source: "the answer")
      answer = try JSONReportDecoder(rejectsUnknownKeys: true).decode(GradingAnswer.self, from: document)
    } catch { return .failed("its answer cannot be read: \(error)") }
    profile.add(answer.profile)
    if let report = answer.report { return .graded(report) }
    let why = answer.failure ?? "its answer is empty"
    return answer.isWorthAnotherTry ? .failed(why) : .impossible(why)
  }

  private static func name(ofSignal number: Int32) -> String {
    switch number {
    case SIGILL, SIGTRAP: "a trap"
    case SIGABRT: "an abort"
    case SIGSEGV, SIGBUS: "a bad access to memory"
    case SIGKILL: "killed, as the kernel does where memory runs out"
    // Safe: the text is the library's own, and is copied before anything else asks for one.
    default: unsafe strsignal(number).map { unsafe String(cString: $0) } ?? "unknown"
    }
  }
}
