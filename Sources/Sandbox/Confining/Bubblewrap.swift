internal import Glibc
internal import SystemPackage

/// The command line of `bwrap` for a confinement.
///
/// Options travel in a memory file (`--args`), so that no process inside reads the host's paths from a command line.
struct Bubblewrap {
  /// The number of the memory file with the options; above all inherited ones.
  static let argumentsNumber: Int32 = 40

  /// Where the fork server is found inside.
  static let serverPath: FilePath = "/.fork-server"

  let program: FilePath

  /// - Parameters:
  ///   - server: the fork server's program, the only one that bwrap executes.
  ///   - source: where each host path is found: its own place, or where it was staged.
  func options(for confinement: Confinement, server: FilePath, source: (FilePath) -> FilePath) -> [UInt8] {
    let user = String(Confinement.unprivilegedUser)
    var options = [
      "--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try",
      "--uid", user, "--gid", user, "--hostname", "sandbox",
      "--die-with-parent", "--new-session", "--as-pid-1", "--clearenv", "--cap-drop", "ALL",
      // Swift's runtime, which every executable of the package is linked with, asks `/proc` where it is, unless told.
      "--setenv", "SWIFT_ROOT", "/",
    ]
    switch confinement.profile {
    case .compiler:
      // It costs some ten milliseconds. A worker can make no namespace by the seccomp filter, as it can start no process.
      options.append("--disable-userns")
    case .worker: options += ["--cap-add", "CAP_CHECKPOINT_RESTORE"]
    }
    if !confinement.isBare {
      // The first process has no filter: who could write to `/proc/1/mem` would make it do what the filter forbids.
      options += ["--proc", "/proc", "--size", "4096", "--tmpfs", "/proc/1", "--remount-ro", "/proc/1"]
      options += HostWideProc.covers
      for device in confinement.profile.devices { options += ["--dev-bind", device, device] }
    }
    if confinement.limits.fileBytes > 0 {
      options += ["--perms", "0700", "--size", "\(max(4096, confinement.limits.fileBytes))", "--tmpfs", "/tmp"]
    }
    options += ["--ro-bind", source(server).string, Self.serverPath.string]
    for binding in confinement.readOnly {
      options += ["--ro-bind", source(binding.host).string, binding.inside.string]
    }
    for binding in confinement.writable { options += ["--bind", source(binding.host).string, binding.inside.string] }
    for link in confinement.links { options += ["--symlink", link.host.string, link.inside.string] }
    // The root is a tmpfs of no bounded size: nothing may be written there.
    options += ["--remount-ro", "/"]
    return options.flatMap { Array($0.utf8) + [0] }
  }
}

extension SeccompProfile {
  fileprivate var devices: [String] {
    switch self {
    case .worker: ["/dev/null"]
    case .compiler: ["/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"]
    }
  }
}
