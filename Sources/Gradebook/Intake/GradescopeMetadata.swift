import Judging
import SystemPackage

/// What `submission_metadata.yml` in Gradescope's download says of each folder: who handed it in, and when.
///
/// It is YAML, of which Gradescope writes the same few lines always; these are read, and all others are left out.
struct GradescopeMetadata {
  struct Record: Equatable {
    /// Of each person the address, the institution's number and the name, as far as they are there.
    var people: [[String]] = []
    /// Seconds since 1970.
    var created: Int?
  }

  static let fileName = "submission_metadata.yml"
  private(set) var records: [String: Record] = [:]

  init(in folder: FilePath) {
    let bytes = try? Files.read(folder.appending(Self.fileName))
    self.init(parsing: String(decoding: bytes ?? [], as: UTF8.self))
  }

  init(parsing text: String) {
    var current: String?
    for line in text.split(whereSeparator: \.isNewline) {
      if let first = line.first, first != " ", first != "-", line.hasSuffix(":") {
        let name = String(line.dropLast())
        current = name
        records[name] = Record()
        continue
      }
      guard let name = current, let (key, value) = Self.pair(line) else { continue }
      switch key {
      // As in `- :name: Ada Lovelace`, which begins a person.
      case "name", "sid", "email":
        // What results and history hold lies deeper.
        guard line.prefix(while: { $0 == " " || $0 == "-" }).count <= 4 else { continue }
        if line.drop(while: { $0 == " " }).first == "-" { records[name]?.people.append([]) }
        guard !value.isEmpty, let last = records[name]?.people.indices.last else { continue }
        // A name is the least sure.
        let end = key == "name" ? records[name]?.people[last].count ?? 0 : 0
        records[name]?.people[last].insert(value, at: end)
      case "created_at": if line.hasPrefix("  :created_at") { records[name]?.created = Moment.seconds(value) }
      default: continue
      }
    }
  }

  private static func pair(_ line: Substring) -> (String, String)? {
    let rest = line.drop { $0 == " " || $0 == "-" }
    guard rest.first == ":", let end = rest.dropFirst().firstIndex(of: ":") else { return nil }
    var value = Roster.trimmed(String(rest[rest.index(after: end)...]))
    for quote in ["'", "\""] where value.count >= 2 && value.hasPrefix(quote) && value.hasSuffix(quote) {
      value = String(value.dropFirst().dropLast())
    }
    return (String(rest.dropFirst()[..<end]), value)
  }
}
