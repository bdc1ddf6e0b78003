import Examining
import Traces
import Vocabularies
import Workloads

/// Memory profiling: streams of events, and what is live. Truth: the oracle follows the same events.
enum Tracker: ExerciseDefinition {
  static let id = "tracker", title = "Tracker", assignment = "Lab1"
  static let summary =
    "What a program's threads allocate and free, event by event: what lives, since when, and who asked for it."
  static let handIn = HandIn(type: "BlockTracker", protocolName: "AllocationTracker")
  static let vocabulary: any Vocabulary.Type = TrackerVocabulary.self
  static let driver = "TrackerDriver<BlockTracker>"
  static let meters = [Meter.time]
  static let reductions: (any Reductions)? = EventStreamReductions()

  /// 256 bytes for each block that is live at the peak and each held event, 128 for each thread and each anomaly that waits, and 256 KiB.
  static func privateLimit(on trace: Trace) -> Int? {
    var words = 0
    let truth = TrackerTruth(of: EventStream(trace), countingAnswers: &words)
    return 256 * (truth.peak.blocks + EventStream.window(of: trace)) + 128 * (truth.threadCount + truth.mostAnomalies)
      + (256 << 10)
  }

  static func oracle(for trace: Trace) -> any Oracle { TrackerOracle(for: trace) }
}
