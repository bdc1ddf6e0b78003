internal import Glibc
internal import SystemPackage

/// Makes what root can reach and the unprivileged user cannot (below `/root`, say) reachable for bwrap.
///
/// All sources are then mounted under one directory, in a mount namespace that bwrap's process alone has.
struct Staging {
  private(set) var mounts: [(source: FilePath, isDirectory: Bool, target: FilePath)] = []
  private var targets: [FilePath: FilePath] = [:]

  /// Nothing is staged.
  init() {}

  /// - Parameter program: one more file that is needed inside.
  init(of confinement: Confinement, and program: FilePath) throws(SandboxError) {
    let sources = (confinement.readOnly + confinement.writable).map(\.host) + [program]
    guard !sources.allSatisfy(Self.isReachable) else { return }
    for source in sources where targets[source] == nil {
      var status = stat()
      let result = unsafe source.withPlatformString { unsafe stat($0, &status) }
      guard result == 0 else { throw .system(call: "stat \(source)", Errno(rawValue: errno)) }
      let target = Spawn.stagingDirectory.appending("\(mounts.count)")
      mounts.append((source, status.st_mode & S_IFMT == S_IFDIR, target))
      targets[source] = target
    }
  }

  func source(of host: FilePath) -> FilePath { targets[host] ?? host }

  /// Whether anyone may search every directory above.
  private static func isReachable(_ path: FilePath) -> Bool {
    var directory = resolved(path) ?? path
    while directory.removeLastComponent() {
      var status = stat()
      let result = unsafe directory.withPlatformString { unsafe stat($0, &status) }
      guard result == 0, status.st_mode & S_IXOTH != 0 else { return false }
    }
    return true
  }
}

/// The path without links, "." or ".."; nil where it does not exist.
func resolved(_ path: FilePath) -> FilePath? {
  // Safe: realpath allocates the result, which is freed here.
  let real = unsafe path.withPlatformString { unsafe realpath($0, nil) }
  guard let real = unsafe real else { return nil }
  defer { unsafe free(real) }
  return unsafe FilePath(platformString: real)
}
