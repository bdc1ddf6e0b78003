package import Judging
package import SystemPackage

/// Which workload tells each mutant first: `grading/mutants/told-by.json`, by exercise and mutant.
///
/// The quick form begins with it, and looks at the others only where it does not tell what it should: so what stands here may be out of
/// date, and costs no more than time then.
package struct ToldBy: Sendable, Equatable {
  /// Names of workloads, by exercise and mutant.
  private var workloads: [String: [String: String]] = [:]

  package init() {}

  /// - Parameter course: its folder; nothing is known where it has no such file.
  package init(in course: FilePath) throws(JudgeError) {
    let file = Self.file(in: course)
    if Files.exists(file) { workloads = try Course.read([String: [String: String]].self, file) }
  }

  package subscript(exercise: String, mutant: String) -> String? { workloads[exercise]?[mutant] }

  /// Takes in what some checks found; what is known of other exercises stays.
  package mutating func learn(_ checks: [GraderVerification.Check]) {
    for check in checks {
      guard case .mutant = check.truth else { continue }
      // What is called something else is no short cut.
      remember(check.holds ? check.toldBy : nil, of: check.name, in: check.exercise)
    }
  }

  /// - Parameter workload: that tells the mutant; nil where none is known any more.
  package mutating func remember(_ workload: String?, of mutant: String, in exercise: String) {
    workloads[exercise, default: [:]][mutant] = workload
  }

  /// Writes the file, in the order of names.
  package func write(in course: FilePath) throws(JudgeError) {
    let file = Self.file(in: course)
    let text: String
    do { text = try JSONReportEncoder().encode(workloads).text() } catch { throw .file(file, "\(error)") }
    try Files.write(Array(text.utf8), to: file)
  }

  private static func file(in course: FilePath) -> FilePath { course.appending("mutants").appending("told-by.json") }
}
