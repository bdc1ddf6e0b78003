package import SystemPackage

/// What a raw recording says about the program, and about how the recording went.
package struct RecordingHeader: Equatable, Sendable {
  package let process: UInt32
  package let parent: UInt32
  /// When the program began, on the monotonic clock in microseconds.
  package let start: UInt64
  /// Why the recorder stopped before the program did, or nil.
  package let stopped: Errno?
  /// Calls that came before the recorder had room for them.
  package let lostStartUpEvents: UInt64
  /// The program's command line, cut at 4 KiB.
  package let arguments: [String]

  init(of file: borrowing TraceFile) throws(TraceError) {
    let bytes = try file.read(at: 0, count: RecordingLayout.headerByteCount)
    let field32 = { (offset: Int) in Self.word(of: bytes, at: offset, byteCount: 4) }
    let field64 = { (offset: Int) in Self.word(of: bytes, at: offset, byteCount: 8) }
    guard bytes.count == RecordingLayout.headerByteCount, field64(0) == RecordingLayout.magic else {
      throw .foreign(path: file.path)
    }
    guard field32(8) == UInt64(RecordingLayout.version) else {
      throw .unsupportedVersion(path: file.path, version: Int(field32(8)))
    }
    process = UInt32(field32(16))
    parent = UInt32(field32(20))
    start = field64(24)
    stopped = field32(32) == 0 ? nil : Errno(rawValue: CInt(truncatingIfNeeded: field32(32)))
    lostStartUpEvents = field64(40)
    var arguments = bytes[RecordingLayout.argumentsOffset...].prefix(Int(field32(48)))
    if arguments.last == 0 { arguments.removeLast() }
    self.arguments = arguments.split(separator: 0, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  /// The program's name without its folder.
  package var program: String { FilePath(arguments.first ?? "").lastComponent?.string ?? "?" }

  /// A little-endian number in some bytes; 0 where they end before it.
  static func word(of bytes: [UInt8], at offset: Int, byteCount: Int) -> UInt64 {
    guard offset + byteCount <= bytes.count else { return 0 }
    return bytes[offset..<offset + byteCount].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
