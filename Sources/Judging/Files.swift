import Glibc
import Sandbox
import Synchronization
package import SystemPackage

/// The few things done with files that swift-system leaves out.
package enum Files {
  /// The path without links, or nil where nothing is there.
  package static func realPath(_ path: FilePath) -> FilePath? {
    guard let resolved = unsafe path.withPlatformString({ unsafe realpath($0, nil) }) else { return nil }
    defer { unsafe free(resolved) }
    return unsafe FilePath(platformString: resolved)
  }

  package static func isDirectory(_ path: FilePath) -> Bool {
    var status = stat()
    return unsafe path.withPlatformString({ unsafe stat($0, &status) }) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Whether a path names a link itself, whatever that leads to.
  package static func isLink(_ path: FilePath) -> Bool {
    var status = stat()
    return unsafe path.withPlatformString({ unsafe lstat($0, &status) }) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  package static func exists(_ path: FilePath) -> Bool {
    unsafe path.withPlatformString { unsafe access($0, F_OK) } == 0
  }

  /// Whether a folder can be listed and entered.
  package static func isReadable(_ path: FilePath) -> Bool {
    unsafe path.withPlatformString { unsafe access($0, R_OK | X_OK) } == 0
  }

  /// A path as it is on disk, which need not be text.
  package static func bytes(of path: FilePath) -> [UInt8] {
    // Safe: the string ends with a zero byte, and lives during the call.
    unsafe path.withPlatformString { text in unsafe UnsafeRawBufferPointer(start: text, count: strlen(text)).map { $0 }
    }
  }

  /// The path of those bytes, up to the first zero.
  package static func path(ofBytes bytes: [UInt8]) -> FilePath {
    let text = bytes.prefix { $0 != 0 }.map { CChar(bitPattern: $0) } + [0]
    return unsafe text.withUnsafeBufferPointer { text in
      // Safe: the buffer is never empty, and ends with a zero byte.
      unsafe text.baseAddress.map { unsafe FilePath(platformString: $0) } ?? ""
    }
  }

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
  ///
  /// The folder that it is made in may be removed at any moment by whoever finds it empty: then it is made again.
  package static func makeTemporaryDirectory(in folder: FilePath) throws(JudgeError) -> FilePath {
    var refused = Errno.noSuchFileOrDirectory
    for _ in 0..<1_000 {
      if !isDirectory(folder) { _ = try? makePrivateDirectory(folder) }
      var template = Array(folder.appending("XXXXXX").string.utf8CString)
      if unsafe mkdtemp(&template) != nil {
        return FilePath(String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
      }
      refused = Errno(rawValue: errno)
      guard refused == .noSuchFileOrDirectory else { break }
    }
    try makePrivateDirectory(folder)
    throw .file(folder, "no folder can be made in it: \(refused)")
  }

  /// The names in a folder, sorted; empty where it cannot be read. What is no UTF-8 in a name is replaced: `entries` opens all.
  package static func names(in folder: FilePath) -> [String] {
    namesOnDisk(in: folder).map { String(decoding: $0, as: UTF8.self) }.sorted()
  }

  /// What is in a folder, by its path as it is on disk, in the order of the names; empty where it cannot be read.
  package static func entries(in folder: FilePath) -> [FilePath] {
    let start = bytes(of: folder) + [UInt8(ascii: "/")]
    return namesOnDisk(in: folder).sorted { $0.lexicographicallyPrecedes($1) }.map { path(ofBytes: start + $0) }
  }

  /// The names in a folder as they are on disk, in no order.
  package static func namesOnDisk(in folder: FilePath) -> [[UInt8]] {
    guard let directory = unsafe folder.withPlatformString({ unsafe opendir($0) }) else { return [] }
    defer { unsafe closedir(directory) }
    var names: [[UInt8]] = []
    while let entry = unsafe readdir(directory) {
      // Safe: the kernel ends the name with a zero byte.
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in unsafe Array(bytes.prefix { $0 != 0 }) }
      if name != [UInt8(ascii: ".")] && name != [UInt8(ascii: "."), UInt8(ascii: ".")] { names.append(name) }
    }
    return names
  }

  /// The names of the files in a folder and in all folders below it.
  static func namesBelow(_ folder: FilePath) -> [String] {
    names(in: folder).flatMap { name in
      let path = folder.appending(name)
      return isDirectory(path) ? namesBelow(path) : [name]
    }
  }

  /// The regular files in a folder and in all folders below it, in the order of their names. Links are not followed.
  package static func below(_ folder: FilePath) -> [FilePath] {
    entries(in: folder).filter { !isLink($0) }.flatMap { isDirectory($0) ? below($0) : [$0] }
  }

  /// Removes a file, or a folder and all that is in it; links are removed, not followed.
  package static func remove(_ path: FilePath) {
    var status = stat()
    guard unsafe path.withPlatformString({ unsafe lstat($0, &status) }) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFDIR {
      for entry in entries(in: path) { remove(entry) }
      _ = unsafe path.withPlatformString { unsafe rmdir($0) }
    } else {
      _ = unsafe path.withPlatformString { unsafe unlink($0) }
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

  private static let temporaryNumber = Atomic<Int>(0)

  /// Writes a file as a whole: under another name first.
  package static func write(
    _ bytes: [UInt8], to path: FilePath, for readers: Readers = .everybody
  ) throws(JudgeError) {
    // Not its own name with something added, which may be as long as a name can be already.
    let number = temporaryNumber.wrappingAdd(1, ordering: .relaxed).newValue
    let temporary = path.removingLastComponent().appending(".\(getpid()).\(number).tmp")
    do {
      let file = try FileDescriptor.open(
        temporary, .writeOnly, options: [.create, .truncate, .closeOnExec],
        permissions: FilePermissions(rawValue: CModeT(readers.fileMode)))
      try file.closeAfter { _ = try file.writeAll(bytes) }
    } catch { throw .file(path, "cannot be written: \(error)") }
    if readers != .everybody { try readers.open(temporary, mode: readers.fileMode) }
    guard unsafe rename(temporary.string, path.string) == 0 else {
      throw .file(path, "cannot be written: \(Errno(rawValue: errno))")
    }
  }

  /// Lets those execute a file who may read it.
  package static func makeExecutable(_ path: FilePath) {
    var status = stat()
    guard unsafe stat(path.string, &status) == 0 else { return }
    _ = unsafe chmod(path.string, status.st_mode | (status.st_mode & 0o444) >> 2)
  }

  /// Gives a file one more name; false where it cannot.
  static func link(_ path: FilePath, as other: FilePath) -> Bool { unsafe Glibc.link(path.string, other.string) == 0 }

  /// Moves a file or folder within one file system; false where it cannot.
  package static func move(_ path: FilePath, to other: FilePath) -> Bool {
    unsafe rename(path.string, other.string) == 0
  }
}
