/// The lines of a program that is being debugged, by their codes: what two tables of the trace say, a file's number and a line for each code,
/// and the files' names.
///
///     sites   | file << 32 | line | … |                            a word for each code
///     files   0 main.c ⏎ 1 list.c ⏎ 291 generated.c ⏎ …            text: a number and a name in each line
///
/// Where a trace has no such table, a code has its file and its line in its own bits.
public struct SiteTable: Sendable {
  private let words: [UInt64]
  private let names: [UInt64: String]

  /// The tables' names.
  public static let (sites, files) = ("sites", "files")
  /// One more than the largest code.
  public static let limit = 1 << 16

  public init(_ tables: [NamedTable]) {
    words = tables.words(Self.sites) ?? []
    names = Dictionary(
      (tables.bytes(Self.files).map(Self.lines) ?? Self.usual).compactMap { line in
        line.number.map { ($0, line.name) }
      }, uniquingKeysWith: { first, _ in first })
  }

  /// A code's site as a report has it: the file's number above the line. Of a code that the table does not have it is 0.
  public func word(_ code: SiteCode) -> UInt64 {
    if words.isEmpty { return MisuseVocabulary.word(code) }
    return code.bits < UInt64(words.count) ? words[Int(code.bits)] : 0
  }

  /// A site as people read it, from a word of a report.
  public func describe(_ word: UInt64) -> String {
    if word == MisuseVocabulary.none { return "no site" }
    return "\(names[word >> 32] ?? "file \(word >> 32)"):\(word & 0xffff_ffff)"
  }

  /// Both tables, for sites that are to have the codes 0, 1, 2 and so on.
  public static func tables(_ words: [UInt64]) -> [NamedTable] {
    let known = Set(words.map { $0 >> 32 })
    let text = usual.filter { $0.number.map(known.contains) ?? false }.map { "\($0.number ?? 0) \($0.name)\n" }.joined()
    return [NamedTable(sites, words: words), NamedTable(files, bytes: Array(text.utf8))]
  }

  /// What is wrong with a trace's tables.
  static func faults(in tables: [NamedTable]) -> [TableFault] {
    var faults = tables.filter { $0.name != sites && $0.name != files }.map {
      TableFault($0.name, "a table that this vocabulary has no use for")
    }
    if let table = tables.first(where: { $0.name == sites }) {
      if table.words == nil { faults.append(TableFault(sites, "a table of bytes; sites are words")) }
      if table.count > limit { faults.append(TableFault(sites, element: limit, "a code has 16 bits")) }
      let large = (table.words ?? []).firstIndex { $0 >> 48 != 0 }
      if let large { faults.append(TableFault(sites, element: large, "a file's number has 16 bits")) }
    }
    guard let table = tables.first(where: { $0.name == files }) else { return faults }
    guard let bytes = table.bytes else { return faults + [TableFault(files, "a table of words; names are text")] }
    for (place, line) in lines(bytes).enumerated() where line.number == nil || line.name.isEmpty {
      return faults + [TableFault(files, "line \(place + 1) has to be a number below 65536 and a name")]
    }
    return faults
  }

  private static func lines(_ bytes: [UInt8]) -> [(number: UInt64?, name: String)] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { line in
      let parts = line.split(separator: " ", maxSplits: 1)
      return (UInt16(parts[0]).map { UInt64($0) }, parts.count == 2 ? String(parts[1]) : "")
    }
  }

  /// The files that generated programs have, by the codes of their sites.
  private static let usual: [(number: UInt64?, name: String)] = [
    "main.c", "list.c", "parse.c", "table.c", "image.c", "buffer.c", "net.c", "log.c", "tree.c", "text.c", "cache.c",
    "shape.cc", "scene.cc", "mesh.cc", "generated.c", "vendor.c",
  ].enumerated().map { (UInt64(SiteCode($0.offset, 0).file), $0.element) }
}
