import Glibc
package import SystemPackage

extension Files {
  /// Who may read what is written, besides its owner.
  package enum Readers: Sendable {
    /// Anybody on the machine, as far as the owner's mask allows.
    case everybody
    /// Nobody.
    case owner
    /// Sandboxes. Where the judge is root, these run as a group of their own; otherwise as its owner.
    case sandbox

    var fileMode: mode_t { self == .everybody ? 0o644 : self == .owner || getuid() != 0 ? 0o600 : 0o640 }
    var folderMode: mode_t { self == .everybody ? 0o755 : self == .owner || getuid() != 0 ? 0o700 : 0o750 }

    /// The group of the unprivileged user that root becomes in a sandbox.
    private static let sandboxGroup: gid_t = 65534

    /// Lets them read a file or folder that has been made, whatever the owner's mask is.
    func open(_ path: FilePath, mode: mode_t? = nil) throws(JudgeError) {
      let isShared = self == .sandbox && getuid() == 0
      let isGiven = unsafe !isShared || lchown(path.string, uid_t.max, Self.sandboxGroup) == 0
      guard isGiven, unsafe chmod(path.string, mode ?? folderMode) == 0
      else { throw .file(path, "cannot be given its mode: \(Errno(rawValue: errno))") }
    }
  }

  /// Whether others may read, change or enter what is there.
  static func isOpenToOthers(_ path: FilePath) -> Bool {
    var status = stat()
    return unsafe stat(path.string, &status) == 0 && status.st_mode & 0o077 != 0
  }

  /// Makes a folder that nobody but its owner enters. One that is there already gets the mode, and is refused where others could have
  /// put something into it.
  package static func makePrivateDirectory(_ path: FilePath) throws(JudgeError) {
    if !isDirectory(path) {
      let parent = path.removingLastComponent()
      if parent.components.count > 0, parent != path { try makeDirectory(parent) }
      guard unsafe mkdir(path.string, 0o700) == 0 || errno == EEXIST else {
        throw .file(path, "cannot be made: \(Errno(rawValue: errno))")
      }
    }
    var status = stat()
    guard unsafe stat(path.string, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw .file(path, "is no folder; remove it, or name another place")
    }
    guard status.st_uid == geteuid() else {
      throw .file(path, "belongs to another user, who could change what is in it; remove it, or name another place")
    }
    // A place of many users' is nobody's to close.
    guard status.st_mode & S_ISVTX == 0 else {
      throw .file(path, "is a folder that everybody shares; name one in it that is not there yet")
    }
    guard status.st_mode & 0o077 != 0 else { return }
    guard status.st_mode & 0o022 == 0 || names(in: path).isEmpty else {
      throw .file(
        path,
        "can be written to by others, who may have put something into it; remove it, or `chmod go-w` it if you know")
    }
    guard unsafe chmod(path.string, 0o700) == 0 else {
      throw .file(path, "is open to others, and cannot be closed: \(Errno(rawValue: errno))")
    }
  }
}
