internal import Glibc
internal import SystemPackage

/// The command line of `bwrap` for a confinement.
///
/// Options travel in a memory file (`--args`), so that no process inside reads the host's paths from a command line.
struct Bubblewrap {
  /// Numbers that bwrap's own descriptors get; above all inherited ones.
  enum Number {
    static let arguments: Int32 = 40
    static let seccomp: Int32 = 41
    static let information: Int32 = 42
    static let gate: Int32 = 43
  }

  let program: FilePath

  /// Where each host path is found: its own place, or where it was staged.
  func options(for confinement: Confinement, source: (FilePath) -> FilePath) -> [UInt8] {
    let user = String(Confinement.unprivilegedUser)
    var options = [
      "--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try",
      "--uid", user, "--gid", user, "--hostname", "sandbox",
      "--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL",
      "--seccomp", "\(Number.seccomp)", "--info-fd", "\(Number.information)", "--block-fd", "\(Number.gate)",
      "--proc", "/proc",
      // The first process is bwrap's own, which has no filter, and is the same user's: who could write to `/proc/1/mem`
      // would make it do what the filter forbids.
      "--size", "4096", "--tmpfs", "/proc/1", "--remount-ro", "/proc/1",
    ]
    // It costs some ten milliseconds. A worker can make no namespace by the seccomp filter, as it can start no process.
    if confinement.profile == .compiler { options.append("--disable-userns") }
    for device in confinement.profile.devices { options += ["--dev-bind", device, device] }
    if confinement.limits.fileBytes > 0 {
      options += ["--perms", "0700", "--size", "\(max(4096, confinement.limits.fileBytes))", "--tmpfs", "/tmp"]
    }
    for binding in confinement.readOnly {
      options += ["--ro-bind", source(binding.host).string, binding.inside.string]
    }
    for binding in confinement.writable { options += ["--bind", source(binding.host).string, binding.inside.string] }
    for link in confinement.links { options += ["--symlink", link.host.string, link.inside.string] }
    for (name, value) in confinement.environment.sorted(by: { $0.key < $1.key }) {
      options += ["--setenv", name, value]
    }
    // The root is a tmpfs of no bounded size: nothing may be written there.
    options += ["--remount-ro", "/", "--chdir", confinement.workingDirectory.string]
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
