package import Examining
package import Judging

/// All that is said about one submission: written as JSON for machines, and printed for people.
///
/// Two reports of the same submission, seed and grader differ only in what stands under keys named `timing`, and in points
/// that depend on it.
package struct Report: Sendable, Codable, Equatable {
  /// The format, `alloclab-report/1`.
  package var format = Report.currentFormat
  package var provenance: Provenance
  package var submission: SubmissionSummary
  /// Points of assignments that are not extra credit.
  package var points: Double
  package var maximum: Double
  /// Points of assignments that are.
  package var extraCredit: Double
  /// What that is of the whole course; nil where not all of an assignment was graded, or no folder of assignments was handed in.
  package var course: CourseTotal?
  package var assignments: [AssignmentReport]

  package static let currentFormat = "alloclab-report/1"
}

/// What was handed in.
package struct SubmissionSummary: Sendable, Codable, Equatable {
  package var name: String
  /// Of each file that was read, by name; with the assignment's before it in a folder of assignments.
  package var files: [FileDigest]
  /// What could not be read, and why: the first of it; nil where all could.
  package var unread: [UnreadFile]?

  package struct UnreadFile: Sendable, Codable, Equatable {
    package var name: String
    package var reason: String

    package init(name: String, reason: String) {
      self.name = name
      self.reason = reason
    }
  }

  package struct FileDigest: Sendable, Codable, Equatable {
    package var name: String
    package var sha256: String
  }
}

/// Where the numbers come from.
package struct Provenance: Sendable, Codable, Equatable {
  /// The version of AllocLab.
  package var grader: String
  /// Changes whenever the modules do that workers are built with.
  package var kit: String
  package var course: String
  /// A mark of the hidden seed, by which two gradings can be compared without telling it; in the instructor's report only.
  package var hiddenSeed: String?
  package var publicSeed: UInt64
  package var host: Host
  /// What was enforced on every worker, and what could not be.
  package var sandbox: SandboxSummary
  package var timing: Moment

  package struct Host: Sendable, Codable, Equatable {
    package var system: String
    package var processor: String
    package var processors: Int
  }

  package struct SandboxSummary: Sendable, Codable, Equatable {
    package var enforced: [String]
    package var missing: [String]
  }

  package struct Moment: Sendable, Codable, Equatable {
    /// Seconds since 1970 at which grading began.
    package var start: Int
    /// Seconds that it took.
    package var seconds: Double
  }
}

package struct AssignmentReport: Sendable, Codable, Equatable {
  package var assignment: String
  package var title: String
  package var isExtraCredit: Bool
  package var points: Double
  package var maximum: Double
  package var exercises: [ExerciseReport]
}

package struct ExerciseReport: Sendable, Codable, Equatable {
  package var exercise: String
  package var title: String
  /// SHA-256 over the files that it was built from.
  package var digest: String
  /// SHA-256 over the rubric's row.
  package var rubric: String
  package var points: Double
  package var maximum: Double
  /// The kinds of what is wrong.
  package var findings: [ViolationKind]
  /// What the compiler said, where it refused, what is not safe Swift, or which file is missing.
  package var compilerMessages: String?
  /// That the budget by the clock ran out, and what that is; nil where it did not.
  package var budget: String?
  /// How much better the public traces went than slight changes of them; nil where there are none.
  package var overfit: OverfitGap?
  package var cases: [CaseReport]
  /// The shortest trace that was found to show the first thing that is wrong; of hidden traces only where they are revealed.
  package var counterexample: CounterexampleReport?
  /// How the points came about; the meters' parts depend on timing.
  package var arithmetic: [Score.Part]
}

package struct CaseReport: Sendable, Codable, Equatable {
  package var workload: String
  package var summary: String
  /// Whether students do not have the trace.
  package var isHidden: Bool
  /// How a public trace was changed to this one; nil where it was not.
  package var change: String?
  /// `passed` or `failed`.
  package var verdict: String
  /// These two are not told of a hidden trace.
  package var operations: Int?
  package var trace: TraceSummary?
  /// Of a hidden trace, only a general kind and its explanation.
  package var violation: ViolationReport?
  package var meters: [CountedMeter]
  package var timing: CaseTiming?

  package struct TraceSummary: Sendable, Codable, Equatable {
    package var hash: String
    package var origin: String
  }

  package struct CountedMeter: Sendable, Codable, Equatable {
    package var name: String
    /// It and the reference are not told of a hidden trace.
    package var value: Double?
    package var unit: String
    /// The reference solution's.
    package var reference: Double?
    /// To the reference solution's.
    package var ratio: Double?
    /// What the rubric gives for the ratio, from 0 to 1.
    package var share: Double?
  }

  package struct CaseTiming: Sendable, Codable, Equatable {
    /// The submission's CPU time over the reference solution's.
    package var ratio: RatioEstimate
    /// Medians of CPU time; they and latencies are not told of a hidden trace.
    package var nanosecondsPerOperation: Double?
    package var referenceNanosecondsPerOperation: Double?
    /// What the rubric gives for the end of the interval that counts, from 0 to 1.
    package var share: Double?
    package var latencyNanoseconds: Latency?
  }
}

package struct CounterexampleReport: Sendable, Codable, Equatable {
  /// The workload whose trace it was made from.
  package var workload: String
  package var kind: ViolationKind
  /// Whether students do not have that trace.
  package var isHidden: Bool
  /// Operations of that trace, and of what is left of it.
  package var operationsBefore: Int
  package var operations: Int
  /// In how many lines they are told.
  package var steps: Int
  /// In what the operations happen; may be empty.
  package var circumstances: String
  /// The operations as people read them, the last of them with what is wrong.
  package var listing: [String]
  package var evidence: [String]
  /// The name of the trace's file, beside the report; nil where it could not be saved.
  package var trace: String?
  /// The blocks that are live then; nil where it is about none.
  package var heap: HeapPicture?
}

package struct ViolationReport: Sendable, Codable, Equatable {
  package var kind: ViolationKind
  package var explanation: String
  package var operation: Int?
  package var message: String?
  package var evidence: [String]
}
