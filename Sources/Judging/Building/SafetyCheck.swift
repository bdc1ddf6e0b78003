import Glibc
import Sandbox
package import SystemPackage
import Traces

/// The first wall: says which files of a submission are not safe Swift, before anything is believed of what was compiled of them.
package struct SafetyCheck: Sendable {
  private let program: SyntaxProgram
  /// The program that reads the files.
  package var file: FilePath { program.file }
  private let jobs: FilePath
  private let profile: GradingProfile

  init(_ program: SyntaxProgram, jobs: FilePath, profile: GradingProfile) {
    self.profile = profile
    self.program = program
    self.jobs = jobs
  }

  /// How much one run may use: some hundred times of what a file of the largest size needs.
  private static let limits = Limits(
    cpuSeconds: 10, wallSeconds: 40, memoryBytes: 1 << 30, processes: 8, fileBytes: 1 << 20, outputBytes: 1 << 20)

  /// What the compiler is told: it refuses by itself what is unsafe and not marked so, and nothing of `_Concurrency` is in reach
  /// without an import, so that a name of a student's own is never one of its types.
  static let compilerFlags = [
    "-strict-memory-safety", "-Werror", "StrictMemorySafety", "-Xfrontend",
    "-disable-implicit-concurrency-module-import",
    // The framework's own line imports Worker, whose members would else be in reach of every file.
    "-enable-upcoming-feature", "MemberImportVisibility",
  ]

  /// After so many files that the check could not read to their ends, all that are left are refused.
  private static let mostFailures = 3

  /// What is wrong with a file, as messages like the compiler's.
  package struct Refusal: Sendable, Equatable {
    package var messages = ""
    /// Why the check can make no sense of it; the compiler says that better, if it agrees.
    package var syntaxError: String?
  }

  /// What is wrong with each file that may not be compiled, by the file's name. One that the check does not get through is among
  /// them.
  package func refusals(
    of files: [Submission.File], admitting modules: [String] = []
  ) throws(JudgeError) -> [String: Refusal] {
    var unreadable: [String: Refusal] = [:]
    var left = files
    for _ in 0..<Self.mostFailures where !left.isEmpty {
      switch try profile.measure(.reading, { () throws(JudgeError) in try run(left, modules) }) {
      case .read(let refusals): return refusals.merging(unreadable) { first, _ in first }
      case .ended(let place):
        let file = left.remove(at: place)
        unreadable[file.name] = Self.unreadable(file)
      }
    }
    for file in left { unreadable[file.name] = Self.unreadable(file) }
    return unreadable
  }

  private static func unreadable(_ file: Submission.File) -> Refusal {
    Refusal(
      syntaxError:
        "\(file.name):1:1: error: not safe Swift as far as can be seen: the check cannot read this file to its end: "
        + "it is nested too deeply or too large; write it more simply\n")
  }

  /// What came of a run.
  private enum Reading {
    case read([String: Refusal])
    /// It ended early, at the file of this number.
    case ended(Int)
  }

  private func run(_ files: [Submission.File], _ modules: [String]) throws(JudgeError) -> Reading {
    let end = try program.run(
      modules.flatMap { ["--module", $0] }, on: files, limits: Self.limits, jobs: jobs)
    profile.add(cpuSeconds: end.userSeconds + end.systemSeconds, to: .reading)
    var parsed = 0
    var looked = 0
    var refusals: [String: Refusal] = [:]
    for line in String(decoding: end.standardOutput, as: UTF8.self).split(separator: "\n") {
      if line == "+ \(parsed)" {
        parsed += 1
      } else if line == "= \(looked)" {
        looked += 1
      } else if looked < files.count, let colon = line.firstIndex(of: ":"), line[..<colon] == "\(looked)" {
        let name = files[looked].name
        // After the place, as a compiler's message has it.
        let parts = line.split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4 else { continue }
        let place = "\(name):\(parts[1]):\(parts[2])"
        if parts[3].hasPrefix(" a mistake in the syntax:") {
          refusals[name, default: Refusal()].syntaxError = "\(place): error:\(parts[3])\n"
        } else {
          refusals[name, default: Refusal()].messages += "\(place): error: not safe Swift:\(parts[3])\n"
        }
      }
    }
    if looked == files.count, end.reason == .exited(code: 0) { return .read(refusals) }
    return .ended(min(parsed < files.count ? parsed : looked, files.count - 1))
  }
}
