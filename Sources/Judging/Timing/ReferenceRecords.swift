import Examining
import Synchronization
import SystemPackage
import Traces

/// What the reference solutions were measured to do, kept from one grading to the next.
///
/// A record is filed under everything that it depends on: the judge itself, kit, reference solutions, trace and the judge's seed. So it is
/// never stale, and whoever is graded later is compared with the same figures.
final class ReferenceRecords: Sendable {
  private let folder: FilePath
  /// Changes whenever what measures does: where it looks at a heap decides how much of it was touched.
  private let judge: String
  private let known = Mutex<[String: [[String]]]>([:])

  init(of installation: Installation) {
    folder = installation.cache.appending("records")
    var hash = SHA256.Hasher()
    for module in ["Judging", "Exercises", "Examining", "Workloads", "Traces", "Sandbox"] {
      let objects = installation.build.appending("\(module).build")
      for name in Files.names(in: objects) {
        guard let stamp = Files.stamp(objects.appending(name)) else { continue }
        hash.update(Array("\(module) \(name) \(stamp.size) \(stamp.modified)\n".utf8))
      }
    }
    judge = String(SHA256.hexadecimal(digest: hash.finalize()).prefix(16))
  }

  private let digests = Mutex<[String: String]>([:])

  /// The digest of an exercise's reference solution, made once: its files are read as they were then.
  func digest(of exercise: String, _ make: () throws(JudgeError) -> String) throws(JudgeError) -> String {
    if let known = digests.withLock({ $0[exercise] }) { return known }
    let digest = try make()
    digests.withLock { $0[exercise] = digest }
    return digest
  }

  /// The fields of each line of a record, or nil where there is none yet.
  func lines(_ key: String) -> [[String]]? {
    if let lines = known.withLock({ $0[key] }) { return lines }
    guard let bytes = try? Files.read(file(key)) else { return nil }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    known.withLock { $0[key] = lines }
    return lines
  }

  /// Keeps a record; a folder that cannot be written to only costs time.
  func keep(_ lines: [[String]], _ key: String) {
    known.withLock { $0[key] = lines }
    try? Files.makePrivateDirectory(folder)
    let text = lines.map { $0.joined(separator: "\t") + "\n" }.joined()
    try? Files.write(Array(text.utf8), to: file(key), for: .owner)
  }

  private func file(_ key: String) -> FilePath {
    var hash = SHA256.Hasher()
    hash.update(Array("\(judge) \(key)".utf8))
    return folder.appending(String(SHA256.hexadecimal(digest: hash.finalize()).prefix(32)))
  }
}

extension CompanionResult {
  init?(_ fields: [String]) {
    guard fields.count == 3, let seconds = Double(fields[0]), let footprint = Int(fields[1]),
      let sessions = Int(fields[2])
    else { return nil }
    self.init(seconds: seconds, footprint: footprint, sessions: sessions)
  }

  var fields: [String] { ["\(seconds)", "\(footprint)", "\(sessions)"] }
}

/// What a checked replay of a reference solution is compared by.
struct ReferenceFigures {
  let footprint: Int
  let measurements: [Measurement]

  init(footprint: Int, measurements: [Measurement]) {
    self.footprint = footprint
    self.measurements = measurements
  }

  init?(_ lines: [[String]]) {
    guard let first = lines.first?.first.flatMap({ Int($0) }) else { return nil }
    footprint = first
    measurements = lines.dropFirst().compactMap { fields in
      guard fields.count == 3, let value = Double(fields[1]) else { return nil }
      return Measurement(fields[0], value, fields[2])
    }
  }

  var lines: [[String]] { [["\(footprint)"]] + measurements.map { [$0.name, "\($0.value)", $0.unit] } }
}
