internal import Glibc
internal import SystemPackage

/// What of `/proc` is about the whole machine and not about a process: which kernel, how loaded, what is mounted, who holds locks.
///
/// Mounting `/proc` with `subset=pid` would leave it out, but bwrap cannot be told to; so each of these is covered.
enum HostWideProc {
  /// The options by which bwrap covers each, after `--proc /proc`.
  static let covers: [String] = entries().flatMap { name, isDirectory in
    let place = "/proc/\(name)"
    return isDirectory
      ? ["--perms", "0555", "--size", "4096", "--tmpfs", place, "--remount-ro", place]
      : ["--ro-bind", "/dev/null", place]
  }

  /// All that are neither processes nor links to one's own; bwrap's `/proc` has the same ones as this.
  private static func entries() -> [(name: String, isDirectory: Bool)] {
    guard let directory = unsafe opendir("/proc") else { return [] }
    defer { unsafe closedir(directory) }
    var entries: [(name: String, isDirectory: Bool)] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      var status = stat()
      guard !name.hasPrefix("."), Int(name) == nil, unsafe lstat("/proc/\(name)", &status) == 0 else { continue }
      switch status.st_mode & S_IFMT {
      case S_IFDIR: entries.append((name, true))
      case S_IFREG: entries.append((name, false))
      default: continue
      }
    }
    return entries.sorted { $0.name < $1.name }
  }
}
