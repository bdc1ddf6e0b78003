/// Makes a zip archive of files as they are, without compressing them: what people hand in is small.
///
/// The same files make the same bytes, whenever that is. Source: PKWARE, .ZIP File Format Specification 6.3 (APPNOTE).
package enum ZipWriter {
  /// - Parameter files: at most 65,535 of together less than 4 GiB, by a path of UTF-8 with `/` between its parts.
  /// - Complexity: O(bytes).
  package static func archive(_ files: [(path: String, bytes: [UInt8])]) -> [UInt8] {
    precondition(files.count <= 0xffff, "a zip has two bytes for the number of its files")
    var (archive, directory): ([UInt8], [UInt8]) = ([], [])
    for (path, bytes) in files {
      let offset = archive.count
      let header = common(path, bytes)
      archive += signature(3, 4) + header + Array(path.utf8) + bytes
      // Made on Unix; no comment, on the first disk, nothing said of its text; an ordinary file that everybody reads.
      directory += signature(1, 2) + little(3 << 8 | 20, 2) + header + little(0, 6)
      directory += little(0o100644 << 16, 4) + little(offset, 4) + Array(path.utf8)
    }
    let end = little(0, 4) + little(files.count, 2) + little(files.count, 2) + little(directory.count, 4)
    return archive + directory + signature(5, 6) + end + little(archive.count, 4) + little(0, 2)
  }

  /// What a file's own header and its line in the directory have in common, up to the length of what is added (nothing).
  private static func common(_ path: String, _ bytes: [UInt8]) -> [UInt8] {
    // Version 2.0; the name is UTF-8; stored; the first day that a zip can name.
    let start = little(20, 2) + little(1 << 11, 2) + little(0, 2) + little(0, 2) + little(1 << 5 | 1, 2)
    return start + little(Int(Archive.checksum(bytes)), 4) + little(bytes.count, 4) + little(bytes.count, 4)
      + little(path.utf8.count, 2) + little(0, 2)
  }

  private static func signature(_ first: UInt8, _ second: UInt8) -> [UInt8] { [0x50, 0x4b, first, second] }

  private static func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
