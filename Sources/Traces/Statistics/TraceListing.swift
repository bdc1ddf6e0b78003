import Vocabularies

/// A trace's operations as people read them.
package enum TraceListing {
  /// One line for each of `operations`, the first of which is the trace's operation `first`.
  package static func text(_ operations: some Sequence<UInt64>, first: Int = 0, vocabulary: String) -> String {
    let language = VocabularyRegistry.vocabulary(named: vocabulary)
    let lines = operations.map { word in language?.describe(operation: word) ?? "0x\(ContentHash.hexadecimal(word))" }
    let width = max(6, "\(first + lines.count)".count)
    return lines.enumerated().map { index, line in
      "\(TraceSummary.leftPadded("\(first + index)", width))  \(line)\n"
    }.joined()
  }
}
