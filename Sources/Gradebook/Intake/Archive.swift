/// Reads the files out of a zip or tar.gz that somebody handed in, into memory alone: a member's path is only ever compared, so it
/// leads nowhere, and nothing is written where it says.
struct Archive {
  /// What was found for one member that may be taken.
  struct Member: Equatable {
    let path: [UInt8]
    let bytes: [UInt8]
  }

  /// Members that are wanted and can be had.
  private(set) var members: [Member] = []
  /// What is wrong, by the member's name or the archive's.
  private(set) var problems: [(name: String, reason: String)] = []

  /// Limits: far above any honest hand-in.
  static let archiveLimit = 32 << 20
  static let memberLimit = 10_000
  static let unpackedLimit = 64 << 20
  static let fileLimit = 1 << 20

  private let wants: ([UInt8]) -> Bool
  /// What has been unpacked so far, right or wrong.
  private var unpacked = 0

  /// - Parameters:
  ///   - wants: whether a member of that path is to be unpacked.
  /// - Complexity: O(bytes of the archive and of what is unpacked), each limited.
  init(_ bytes: [UInt8], name: String, wants: @escaping ([UInt8]) -> Bool) {
    self.wants = wants
    if bytes.starts(with: [0x1f, 0x8b]) {
      readGzip(bytes, name)
    } else if bytes.starts(with: [0x50, 0x4b]) {
      readZip(bytes, name)
    } else if bytes.count >= 512, Self.isTarHeader(bytes[0..<512]) {
      readTar(bytes, name)
    } else {
      problems.append((name, "is neither a zip nor a tar.gz, whatever it is called; hand in one of these"))
    }
  }

  private static func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }

  private mutating func refuse(_ path: [UInt8], _ reason: String) {
    // A hostile archive says the same ten thousand times.
    if problems.count < 20 { problems.append((Self.text(path.prefix(200)), reason)) }
  }

  /// Whether a path stays where it is unpacked; told where not.
  private mutating func admits(_ path: [UInt8]) -> Bool {
    let parts = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    if path.first == UInt8(ascii: "/") || parts.contains(where: { $0.elementsEqual("..".utf8) })
      || path.contains(UInt8(ascii: "\\"))
    {
      refuse(path, "leads out of the archive, and is not taken; pack the files under their own names")
      return false
    }
    return true
  }

  // MARK: - Zip

  private mutating func readZip(_ bytes: [UInt8], _ name: String) {
    func number(_ place: Int, _ size: Int) -> Int {
      guard place >= 0, place + size <= bytes.count else { return 0 }
      return (0..<size).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
    }
    let damaged = (name, "is damaged: it is cut off, or no zip; pack and hand it in again")
    // The directory's end is the last thing, but for a comment of at most 65,535 bytes.
    let ends = stride(from: bytes.count - 22, through: max(0, bytes.count - 22 - 65_535), by: -1)
    guard bytes.count >= 22, let end = ends.first(where: { number($0, 4) == 0x0605_4b50 }) else {
      problems.append(damaged)
      return
    }
    var place = number(end + 16, 4)
    let count = number(end + 10, 2)
    guard count < Self.memberLimit else {
      problems.append((name, "has \(count) members or more; at most \(Self.memberLimit - 1) are read"))
      return
    }
    for _ in 0..<count {
      guard number(place, 4) == 0x0201_4b50, place + 46 <= bytes.count else {
        problems.append(damaged)
        return
      }
      let (flags, method) = (number(place + 8, 2), number(place + 10, 2))
      let (packed, size) = (number(place + 20, 4), number(place + 24, 4))
      let (checksum, mode, header) = (number(place + 16, 4), number(place + 40, 2), number(place + 42, 4))
      let nameEnd = place + 46 + number(place + 28, 2)
      guard nameEnd <= bytes.count else {
        problems.append(damaged)
        return
      }
      let path = Array(bytes[place + 46..<nameEnd])
      place = nameEnd + number(place + 30, 2) + number(place + 32, 2)
      guard admits(path), wants(path) else { continue }
      guard mode & 0o170000 != 0o120000 else {
        refuse(path, "is a symbolic link; hand in the file itself")
        continue
      }
      guard flags & 1 == 0 else {
        refuse(path, "is encrypted; pack it without a password")
        continue
      }
      guard size <= Self.fileLimit else {
        refuse(path, "unpacks to \(size) bytes; at most \(Self.fileLimit) are read")
        continue
      }
      // Members may lie over one another, or be the same one many times.
      unpacked += size
      guard unpacked <= Self.unpackedLimit else {
        problems.append((name, "unpacks to more than \(Self.unpackedLimit) bytes; hand in the source files alone"))
        return
      }
      let start = header + 30 + number(header + 26, 2) + number(header + 28, 2)
      guard number(header, 4) == 0x0403_4b50, start + packed <= bytes.count else {
        refuse(path, "is damaged: what the archive's directory says of it is not there")
        continue
      }
      do throws(Inflate.Problem) {
        let content: [UInt8]
        switch method {
        case 0: content = Array(bytes[start..<start + packed])
        case 8: content = try Inflate.unpack(bytes[start..<start + packed], limit: min(size, Self.fileLimit)).bytes
        default:
          refuse(path, "is packed by method \(method); only what every zip program knows is read")
          continue
        }
        guard content.count == size, Int(Self.checksum(content)) == checksum else { throw .damaged }
        members.append(Member(path: path, bytes: content))
      } catch {
        refuse(path, error == .tooLarge ? "unpacks to more than it says" : "is damaged: its checksum is not its own")
      }
    }
  }

  private static let checksumTable: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1 }
  }

  /// CRC-32, as zip and gzip use it.
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { $0 >> 8 ^ checksumTable[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
  }

  // MARK: - Tar

  private mutating func readGzip(_ bytes: [UInt8], _ name: String) {
    var place = 10
    func skipText() {
      while place < bytes.count, bytes[place] != 0 { place += 1 }
      place += 1
    }
    guard bytes.count > 18, bytes[2] == 8 else {
      problems.append((name, "is damaged: it is cut off, or no gzip; pack and hand it in again"))
      return
    }
    let flags = bytes[3]
    if flags & 4 != 0 { place += 2 + Int(bytes[10]) + Int(bytes[11]) << 8 }
    if flags & 8 != 0 { skipText() }
    if flags & 16 != 0 { skipText() }
    if flags & 2 != 0 { place += 2 }
    do throws(Inflate.Problem) {
      guard place < bytes.count else { throw .damaged }
      let (content, end) = try Inflate.unpack(bytes[place...], limit: Self.unpackedLimit)
      guard end + 8 <= bytes.count,
        (0..<4).reduce(UInt32(0), { $0 | UInt32(bytes[end + $1]) << UInt32(8 * $1) }) == Self.checksum(content)
      else { throw .damaged }
      readTar(content, name)
    } catch {
      problems.append(
        (
          name,
          error == .tooLarge
            ? "unpacks to more than \(Self.unpackedLimit) bytes; hand in the source files alone"
            : "is damaged: it is cut off, or no gzip; pack and hand it in again"
        ))
    }
  }

  private static func octal(_ bytes: ArraySlice<UInt8>) -> Int? {
    let digits = bytes.drop { $0 == 0x20 }.prefix { $0 >= 0x30 && $0 <= 0x37 }
    return digits.isEmpty ? nil : Int(text(digits), radix: 8)
  }

  private static func isTarHeader(_ header: ArraySlice<UInt8>) -> Bool {
    let start = header.startIndex
    let sum = header.indices.reduce(0) { $0 + (148..<156 ~= $1 - start ? 0x20 : Int(header[$1])) }
    return octal(header[start + 148..<start + 156]) == sum
  }

  private mutating func readTar(_ bytes: [UInt8], _ name: String) {
    let damaged = (name, "is damaged: it is cut off, or no tar; pack and hand it in again")
    var (place, count) = (0, 0)
    var longName: [UInt8]?
    while place + 512 <= bytes.count, bytes[place] != 0 {
      let header = bytes[place..<place + 512]
      guard Self.isTarHeader(header), let size = Self.octal(header[place + 124..<place + 136]),
        size <= bytes.count - place - 512
      else {
        problems.append(damaged)
        return
      }
      let content = bytes[place + 512..<place + 512 + size]
      let type = header[place + 156]
      var path = Array(header[place..<place + 100].prefix { $0 != 0 })
      let prefix = header[place + 345..<place + 500].prefix { $0 != 0 }
      if header[place + 257..<place + 263].elementsEqual([0x75, 0x73, 0x74, 0x61, 0x72, 0]), !prefix.isEmpty {
        path = Array(prefix) + [UInt8(ascii: "/")] + path
      }
      place += 512 + (size + 511) / 512 * 512
      count += 1
      guard count < Self.memberLimit else {
        problems.append((name, "has \(Self.memberLimit) members or more; hand in the source files alone"))
        return
      }
      switch type {
      case UInt8(ascii: "L"):
        longName = Array(content.prefix { $0 != 0 })
        continue
      case UInt8(ascii: "x"):
        longName = Self.paxPath(content) ?? longName
        continue
      case UInt8(ascii: "g"), UInt8(ascii: "K"): continue
      default: break
      }
      path = longName ?? path
      longName = nil
      guard admits(path), wants(path) else { continue }
      guard type == 0 || type == UInt8(ascii: "0") else {
        refuse(path, "is a link, or no regular file; hand in the file itself")
        continue
      }
      guard size <= Self.fileLimit else {
        refuse(path, "holds \(size) bytes; at most \(Self.fileLimit) are read")
        continue
      }
      members.append(Member(path: path, bytes: Array(content)))
    }
    if count == 0 { problems.append(damaged) }
  }

  /// The path that an extended header gives, of lines like `17 path=Arena.swift`.
  private static func paxPath(_ content: ArraySlice<UInt8>) -> [UInt8]? {
    for line in content.split(separator: UInt8(ascii: "\n")) {
      guard let space = line.firstIndex(of: 0x20), line[(space + 1)...].starts(with: "path=".utf8) else { continue }
      return Array(line[(space + 6)...])
    }
    return nil
  }
}
