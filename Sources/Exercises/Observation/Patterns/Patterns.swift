import Examining
import Traces
import Vocabularies
import Workloads

/// Patterns of allocation: what places of a program do with memory. Truth: the definitions, applied to the same events.
enum Patterns: ExerciseDefinition {
  static let id = "patterns", title = "Patterns", assignment = "Lab1"
  static let summary =
    "Which places of a program leak, which make temporaries, and which let arrays grow; and how long blocks live, by a sketch."
  static let handIn = HandIn(type: "PatternFinder", protocolName: "PatternDetector")
  static let vocabulary: any Vocabulary.Type = PatternVocabulary.self
  static let driver = "PatternDriver<PatternFinder>"
  static let meters = [Meter.time]
  static let reductions: (any Reductions)? = EventStreamReductions()

  /// 512 bytes for each block that is live when most are, 1 KiB for each site, 24 bytes for each lifetime of a site, but no more than 64 KiB for
  /// all of them, and 256 KiB.
  static func privateLimit(on trace: Trace) -> Int? {
    let truth = PatternTruth(of: EventStream(trace))
    let lifetimes = truth.lifetimeCounts.reduce(0) { $0 + min(24 * $1, 64 << 10) }
    return 512 * truth.mostBlocks + 1024 * truth.lifetimeCounts.count + lifetimes + (256 << 10)
  }

  static func oracle(for trace: Trace) -> any Oracle { PatternOracle(for: trace) }
}
