package import SystemPackage

/// Why a trace could not be read or written.
package enum TraceError: Error, Hashable {
  /// A system call on the file failed.
  case system(path: FilePath, action: String, errno: Errno)
  /// The file does not start as a trace does.
  case foreign(path: FilePath)
  /// The file was written by a later version of the format.
  case unsupportedVersion(path: FilePath, version: Int)
  /// The bytes at `offset` contradict the format or their checksum.
  case damaged(path: FilePath, offset: Int, reason: String)
  /// The trace is sound, but more than was allowed to be loaded or written.
  case tooLarge(path: FilePath, reason: String)
  /// The trace is sound, but not for this.
  case unsuitable(path: FilePath, reason: String)
  /// A line of a `.rep` file, counted from 1, cannot be read, or is odd while reading strictly.
  case script(path: FilePath, line: Int, reason: String)
}

extension TraceError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .system(let path, let action, let errno): "\(path): cannot \(action): \(errno)"
    case .foreign(let path):
      "\(path): not a trace: offset 0 does not hold its signature; convert .rep files with `alloclab trace convert`"
    case .unsupportedVersion(let path, let version):
      "\(path): offset 8: trace format version \(version), and this program reads version \(TraceFormat.version); "
        + "update it, or write the trace again"
    case .damaged(let path, let offset, let reason):
      "\(path): offset \(offset): \(reason); the file is damaged, get or record it again"
    case .tooLarge(let path, let reason), .unsuitable(let path, let reason): "\(path): \(reason)"
    case .script(let path, let line, let reason): "\(path):\(line): \(reason)"
    }
  }
}
