import ArgumentParser
import Glibc
import Grading
import Judging
import Sandbox
import SystemPackage

/// What `alloclab grade` starts for each submission; it is no command for people.
struct GradeSubmissionCommand: ParsableCommand {
  static let name = "grade-submission"

  static let configuration = CommandConfiguration(
    commandName: name, abstract: "Grades one submission; started by `alloclab grade` alone.", shouldDisplay: false)

  private static let requestLimit = 1 << 20

  func run() throws {
    guard let bytes = OwnProcess.request(limit: Self.requestLimit),
      let document = try? JSONDocument(parsing: String(decoding: bytes, as: UTF8.self)),
      let request = try? JSONReportDecoder(rejectsUnknownKeys: true).decode(GradingRequest.self, from: document)
    else { throw ValidationError("This is started by `alloclab grade`; grade submissions with that.") }
    let command = try GradeCommand.parse(request.arguments)
    let folder = Files.path(ofBytes: request.folder)
    Self.failAsTold(folder, attempt: request.attempt)
    let answer = Self.answer(command, folder, request)
    let text = try JSONReportEncoder().encode(answer).text(.compact)
    guard OwnProcess.answer(Array(text.utf8)) else { throw Verdict.graderError }
  }

  private static func answer(_ command: GradeCommand, _ folder: FilePath, _ request: GradingRequest) -> GradingAnswer {
    var profile = GradingProfile()
    do throws(JudgeError) {
      let grader = try command.grader()
      profile = grader.judge.profile
      let expected = grader.course.rubrics.filter { request.expected.contains($0.assignment) }
      return GradingAnswer(try command.grade(folder, grader, expected), profile: profile)
    } catch { return GradingAnswer(error, profile: profile) }
  }

  /// Tests see so what becomes of a judge that fails: `ALLOCLAB_FAIL=trap:bob` in the environment, `trap-once:bob` for the first
  /// try alone. In release builds too, since those are what is tested; nothing of a submission is ever in this environment.
  private static func failAsTold(_ folder: FilePath, attempt: Int) {
    let words = Installation.environment("ALLOCLAB_FAIL")?.split(separator: ":").map(String.init) ?? []
    guard words.count == 2, folder.lastComponent?.string == words[1] else { return }
    switch words[0] {
    case "trap": fatalError("told to fail")
    case "trap-once" where attempt == 1: fatalError("told to fail")
    case "abort": abort()
    case "kill": kill(getpid(), SIGKILL)
    case "exit": _exit(7)
    case "babble":
      _ = OwnProcess.answer(Array("{ \"report\": 1".utf8))
      _exit(0)
    default: break
    }
  }
}
