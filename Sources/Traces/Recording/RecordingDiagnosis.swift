import Glibc
import SystemPackage

/// Finds out why a program did not load the recorder: reads the start of its file as the kernel and the loader do.
///
/// Source: elf(5), ld.so(8) on secure-execution mode.
enum RecordingDiagnosis {
  static func reason(for program: String, wasLoaded: Bool) -> NotLoadedReason {
    if wasLoaded { return .ownAllocator }
    guard let path = find(program) else { return .unknown }
    var status = stat()
    // Safe: the string lives through the call.
    let hasStatus = unsafe path.withPlatformString { unsafe stat($0, &status) } == 0
    if hasStatus && status.st_mode & (S_ISUID | S_ISGID) != 0 { return .changesUser }
    guard let file = try? TraceFile(reading: path), let bytes = try? file.read(at: 0, count: 4096) else {
      return .unknown
    }
    if bytes.starts(with: "#!".utf8) {
      let line = bytes.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") }
      let interpreter = line.split(separator: UInt8(ascii: " ")).first.map { String(decoding: $0, as: UTF8.self) }
      return interpreter.map { reason(for: $0, wasLoaded: false) } ?? .unknown
    }
    guard bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46]) else { return .unknown }
    #if arch(x86_64)
      let machine: UInt64 = 62
    #else
      let machine: UInt64 = 183
    #endif
    let is64Bit = bytes.count > 4 && bytes[4] == 2
    guard is64Bit, RecordingHeader.word(of: bytes, at: 18, byteCount: 2) == machine else { return .otherArchitecture }
    // A dynamically linked program asks for an interpreter, the loader.
    let table = Int(clamping: RecordingHeader.word(of: bytes, at: 32, byteCount: 8))
    let entrySize = Int(RecordingHeader.word(of: bytes, at: 54, byteCount: 2))
    let count = Int(RecordingHeader.word(of: bytes, at: 56, byteCount: 2))
    guard table < 1 << 32, let entries = try? file.read(at: table, count: entrySize * count) else { return .unknown }
    let asksForLoader = (0..<count).contains {
      RecordingHeader.word(of: entries, at: $0 * entrySize, byteCount: 4) == 3
    }
    return asksForLoader ? .unknown : .staticallyLinked
  }

  /// The program's file, looked for in PATH as posix_spawnp does.
  private static func find(_ program: String) -> FilePath? {
    if program.contains("/") { return FilePath(program) }
    for folder in (RecordingSystem.variable("PATH") ?? "/usr/bin:/bin").split(separator: ":") {
      let path = FilePath(String(folder)).appending(program)
      // Safe: the string lives through the call.
      if unsafe path.withPlatformString({ unsafe access($0, X_OK) }) == 0 { return path }
    }
    return nil
  }
}
