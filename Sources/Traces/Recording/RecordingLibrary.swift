import Glibc
package import SystemPackage

/// The library that is loaded into recorded programs, built once from `Sources/Interpose` and kept in the user's cache.
package enum RecordingLibrary {
  /// The library's path, built first if these sources were never built.
  package static func path() throws(RecordingError) -> FilePath {
    let root = try packageRoot()
    let interpose = root.appending("Sources/Interpose")
    let swiftSources =
      try RecordingSystem.files(in: interpose, extension: "swift")
      + ["RecordingLayout", "RecordingWord"].map { root.appending("Sources/Traces/Recording/\($0).swift") }
    let symbols = interpose.appending("Symbols.c")
    let include = interpose.appending("include")
    let exports = interpose.appending("exports.map")
    let inputs =
      swiftSources + [symbols, exports]
      + (try RecordingSystem.files(in: include, extension: "h"))
      + (try RecordingSystem.files(in: include, extension: "modulemap"))

    let cache = try cacheFolder()
    let library = cache.appending("interpose-\(try hash(of: inputs)).so")
    guard !library.string.contains(where: { $0 == ":" || $0.isWhitespace }) else { throw .unloadablePath(library) }
    if RecordingSystem.exists(library) { return library }

    let scratch = try RecordingSystem.temporaryFolder(cache.appending("build-XXXXXX"))
    defer { RecordingSystem.remove(scratch) }
    let log = scratch.appending("log")
    let built = scratch.appending("interpose.so")
    let swiftObject = scratch.appending("swift.o")
    let symbolsObject = scratch.appending("symbols.o")
    try run(
      ["swiftc"] + swiftFlags + ["-I", include.string, "-o", swiftObject.string] + swiftSources.map(\.string),
      log: log)
    try run(
      ["clang"] + clangFlags + ["-I", include.string, "-o", symbolsObject.string, symbols.string], log: log)
    try run(
      ["clang"] + linkFlags
        + ["-Wl,--version-script=\(exports)", "-o", built.string, swiftObject.string, symbolsObject.string],
      log: log)
    do { try TraceFile.rename(built, to: library) } catch { throw .trace(error) }
    return library
  }

  private static let swiftFlags = [
    "-c", "-O", "-wmo", "-parse-as-library", "-enable-experimental-feature", "Embedded", "-swift-version", "6",
    "-strict-memory-safety", "-module-name", "Interpose", "-package-name", "alloclab", "-Xcc", "-fPIC",
  ]
  private static let clangFlags = ["-c", "-O2", "-fPIC", "-ftls-model=initial-exec"]
  private static let linkFlags = ["-shared", "-fuse-ld=lld", "-Wl,--gc-sections", "-Wl,-z,now"]

  private static func run(_ arguments: [String], log: FilePath) throws(RecordingError) {
    let command = arguments.joined(separator: " ")
    let process: RecordingProcess
    do {
      process = try RecordingProcess(starting: arguments, environment: RecordingSystem.environment(), output: log)
    } catch {
      throw .build(command: command, output: error.description)
    }
    guard process.wait().status != 0 else { return }
    throw .build(command: command, output: String(decoding: (try? contents(log)) ?? [], as: UTF8.self))
  }

  /// The folder above the running program, or above this file, that has the sources.
  private static func packageRoot() throws(RecordingError) -> FilePath {
    let program = RecordingSystem.realPath("/proc/self/exe").map { [$0] } ?? []
    for start in program + [#filePath] {
      var folder = FilePath(start)
      while folder.removeLastComponent() {
        if RecordingSystem.exists(folder.appending("Sources/Interpose/exports.map")) { return folder }
      }
    }
    throw .sourcesMissing(searched: (program + [#filePath]).map { FilePath($0) })
  }

  /// `$XDG_CACHE_HOME/alloclab`, or `~/.cache/alloclab`.
  private static func cacheFolder() throws(RecordingError) -> FilePath {
    let set = RecordingSystem.variable("XDG_CACHE_HOME").flatMap { $0.hasPrefix("/") ? FilePath($0) : nil }
    let folder = (set ?? FilePath(RecordingSystem.variable("HOME") ?? "/tmp").appending(".cache")).appending("alloclab")
    var path = FilePath(root: "/")
    for component in folder.components {
      path.append(component)
      // Safe: the string lives through the call.
      let status = unsafe path.withPlatformString { unsafe mkdir($0, 0o755) }
      if status != 0 && errno != EEXIST && errno != EROFS && errno != EACCES {
        throw .system(path: path, action: "create the folder", errno: Errno(rawValue: errno))
      }
    }
    return folder
  }

  private static func hash(of files: [FilePath]) throws(RecordingError) -> String {
    var hash = ContentHash()
    for flag in swiftFlags + clangFlags + linkFlags { hash.update(bytes: flag.utf8) }
    for file in files {
      hash.update(bytes: (file.lastComponent?.string ?? "").utf8)
      do { hash.update(bytes: try contents(file)) } catch { throw .trace(error) }
    }
    return hash.hexadecimal
  }

  private static func contents(_ path: FilePath) throws(TraceError) -> [UInt8] {
    let file = try TraceFile(reading: path)
    return try file.read(at: 0, count: try file.byteCount())
  }
}
