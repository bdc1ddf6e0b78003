package import Judging
package import SystemPackage

/// What one student or group handed in, as the download of a course system names it.
package struct ClassEntry: Sendable, Equatable {
  /// Whose download it is.
  package enum Layout: String, Sendable {
    case plain, canvas, moodle, gradescope
  }

  /// One file or folder of it.
  package struct Source: Sendable, Equatable {
    package var path: FilePath
    /// The name that it was handed in under, where the course system put something before or behind it.
    package var name: String
    /// How often something was handed in under that name before.
    package var attempt: Int
  }

  package var layout: Layout
  /// What it is called where the roster does not know it.
  package var owner: String
  /// What is known of each person of the group, the surest first; one for a single student.
  package var people: [[String]]
  package var sources: [Source]
  /// Whether the course system marked it as late.
  package var isMarkedLate = false
  /// Seconds since 1970 at which it was handed in, where that is known.
  package var handedIn: Int?

  /// How often it was handed in before.
  package var attempt: Int { sources.map(\.attempt).max() ?? 0 }

  /// A name that any file may have: what is not a letter, digit, dot, hyphen or underscore becomes an underscore.
  package static func stem(_ name: String) -> String {
    let text = String(
      name.unicodeScalars.map { scalar in
        let isFine =
          scalar.properties.isAlphabetic || scalar.properties.numericType != nil
          || "-_.@+".unicodeScalars.contains(scalar)
        return isFine ? Character(scalar) : "_"
      })
    let stem = text.first == "." ? "_" + text.dropFirst() : text
    return stem.isEmpty ? "_" : stem
  }

  /// What is in the folder of a class, by owner; and what is nobody's, with the reason.
  ///
  /// Links are never followed. A folder that cannot be read is an entry all the same, which says so when it is collected.
  package static func all(in folder: FilePath) throws(JudgeError) -> (entries: [ClassEntry], unused: [(String, String)])
  {
    guard Files.isDirectory(folder) else {
      throw .file(folder, "is not a directory; unpack what the course system gave you, and name the folder of it")
    }
    let metadata = GradescopeMetadata(in: folder)
    var (entries, unused): ([ClassEntry], [(String, String)]) = ([], [])
    var places: [String: Int] = [:]
    for path in Files.entries(in: folder) {
      let name =
        String(decoding: Files.bytes(of: path), as: UTF8.self).split(separator: "/").last.map(String.init) ?? ""
      if name.hasPrefix(".") || name == GradescopeMetadata.fileName || name == "__MACOSX" { continue }
      guard let entry = entry(path, name, metadata) else {
        unused.append((name, "is neither a folder nor a zip or tar.gz, and no course system's download is called so"))
        continue
      }
      // Of several files of one person; folders and archives of other people may have the same name but for case.
      let key = entry.layout == .plain ? name : "\(entry.layout) \(entry.owner)"
      if entry.layout != .gradescope, let place = places[key] {
        entries[place].sources += entry.sources
        entries[place].isMarkedLate = entries[place].isMarkedLate || entry.isMarkedLate
      } else {
        places[key] = entries.count
        entries.append(entry)
      }
    }
    return (entries, unused)
  }

  private static func entry(_ path: FilePath, _ name: String, _ metadata: GradescopeMetadata) -> ClassEntry? {
    if let record = metadata.records[name] {
      return ClassEntry(
        layout: .gradescope, owner: record.people.first?.first ?? name,
        people: record.people.isEmpty ? [[name]] : record.people,
        sources: [Source(path: path, name: name, attempt: 0)], handedIn: record.created)
    }
    return moodle(path, name) ?? canvas(path, name) ?? plain(path, name)
  }

  /// `Ada Lovelace_123456_assignsubmission_file_`, a folder; or in a flat download with a file's name behind it.
  private static func moodle(_ path: FilePath, _ name: String) -> ClassEntry? {
    let parts = name.split(separator: "_", omittingEmptySubsequences: false).map(String.init)
    guard let mark = parts.firstIndex(of: "assignsubmission"), mark >= 2, isNumber(parts[mark - 1]),
      mark + 1 < parts.count
    else { return nil }
    let owner = parts[..<(mark - 1)].joined(separator: "_")
    let file = parts[(mark + 2)...].joined(separator: "_")
    return ClassEntry(
      layout: .moodle, owner: owner, people: [[owner]],
      sources: [Source(path: path, name: file.isEmpty ? name : file, attempt: 0)])
  }

  /// `lovelaceada_LATE_4711_98765_Arena-2.swift`: the name, perhaps the mark, the person's and the hand-in's numbers, and the file,
  /// with how often one of that name was handed in before.
  private static func canvas(_ path: FilePath, _ name: String) -> ClassEntry? {
    var parts = name.split(separator: "_", omittingEmptySubsequences: false).map(String.init)
    guard parts.count >= 4, !parts[0].isEmpty else { return nil }
    let owner = parts.removeFirst()
    let isLate = parts[0] == "LATE"
    if isLate { parts.removeFirst() }
    guard parts.count >= 3, isNumber(parts[0]), isNumber(parts[1]) else { return nil }
    let (file, attempt) = withoutAttempt(parts[2...].joined(separator: "_"))
    return ClassEntry(
      layout: .canvas, owner: owner, people: [[parts[0], owner]],
      sources: [Source(path: path, name: file, attempt: attempt)], isMarkedLate: isLate)
  }

  private static func plain(_ path: FilePath, _ name: String) -> ClassEntry? {
    let isArchive = isArchive(name)
    guard isArchive || Files.isDirectory(path) || Files.isLink(path) else { return nil }
    let owner = isArchive ? withoutExtension(name) : name
    return ClassEntry(
      layout: .plain, owner: owner, people: [[owner]], sources: [Source(path: path, name: name, attempt: 0)])
  }

  private static let archiveExtensions = [".zip", ".tar.gz", ".tgz", ".tar"]

  /// Whether a file is unpacked, by its name.
  package static func isArchive(_ name: String) -> Bool {
    archiveExtensions.contains { name.lowercased().hasSuffix($0) }
  }

  private static func withoutExtension(_ name: String) -> String {
    let found = archiveExtensions.first { name.lowercased().hasSuffix($0) } ?? ""
    return String(name.dropLast(found.count))
  }

  /// `Arena-2.swift` is the third of that name.
  static func withoutAttempt(_ file: String) -> (name: String, attempt: Int) {
    let end = isArchive(file) ? withoutExtension(file) : file.lastIndex(of: ".").map { String(file[..<$0]) } ?? file
    guard let dash = end.lastIndex(of: "-"), dash != end.startIndex, let number = Int(end[end.index(after: dash)...]),
      number > 0
    else { return (file, 0) }
    return (String(end[..<dash]) + file.dropFirst(end.count), number)
  }

  private static func isNumber(_ text: String) -> Bool { !text.isEmpty && text.utf8.allSatisfy { 0x30...0x39 ~= $0 } }
}
