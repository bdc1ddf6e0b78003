import Glibc
import SystemPackage

/// An open file whose every failure is a `TraceError` that names it.
struct TraceFile: ~Copyable {
  let path: FilePath
  private let descriptor: FileDescriptor

  /// Opens a file for reading.
  init(reading path: FilePath) throws(TraceError) {
    self.path = path
    do { descriptor = try FileDescriptor.open(path, .readOnly, options: .closeOnExec) } catch {
      throw Self.failure(path, "open", error)
    }
  }

  /// Creates a file that must not exist yet.
  init(creating path: FilePath) throws(TraceError) {
    self.path = path
    do {
      descriptor = try FileDescriptor.open(
        path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
    } catch {
      throw Self.failure(path, "create", error)
    }
  }

  deinit { try? descriptor.close() }

  /// The length in bytes.
  func byteCount() throws(TraceError) -> Int {
    do { return Int(try descriptor.seek(offset: 0, from: .end)) } catch {
      throw Self.failure(path, "find the size", error)
    }
  }

  /// The bytes at `offset`, fewer than `count` where the file ends. Reserves `count` bytes, so check it first.
  func read(at offset: Int, count: Int) throws(TraceError) -> [UInt8] {
    do {
      return try unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
        while filled < count {
          // Safe: the slice lies within the array's own storage, and `filled` counts only bytes that read() wrote.
          let got = unsafe try descriptor.read(
            fromAbsoluteOffset: Int64(offset + filled),
            into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...]))
          if got == 0 { break }
          filled += got
        }
      }
    } catch {
      throw Self.failure(path, "read", error)
    }
  }

  func write(_ bytes: [UInt8], at offset: Int) throws(TraceError) {
    do { try descriptor.writeAll(toAbsoluteOffset: Int64(offset), bytes) } catch {
      throw Self.failure(path, "write", error)
    }
  }

  /// Waits until the bytes are on the disk.
  func synchronize() throws(TraceError) {
    guard fsync(descriptor.rawValue) == 0 else { throw Self.failure(path, "write to disk", Errno(rawValue: errno)) }
  }

  /// Creates `<path>.<process>-<n>.partial`, for `rename` once it is complete.
  static func createTemporary(beside path: FilePath) throws(TraceError) -> TraceFile {
    for attempt in 0..<1000 {
      do throws(TraceError) { return try TraceFile(creating: FilePath("\(path).\(getpid())-\(attempt).partial")) } catch
      {
        guard case .system(_, _, .fileExists) = error else { throw error }
      }
    }
    throw .system(path: path, action: "create a temporary file beside it", errno: .fileExists)
  }

  /// Replaces a whole file: afterwards it is the old one or the new one.
  static func replace(_ path: FilePath, with bytes: [UInt8]) throws(TraceError) {
    let file = try createTemporary(beside: path)
    do throws(TraceError) {
      try file.write(bytes, at: 0)
      try file.synchronize()
      try rename(file.path, to: path)
    } catch {
      remove(file.path)
      throw error
    }
  }

  /// Gives the file its final name, replacing what had it.
  static func rename(_ path: FilePath, to destination: FilePath) throws(TraceError) {
    // Safe: both strings live through the calls.
    let status = unsafe path.withPlatformString { from in
      unsafe destination.withPlatformString { to in unsafe Glibc.rename(from, to) }
    }
    guard status == 0 else { throw failure(destination, "rename \(path) to it", Errno(rawValue: errno)) }
  }

  static func remove(_ path: FilePath) {
    // Safe: the string lives through the call.
    _ = unsafe path.withPlatformString { unsafe unlink($0) }
  }

  private static func failure(_ path: FilePath, _ action: String, _ error: any Error) -> TraceError {
    .system(path: path, action: action, errno: error as? Errno ?? .ioError)
  }
}
