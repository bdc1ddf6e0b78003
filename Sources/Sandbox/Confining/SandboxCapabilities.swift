internal import Glibc
package import SystemPackage

/// What this machine can enforce: found once, by confining a small program.
package struct SandboxCapabilities: Sendable {
  /// Where `bwrap` is, if it is installed.
  package let bubblewrap: FilePath?
  /// Why full confinement does not work here; nil where it does.
  package let obstacle: SandboxError?

  package init(bubblewrap: FilePath?, obstacle: SandboxError?) {
    self.bubblewrap = bubblewrap
    self.obstacle = obstacle
  }

  /// Whether namespaces work, so that everything is enforced.
  package var isolates: Bool { obstacle == nil }

  /// This machine's; the first use takes some ten milliseconds.
  package static let current = probe()

  func requireAll() throws(SandboxError) {
    if let obstacle { throw obstacle }
  }

  /// With `bwrap` as found on the PATH, or another.
  package static func probe(bubblewrap name: String = "bwrap") -> SandboxCapabilities {
    guard let bubblewrap = program(name) else {
      let remedy = "install it: apt-get install bubblewrap"
      return SandboxCapabilities(
        bubblewrap: nil, obstacle: .unenforceable(missing: Enforcement.isolation, remedy: remedy))
    }
    return SandboxCapabilities(bubblewrap: bubblewrap, obstacle: obstacle(to: bubblewrap))
  }

  static func obstacle(to bubblewrap: FilePath) -> SandboxError? {
    let limits = Limits(
      cpuSeconds: 5, wallSeconds: 10, memoryBytes: 256 << 20, processes: 1, fileBytes: 1 << 16, outputBytes: 1 << 16)
    var confinement = Confinement(limits: limits, profile: .worker)
    confinement.addSystemView()
    do throws(SandboxError) {
      let process = try Enclosure(confinement, trying: bubblewrap).start(.path("/usr/bin/true"), in: confinement)
      let termination = process.wait()
      guard termination.reason == .exited(code: 0) else {
        throw .setUpFailed("a trial run ended with \(termination.reason)")
      }
      return nil
    } catch {
      return .unenforceable(missing: Enforcement.isolation, remedy: remedy(for: error))
    }
  }

  private static func remedy(for error: SandboxError) -> String {
    let said = "\(error)"
    if said.contains("--disable-userns") || said.contains("Unknown option") {
      return "\(said); install bubblewrap 0.8 or newer"
    }
    return """
      \(said); allow unprivileged user namespaces: sysctl kernel.unprivileged_userns_clone=1 \
      kernel.apparmor_restrict_unprivileged_userns=0 user.max_user_namespaces=10000, or run outside the container
      """
  }

  /// A program by its name: the first on the PATH that may be executed.
  package static func program(_ name: String) -> FilePath? {
    if name.contains("/") { return FilePath(name) }
    let path = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? "/usr/bin:/bin"
    for directory in path.split(separator: ":") {
      let candidate = FilePath(String(directory)).appending(name)
      let found = unsafe candidate.withPlatformString { unsafe access($0, X_OK) }
      if found == 0 { return candidate }
    }
    return nil
  }
}
