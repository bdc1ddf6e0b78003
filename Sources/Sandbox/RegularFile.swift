internal import Glibc
package import SystemPackage

/// Reads a file that a confined process may have made: never through a link, only a regular one, only up to `limit`.
///
/// The directories above must be the judge's own. A FIFO, device, directory or link is an error and never waits.
/// - Complexity: O(size), at most `limit` bytes.
package func readRegularFile(_ path: FilePath, limit: Int) throws(SandboxError) -> [UInt8] {
  let descriptor: Descriptor
  do {
    descriptor = try Descriptor.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
  } catch .system(_, let error) where error == Errno.tooManySymbolicLinkLevels {
    throw .unsuitableFile(path, "is a symbolic link; only a regular file is read")
  } catch .system(_, let error) where error.rawValue == ENXIO {
    // A socket.
    throw .unsuitableFile(path, "is not a regular file")
  } catch .system(_, let error) {
    throw .unsuitableFile(path, "\(error)")
  }
  var status = stat()
  guard unsafe fstat(descriptor.number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
    throw .unsuitableFile(path, "is not a regular file")
  }
  guard status.st_size <= limit else {
    throw .unsuitableFile(path, "holds \(status.st_size) bytes; at most \(limit) are read")
  }
  var bytes: [UInt8] = []
  while let part = descriptor.read(atMost: min(65536, limit + 1 - bytes.count)), !part.isEmpty {
    bytes += part
    // It may have grown since its size was read.
    guard bytes.count <= limit else { throw .unsuitableFile(path, "grew past \(limit) bytes while it was read") }
  }
  return bytes
}
