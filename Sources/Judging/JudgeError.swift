package import SystemPackage

/// The grader's own fault, or the instructor's: never charged to a student.
package enum JudgeError: Error, CustomStringConvertible, Sendable {
  /// Something that the framework needs is not where it should be.
  case missing(String, remedy: String)
  /// A file or directory could not be read, made or written.
  case file(FilePath, String)
  /// The sandbox refused, or failed.
  case sandbox(String)
  /// Something in a file of the course makes no sense; the message begins with its place.
  case course(String)
  /// A trace could not be had.
  case trace(String)
  /// A library that was named as a subject cannot be one.
  case library(String, String)
  /// A worker did not start, though it was built.
  case workerFailed(String)
  /// A reference solution is wrong, so nothing can be compared with it.
  case reference(exercise: String, String)

  package var description: String {
    switch self {
    case .missing(let what, let remedy): "\(what) is missing; \(remedy)"
    case .file(let path, let reason): "\(path): \(reason)"
    case .sandbox(let reason): reason
    case .course(let reason): reason
    case .trace(let reason): reason
    case .library(let name, let reason): "\(name): \(reason)"
    case .workerFailed(let reason): "a worker did not start: \(reason)"
    case .reference(let exercise, let reason): "the reference solution of \(exercise) \(reason)"
    }
  }
}
