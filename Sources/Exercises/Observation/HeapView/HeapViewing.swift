import Examining
import Traces
import Vocabularies
import Workloads

/// Pictures of a heap, cell by cell. Truth: the oracle keeps a heap of its own.
enum HeapViewing: ExerciseDefinition {
  static let id = "heap-view", title = "Heap view", assignment = "Lab2"
  static let summary =
    "Pictures of a heap at any scale: live, metadata, free, touched and hot, cell by cell, and the history of its use."
  static let handIn = HandIn(type: "GridViewer", protocolName: "HeapViewer")
  static let vocabulary: any Vocabulary.Type = HeapViewVocabulary.self
  static let driver = "HeapViewDriver<GridViewer>"
  static let meters = [Meter.time]
  static let reductions: (any Reductions)? = HeapViewReductions()

  /// 128 bytes for each block that is live at once, 64 for each page that is ever touched, 32 a cell of the largest grid, and a MiB: what
  /// grows with time alone is too large.
  static func privateLimit(on trace: Trace) -> Int? {
    let rows = HeapViewRows(trace.tables)
    var (live, most, cells) = (0, 0, 0)
    var pages: Set<UInt64> = []
    for operation in trace.operations {
      guard let step = rows.step(operation) else { continue }
      switch step.kind {
      case .allocate: live += 1
      case .free: live = max(0, live - 1)
      case .access where step.second > 0:
        for page in step.first >> 12...(step.first + step.second - 1) >> 12 { pages.insert(page) }
      default: cells = max(cells, step.kind.plane == nil ? 0 : step.cellCount)
      }
      most = max(most, live)
    }
    return 128 * most + 64 * pages.count + 32 * cells + (1 << 20)
  }

  static func oracle(for trace: Trace) -> any Oracle { HeapViewOracle(for: trace) }
}
