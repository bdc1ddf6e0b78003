import Examining
import Traces
import Vocabularies
import Workloads

/// The fragmentation of a heap, over time. Truth: the oracle finds free runs from the blocks beside them.
enum Fragmentation: ExerciseDefinition {
  static let id = "fragmentation-meter", title = "Fragmentation meter", assignment = "Lab1"
  static let summary =
    "Internal and external fragmentation of a heap, its free runs, and the four measures of Johnstone and Wilson, at any time."
  static let handIn = HandIn(type: "HeapMeter", protocolName: "FragmentationMeter")
  static let vocabulary: any Vocabulary.Type = MeterVocabulary.self
  static let driver = "MeterDriver<HeapMeter>"
  static let meters = [Meter.time]
  static let reductions: (any Reductions)? = HeapStreamReductions()
  /// A sorted array of 100,000 runs is slow, and right.
  static let secondsPerTrace = 6.0

  /// 320 bytes for each block and region, when there were most of them, and a MiB.
  static func privateLimit(on trace: Trace) -> Int? {
    guard let stream = HeapStream(trace.tables) else { return 1 << 20 }
    var (now, most) = (0, 0)
    for event in stream.events {
      switch event.change {
      case .begin, .map: now += 1
      case .end, .unmap: now -= 1
      case .resize: break
      case .snapshot(let regions, let blocks): now = regions.count + blocks.count
      }
      most = max(most, now)
    }
    return 320 * most + (1 << 20)
  }

  static func oracle(for trace: Trace) -> any Oracle { FragmentationOracle(for: trace) }
}
