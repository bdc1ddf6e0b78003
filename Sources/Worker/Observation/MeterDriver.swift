public import AllocLab
internal import Vocabularies

/// Drives a fragmentation meter: changes come from the trace's tables, and what is asked is answered with a word or a list.
public struct MeterDriver<Meter: FragmentationMeter & ~Copyable>: Driver, ~Copyable {
  private let session: Session
  private let changes: WordTable
  private let snapshots: WordTable
  private var fed = 0
  private var meter: Meter

  public init(_ session: Session) {
    self.session = session
    changes = session.wordTable(MeterVocabulary.changes)
    snapshots = session.wordTable(MeterVocabulary.snapshots)
    meter = Meter()
  }

  public mutating func perform(_ operation: UInt64) -> UInt64 {
    guard let (kind, argument) = MeterVocabulary.question(operation) else { return 0 }
    switch kind {
    case .feed:
      let count = min(argument, changes.count / MeterVocabulary.changeWords - fed)
      meter.feed(HeapChanges(words: changes, snapshots: snapshots, first: fed, count: count))
      fed += count
      return 0
    case .internalBytes: return meter.internalBytes()
    case .internalFragmentation: return meter.internalFragmentation()
    case .freeBytes: return meter.freeBytes()
    case .largestRun: return meter.largestRun()
    case .externalFragmentation: return meter.externalFragmentation()
    case .unusableBytes: return meter.unusableBytes(order: argument)
    case .unusableIndex: return meter.unusableIndex(order: argument)
    case .histogram:
      var rows = RunHistogram(session.beginAnswer())
      meter.histogram(&rows)
      return session.endAnswer(count: rows.wordCount)
    case .measures:
      let measures = meter.measures()
      var list = session.beginAnswer()
      for ratio in [measures.average, measures.atPeakLive, measures.atPeakHeap, measures.ofPeaks] {
        for number in [ratio.heap, ratio.live] {
          list.append(UInt64(truncatingIfNeeded: number))
          list.append(UInt64(truncatingIfNeeded: number >> 64))
        }
      }
      return session.endAnswer(count: list.count)
    }
  }
}
