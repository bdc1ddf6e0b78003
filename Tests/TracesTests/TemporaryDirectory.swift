import Glibc
import SystemPackage

/// A directory that lives as long as this value.
final class TemporaryDirectory {
  let path: FilePath

  init() throws {
    var template = Array("/tmp/alloclab-traces-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Errno(rawValue: errno) }
    path = FilePath(String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
  }

  deinit {
    for name in contents { unlink(path.appending(name).string) }
    rmdir(path.string)
  }

  /// The names of the files in it.
  var contents: [String] {
    guard let directory = opendir(path.string) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> FilePath {
    let file = path.appending(name)
    let descriptor = try FileDescriptor.open(
      file, .writeOnly, options: [.create, .truncate], permissions: [.ownerReadWrite])
    try descriptor.closeAfter { _ = try descriptor.writeAll(bytes) }
    return file
  }

  func write(_ text: String, to name: String) throws -> FilePath { try write(text.utf8, to: name) }

  static func bytes(of file: FilePath) throws -> [UInt8] {
    let descriptor = try FileDescriptor.open(file, .readOnly)
    return try descriptor.closeAfter {
      let count = Int(try descriptor.seek(offset: 0, from: .end))
      return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
        filled = try descriptor.read(fromAbsoluteOffset: 0, into: UnsafeMutableRawBufferPointer(buffer))
      }
    }
  }
}

/// SplitMix64: seeded, so that a failure repeats.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}
