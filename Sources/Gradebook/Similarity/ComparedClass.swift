import Grading
package import Judging
package import SystemPackage

/// The Swift files of a class, taken in as grading takes them, to be compared.
package struct ComparedClass: Sendable {
  /// Of all hand-ins, in order; the owner is the hand-in's number.
  package private(set) var sources: [TokenLister.Source] = []
  /// What was not looked at, and why.
  package private(set) var unread: [String] = []
  private var names: [String] = []

  /// The most files and bytes of a hand-in that are compared.
  static let fileCount = Submission.countLimit
  static let byteCount = 2 << 20

  /// - Throws: `JudgeError.file` where there is no class, or nothing to compare.
  /// - Complexity: O(bytes), of which no more are read than the limits allow.
  package init(_ folder: FilePath, assignments: Set<String>) throws(JudgeError) {
    let (entries, unused) = try ClassEntry.all(in: folder)
    guard (2...SimilaritySearch.handInLimit).contains(entries.count) else {
      throw .file(
        folder,
        "holds \(entries.count) hand-in\(entries.count == 1 ? "" : "s"); 2 to \(SimilaritySearch.handInLimit) can be compared"
      )
    }
    unread = unused.map { "\($0.0): \($0.1)" }
    let owners = Dictionary(entries.map { ($0.owner, 1) }, uniquingKeysWith: +)
    for (number, entry) in entries.enumerated() {
      // A folder and an archive of one name are two.
      let isAmbiguous = owners[entry.owner] ?? 0 > 1
      let name = isAmbiguous ? "\(entry.owner) (\(entry.sources.first?.name ?? ""))" : entry.owner
      names.append(name)
      let collected = Collected(entry, assignments: assignments)
      unread += collected.problems.map { "\(name): \($0.name): \($0.reason)" }
      var (count, bytes) = (0, 0)
      for (path, content) in collected.files.sorted(by: { $0.key < $1.key }) {
        guard count < Self.fileCount, bytes + content.count <= Self.byteCount else {
          unread.append(
            "\(name): has more than \(Self.fileCount) files or \(Self.byteCount >> 20) MiB of them; from \(path) on they are not compared"
          )
          break
        }
        (count, bytes) = (count + 1, bytes + content.count)
        sources.append(TokenLister.Source(owner: number, file: Submission.File(name: path, bytes: content)))
      }
    }
  }

  /// The hand-ins, in order, with the tokens of each file; nil for one that cannot be read to its end.
  package mutating func handIns(_ tokens: [SourceTokens?]) -> [SimilaritySearch.HandIn] {
    var files: [[(path: String, tokens: SourceTokens)]] = names.map { _ in [] }
    for (source, tokens) in zip(sources, tokens) {
      if let tokens {
        files[source.owner].append((source.file.name, tokens))
      } else {
        unread.append("\(names[source.owner]): \(source.file.name): cannot be read as Swift to its end")
      }
    }
    return zip(names, files).map { SimilaritySearch.HandIn(name: $0, files: $1) }
  }
}
