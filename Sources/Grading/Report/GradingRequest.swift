package import Judging
package import SystemPackage

/// What the process that grades one submission is asked: the command's own arguments, and which submission it is.
///
/// It goes by a file without a name, since an argument could be read by every user of the machine.
package struct GradingRequest: Sendable, Codable, Equatable {
  /// Those of `alloclab grade`.
  package var arguments: [String]
  /// The submission's folder, byte for byte: its name may be no text.
  package var folder: [UInt8]
  /// The assignments that count where it has files for none.
  package var expected: [String]
  /// Counted from 1.
  package var attempt: Int

  package init(arguments: [String], folder: FilePath, expected: [String], attempt: Int) {
    self.arguments = arguments
    self.folder = Files.bytes(of: folder)
    self.expected = expected
    self.attempt = attempt
  }
}

/// What comes back: a report, or what the grader could not do.
package struct GradingAnswer: Sendable, Codable, Equatable {
  package var report: Report?
  package var failure: String?
  /// Whether the same may go well if it is tried again.
  package var isWorthAnotherTry = false
  package var profile: [GradingProfile.Record]

  package init(_ report: Report, profile: GradingProfile) {
    self.report = report
    self.profile = profile.record
  }

  package init(_ error: JudgeError, profile: GradingProfile) {
    failure = "\(error)"
    isWorthAnotherTry = error.mayPass
    self.profile = profile.record
  }
}

extension JudgeError {
  /// Whether it may be this once only: what processes and the machine do, and not what files say.
  fileprivate var mayPass: Bool {
    switch self {
    case .sandbox, .workerFailed: true
    case .missing, .file, .course, .trace, .library, .reference: false
    }
  }
}
