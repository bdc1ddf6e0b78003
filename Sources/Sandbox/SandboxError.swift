package import SystemPackage

/// Why a process could not be confined, or what it left could not be read.
package enum SandboxError: Error, Sendable, Equatable {
  /// Limits that this machine cannot enforce, and how to mend it.
  case unenforceable(missing: [String], remedy: String)
  /// The confinement could not be set up; what the tool that does it said.
  case setUpFailed(String)
  /// The program inside could not be executed.
  case notExecutable(FilePath, String)
  /// A system call failed on the judge's side.
  case system(call: String, Errno)
  /// A program that is needed is not on the PATH.
  case programNotFound(String)
  /// A file that a confined process left behind is not what may be read.
  case unsuitableFile(FilePath, String)
}

extension SandboxError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unenforceable(let missing, let remedy):
      "the sandbox cannot enforce here: \(missing.joined(separator: ", ")); \(remedy)"
    case .setUpFailed(let message): "the sandbox could not be set up: \(message)"
    case .notExecutable(let path, let message): "\(path): cannot be executed in the sandbox: \(message)"
    case .system(let call, let error): "\(call): \(error)"
    case .programNotFound(let name): "\(name): not found; put the directory of the program itself on the PATH"
    case .unsuitableFile(let path, let reason): "\(path): \(reason)"
    }
  }
}
