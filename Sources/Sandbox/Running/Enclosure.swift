internal import Glibc
internal import SystemPackage

/// A sandbox that is set up once and runs one program after the other: namespaces and a view of the system, with a fork server
/// as their first process.
///
/// Each program is executed anew in a process of its own, and everything of one is gone before the next starts.
package final class Enclosure: Sendable {
  private let supervisor: Supervisor
  private let confinement: Confinement
  private let isIsolated: Bool

  /// Begins to set it up, and does not wait for it.
  ///
  /// - Parameters:
  ///   - confinement: what is visible inside, the profile, and how large files may become; the rest is each program's.
  ///   - isForOne: the sandbox ends with its first program.
  ///
  /// Throws `unenforceable` where this machine cannot enforce everything, unless the confinement allows it to be weak.
  package init(
    _ confinement: Confinement, capabilities: SandboxCapabilities = .current, isForOne: Bool = false
  ) throws(SandboxError) {
    if !confinement.allowWeak { try capabilities.requireAll() }
    self.confinement = confinement
    isIsolated = capabilities.isolates
    supervisor = try Supervisor(
      confinement, bubblewrap: capabilities.isolates ? capabilities.bubblewrap : nil, isForOne: isForOne)
  }

  /// For the first trial, before it is known what this machine can do.
  init(_ confinement: Confinement, trying bubblewrap: FilePath) throws(SandboxError) {
    self.confinement = confinement
    isIsolated = true
    supervisor = try Supervisor(confinement, bubblewrap: bubblewrap, isForOne: true)
  }

  deinit { supervisor.close() }

  /// Whether a program with that confinement would see the same in it.
  package func suits(_ other: Confinement) -> Bool {
    confinement.profile == other.profile && confinement.readOnly == other.readOnly
      && confinement.writable == other.writable && confinement.links == other.links
      && confinement.isBare == other.isBare && confinement.limits.fileBytes == other.limits.fileBytes
      && confinement.allowWeak == other.allowWeak
  }

  /// Starts a program. When it returns, the program has been executed. There is one at a time: the one before has been waited for.
  package func start(
    _ program: Program, _ arguments: [String] = [], in confinement: Confinement
  ) throws(SandboxError) -> ConfinedProcess {
    precondition(confinement.profile == self.confinement.profile, "a program has its enclosure's profile")
    let run = try Run(program, arguments, confinement)
    try supervisor.start(run)
    guard let launched = run.launched else { throw .setUpFailed("the program was not started") }
    return ConfinedProcess(
      launched, run, self,
      Enforcement(of: confinement, isolated: isIsolated, isRoot: geteuid() == 0))
  }
}
