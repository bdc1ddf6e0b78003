import Glibc
import SystemPackage

/// What a recording needs of the system's folders and of the environment.
enum RecordingSystem {
  static func exists(_ path: FilePath) -> Bool {
    // Safe: the string lives through the call.
    unsafe path.withPlatformString { unsafe access($0, F_OK) == 0 }
  }

  /// The absolute path without links, or nil where there is none.
  static func realPath(_ path: String) -> String? {
    // Safe: realpath answers a string that is the caller's to free, or null.
    guard let resolved = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }

  /// Creates a folder for this user alone; the template's last six characters are X.
  static func temporaryFolder(_ template: FilePath) throws(RecordingError) -> FilePath {
    var characters = unsafe template.withPlatformString {
      unsafe Array(UnsafeBufferPointer(start: $0, count: strlen($0) + 1))
    }
    // Safe: mkdtemp changes the six characters in place, and the array ends with 0.
    guard unsafe characters.withUnsafeMutableBufferPointer({ unsafe mkdtemp($0.baseAddress.unsafelyUnwrapped) != nil })
    else {
      throw .system(path: template, action: "create a folder", errno: Errno(rawValue: errno))
    }
    return FilePath(String(decoding: characters.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
  }

  /// The names in a folder, sorted.
  static func names(in folder: FilePath) throws(RecordingError) -> [String] {
    guard let stream = unsafe folder.withPlatformString({ unsafe opendir($0) }) else {
      throw .system(path: folder, action: "list the folder", errno: Errno(rawValue: errno))
    }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    // Safe: an entry is valid until the next call on the same stream, and its name ends with 0.
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// The files of a folder with an extension, sorted.
  static func files(in folder: FilePath, extension: String) throws(RecordingError) -> [FilePath] {
    try names(in: folder).map { folder.appending($0) }.filter { $0.extension == `extension` }
  }

  /// Removes a folder and the files in it.
  static func remove(_ folder: FilePath) {
    for name in (try? names(in: folder)) ?? [] { TraceFile.remove(folder.appending(name)) }
    // Safe: the string lives through the call.
    _ = unsafe folder.withPlatformString { unsafe rmdir($0) }
  }

  /// A variable of the environment, or nil.
  static func variable(_ name: String) -> String? {
    // Safe: nothing here changes the environment while it is read.
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }

  /// The environment, an entry a variable.
  static func environment() -> [String] {
    var entries: [String] = []
    var entry: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = unsafe environ
    // Safe: the array ends with null; nothing here changes it while it is read.
    while let variable = unsafe entry.pointee {
      entries.append(unsafe String(cString: variable))
      unsafe entry += 1
    }
    return entries
  }

  /// The current folder's path.
  static var currentFolder: String { realPath(".") ?? "/" }

  /// Writes a line to standard error.
  static func tell(_ line: String) { _ = try? FileDescriptor.standardError.writeAll("\(line)\n".utf8) }

  /// Arguments as one would type them in a shell.
  static func commandLine(_ arguments: [String]) -> String {
    let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+./:,@%^")
    return arguments.map { argument in
      if !argument.isEmpty && argument.allSatisfy(plain.contains) { return argument }
      return "'" + argument.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }.joined(separator: " ")
  }
}
