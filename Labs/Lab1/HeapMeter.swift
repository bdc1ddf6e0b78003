import AllocLab

/// Measures the fragmentation of a heap, from what happens in it.
public struct HeapMeter: FragmentationMeter, ~Copyable {
  public init() {}

  public mutating func feed(_ changes: HeapChanges) {
    for change in changes {
      switch change.kind {
      // TODO: what becomes of the free runs, and of all that is summed up?
      case .begin, .end, .map, .resize, .unmap, .snapshot: break
      }
    }
  }

  // TODO: answer. Until then, numbers that nobody takes for an answer.

  public mutating func internalBytes() -> UInt64 { .max }

  public mutating func internalFragmentation() -> UInt64 { .max }

  public mutating func freeBytes() -> UInt64 { .max }

  public mutating func largestRun() -> UInt64 { .max }

  public mutating func externalFragmentation() -> UInt64 { .max }

  public mutating func unusableBytes(order: Int) -> UInt64 { .max }

  public mutating func unusableIndex(order: Int) -> UInt64 { .max }

  public mutating func histogram(_ rows: inout RunHistogram) { rows.append(order: -1, runs: 0, bytes: 0) }

  public mutating func measures() -> FragmentationMeasures {
    FragmentationMeasures(average: FragmentationRatio(heap: .max, live: .max))
  }
}
