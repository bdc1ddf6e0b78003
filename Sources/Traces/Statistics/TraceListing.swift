package import Vocabularies

/// A trace's operations as people read them.
package enum TraceListing {
  /// Elements of a table that are shown.
  private static let elementLimit = 6

  /// One line for each table, with its first elements.
  package static func text(_ tables: [NamedTable]) -> String {
    tables.map { table in
      let first =
        switch table.contents {
        case .words(let words): words.prefix(elementLimit).map { "0x" + String($0, radix: 16) }
        case .bytes(let bytes): bytes.prefix(elementLimit).map { "0x" + String($0, radix: 16) }
        }
      let size = TraceSummary.count(table.count, table.elementBytes == 8 ? "word" : "byte")
      return "\(TraceSummary.leftPadded("table", 6))  \(table.name), \(size): \(first.joined(separator: " "))"
        + "\(table.count > elementLimit ? " …" : "")\n"
    }.joined()
  }

  /// One line for each of `operations`, the first of which is the trace's operation `first`.
  ///
  /// - Parameter tables: the trace's.
  package static func text(
    _ operations: some Sequence<UInt64>, first: Int = 0, vocabulary: String, tables: [NamedTable] = []
  ) -> String {
    let describe = VocabularyRegistry.vocabulary(named: vocabulary)?.describer(of: tables)
    let lines = operations.map { word in describe?(word) ?? "0x\(ContentHash.hexadecimal(word))" }
    let width = max(6, "\(first + lines.count)".count)
    return lines.enumerated().map { index, line in
      "\(TraceSummary.leftPadded("\(first + index)", width))  \(line)\n"
    }.joined()
  }
}
