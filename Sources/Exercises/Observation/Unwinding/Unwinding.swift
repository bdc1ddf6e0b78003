import Examining
import Traces
import Vocabularies
import Workloads

/// Backtraces and names. Truth: the oracle goes through the same image.
enum Unwinding: ExerciseDefinition {
  static let id = "unwinder", title = "Unwinder", assignment = "Lab2"
  static let summary =
    "How a program came to where it stands, from its stacks, its unwind rows and its symbols, and no frame that is not sure."
  static let handIn = HandIn(type: "StackUnwinder", protocolName: "Unwinder")
  static let vocabulary: any Vocabulary.Type = UnwindVocabulary.self
  static let driver = "UnwindDriver<StackUnwinder>"
  static let meters = [Meter.time]
  static let reductions: (any Reductions)? = ProcessImageReductions()

  /// 64 bytes a row, symbol or line, and two MiB.
  static func privateLimit(on trace: Trace) -> Int? {
    let tables = [
      (UnwindVocabulary.rows, UnwindVocabulary.rowWords), (UnwindVocabulary.symbols, UnwindVocabulary.symbolWords),
      (UnwindVocabulary.lines, UnwindVocabulary.lineWords),
    ]
    return tables.reduce(2 << 20) { $0 + 64 * (trace.tables.words($1.0)?.count ?? 0) / $1.1 }
  }

  static func oracle(for trace: Trace) -> any Oracle { UnwindOracle(for: trace) }
}
