import Glibc
import Sandbox
package import SystemPackage

/// The few things done with files that swift-system leaves out.
package enum Files {
  /// The path without links, or nil where nothing is there.
  package static func realPath(_ path: FilePath) -> FilePath? {
    guard let resolved = unsafe realpath(path.string, nil) else { return nil }
    defer { unsafe free(resolved) }
    return unsafe FilePath(String(cString: resolved))
  }

  package static func isDirectory(_ path: FilePath) -> Bool {
    var status = stat()
    return unsafe stat(path.string, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  package static func exists(_ path: FilePath) -> Bool { unsafe access(path.string, F_OK) == 0 }

  /// Makes a folder and those above it; one that is there already is fine.
  package static func makeDirectory(_ path: FilePath, for readers: Readers = .everybody) throws(JudgeError) {
    if isDirectory(path) { return }
    let parent = path.removingLastComponent()
    if parent.components.count > 0, parent != path { try makeDirectory(parent, for: readers) }
    guard unsafe mkdir(path.string, readers.folderMode) == 0 || errno == EEXIST else {
      throw .file(path, "cannot be made: \(Errno(rawValue: errno))")
    }
    try readers.open(path, mode: readers.folderMode)
  }

  /// A new folder with a name that nothing else has, which nobody but its owner enters.
  package static func makeTemporaryDirectory(in folder: FilePath) throws(JudgeError) -> FilePath {
    if !isDirectory(folder) { try makePrivateDirectory(folder) }
    var template = Array(folder.appending("XXXXXX").string.utf8CString)
    guard unsafe mkdtemp(&template) != nil else {
      throw .file(folder, "no folder can be made in it: \(Errno(rawValue: errno))")
    }
    return FilePath(String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
  }

  /// The names in a folder, sorted; empty where it cannot be read.
  package static func names(in folder: FilePath) -> [String] {
    guard let directory = unsafe opendir(folder.string) else { return [] }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// The names of the files in a folder and in all folders below it.
  static func namesBelow(_ folder: FilePath) -> [String] {
    names(in: folder).flatMap { name in
      let path = folder.appending(name)
      return isDirectory(path) ? namesBelow(path) : [name]
    }
  }

  /// Removes a file, or a folder and all that is in it; links are removed, not followed.
  package static func remove(_ path: FilePath) {
    var status = stat()
    guard unsafe lstat(path.string, &status) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFDIR {
      for name in names(in: path) { remove(path.appending(name)) }
      _ = unsafe rmdir(path.string)
    } else {
      _ = unsafe unlink(path.string)
    }
  }

  /// Removes a folder that has nothing in it; any other stays.
  static func removeIfEmpty(_ path: FilePath) { _ = unsafe rmdir(path.string) }

  /// Size in bytes and time of the last change, in nanoseconds; nil where nothing is there.
  package static func stamp(_ path: FilePath) -> (size: Int, modified: Int)? {
    var status = stat()
    guard unsafe stat(path.string, &status) == 0 else { return nil }
    return (Int(status.st_size), Int(status.st_mtim.tv_sec) * 1_000_000_000 + Int(status.st_mtim.tv_nsec))
  }

  /// The bytes of a regular file of at most `limit` bytes.
  package static func read(_ path: FilePath, limit: Int = 1 << 26) throws(JudgeError) -> [UInt8] {
    do { return try readRegularFile(path, limit: limit) } catch .unsuitableFile(_, let reason) {
      throw .file(path, reason)
    } catch { throw .file(path, "\(error)") }
  }

  /// Writes a file as a whole: under another name first.
  package static func write(
    _ bytes: [UInt8], to path: FilePath, for readers: Readers = .everybody
  ) throws(JudgeError) {
    let temporary = FilePath(path.string + ".\(getpid()).tmp")
    do {
      let file = try FileDescriptor.open(
        temporary, .writeOnly, options: [.create, .truncate],
        permissions: FilePermissions(rawValue: CModeT(readers.fileMode)))
      try file.closeAfter { _ = try file.writeAll(bytes) }
    } catch { throw .file(path, "cannot be written: \(error)") }
    if readers != .everybody { try readers.open(temporary, mode: readers.fileMode) }
    guard unsafe rename(temporary.string, path.string) == 0 else {
      throw .file(path, "cannot be written: \(Errno(rawValue: errno))")
    }
  }

  /// Lets those execute a file who may read it.
  static func makeExecutable(_ path: FilePath) {
    var status = stat()
    guard unsafe stat(path.string, &status) == 0 else { return }
    _ = unsafe chmod(path.string, status.st_mode | (status.st_mode & 0o444) >> 2)
  }

  /// Gives a file one more name; false where it cannot.
  static func link(_ path: FilePath, as other: FilePath) -> Bool { unsafe Glibc.link(path.string, other.string) == 0 }

  /// Moves a file or folder within one file system; false where it cannot.
  static func move(_ path: FilePath, to other: FilePath) -> Bool { unsafe rename(path.string, other.string) == 0 }
}
