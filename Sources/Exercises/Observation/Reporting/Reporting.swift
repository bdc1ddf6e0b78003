import Examining
import Traces
import Vocabularies
import Workloads

/// Reports of a memory profile. Truth: the oracle adds up the same events, and reads the reports as any program would.
enum Reporting: ExerciseDefinition {
  static let id = "reporter", title = "Reporter", assignment = "Lab1"
  static let summary =
    "A memory profile as folded stacks for a flame graph, as a table, as a timeline that keeps its peaks, and as JSON."
  static let handIn = HandIn(type: "TextReporter", protocolName: "ProfileReporter")
  static let vocabulary: any Vocabulary.Type = ReporterVocabulary.self
  static let driver = "ReporterDriver<TextReporter>"
  static let meters = [Meter.time]
  static let reductions: (any Reductions)? = ProfileStreamReductions()

  /// 128 bytes for each event, frame and symbol, 8 for each byte of a name, and four MiB.
  static func privateLimit(on trace: Trace) -> Int? {
    func count(_ name: String) -> Int { trace.tables.first { $0.name == name }?.count ?? 0 }
    let events = count(ReporterVocabulary.events) / ReporterVocabulary.eventWords
    let parts = events + count(ReporterVocabulary.frames) + count(ReporterVocabulary.symbols)
    return 128 * (parts + count(ReporterVocabulary.stacks)) + 8 * count(ReporterVocabulary.names) + (4 << 20)
  }

  static func oracle(for trace: Trace) -> any Oracle { ReporterOracle(for: trace) }
}
