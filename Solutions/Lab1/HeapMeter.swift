import AllocLab

/// A fragmentation meter that keeps the free runs in one tree, and everything else as sums.
///
/// **Idea.** Whatever happens to a heap, bytes are *released* (a block ends, a region comes or grows) or *claimed* (a block begins, a region
/// goes or shrinks). Claimed bytes lie in one run, of which up to two pieces are left; released ones join up to two runs beside them, in the
/// same region only:
///
///     before     |AAAA|........|BBBB|      one run
///     claim      |AAAA|..|CCC|.|BBBB|      two pieces of it
///     release    |AAAA|........|BBBB|      and joined again
///
/// **Layout.** `FreeRunTree` has the runs by address, and in each node the longest of its subtree: so the root knows the longest of all.
/// Two arrays of 64 sums have the number of runs and their bytes by order. Live blocks are in a dictionary by address, since nobody asks
/// for their neighbours; regions in a sorted array, since they are few.
///
/// **Measures.** The clock goes on before a change is made: heap and live have lasted until then. Then the change, then the peaks.
///
/// **Invariants.** Runs and blocks share no byte and fill the regions; two runs touch only where a region starts; each sum is what counting
/// it would give; `heap × time` is below 2^126, so no sum overflows.
///
/// **Costs.** O(log runs) a change, O(1) a question but for the orders (64 steps). About 50 bytes a block and 80 a run.
///
/// Source: Johnstone and Wilson, "The Memory Fragmentation Problem: Solved?", 1998. The tree: Seidel and Aragon, "Randomized Search Trees",
/// 1996.
public struct HeapMeter: FragmentationMeter, ~Copyable {
  struct Size {
    let requested: UInt64
    let taken: UInt64
  }

  struct Span {
    let start: UInt64
    var end: UInt64
  }

  private(set) var blocks: [UInt64: Size] = [:]
  /// By address.
  private(set) var regions: [Span] = []
  private(set) var runs = FreeRunTree()
  /// Runs and their bytes, by order.
  private(set) var runCounts = [UInt64](repeating: 0, count: 64)
  private(set) var runBytes = [UInt64](repeating: 0, count: 64)

  private(set) var requested: UInt64 = 0
  private(set) var taken: UInt64 = 0
  private(set) var free: UInt64 = 0
  private(set) var heap: UInt64 = 0

  private var record = FragmentationMeasures()
  /// When the last change was; nil where there was none.
  private var time: UInt64?

  public init() {}

  // MARK: - Changes

  public mutating func feed(_ changes: HeapChanges) {
    for change in changes {
      if case .snapshot(let snapshot) = change.kind {
        load(snapshot)
      } else {
        advance(to: change.time)
        apply(change.kind)
      }
      time = notePeaks(at: change.time)
    }
  }

  private mutating func apply(_ kind: HeapChange.Kind) {
    switch kind {
    case .begin(let block): begin(block)
    case .end(let address):
      guard let size = blocks.removeValue(forKey: address) else { return }
      requested -= size.requested
      taken -= size.taken
      release(address, address + size.taken, in: regions[region(at: address)])
    case .map(let region): map(region)
    case .resize(let region): resize(region)
    case .unmap(let start):
      let place = region(at: start)
      let old = regions.remove(at: place)
      heap -= old.end - start
      claim(start, old.end)
    case .snapshot: break
    }
  }

  private mutating func begin(_ block: HeapSnapshot.Block) {
    blocks[block.address] = Size(requested: block.requested, taken: block.taken)
    requested += block.requested
    taken += block.taken
    claim(block.address, block.address + block.taken)
  }

  private mutating func map(_ region: HeapSnapshot.Region) {
    let new = Span(start: region.start, end: region.start + region.byteCount)
    regions.insert(new, at: self.region(at: new.start) + 1)
    heap += region.byteCount
    release(new.start, new.end, in: new)
  }

  private mutating func resize(_ region: HeapSnapshot.Region) {
    let place = self.region(at: region.start)
    let (old, end) = (regions[place].end, region.start + region.byteCount)
    regions[place].end = end
    if end > old {
      heap += end - old
      release(old, end, in: regions[place])
    } else {
      heap -= old - end
      claim(end, old)
    }
  }

  /// Begins anew with what a snapshot has.
  private mutating func load(_ snapshot: HeapSnapshot) {
    self = HeapMeter()
    blocks.reserveCapacity(snapshot.blocks.count)
    for region in snapshot.regions { map(region) }
    for block in snapshot.blocks { begin(block) }
  }

  /// The last region that starts at an address or below; -1 where there is none.
  private func region(at address: UInt64) -> Int {
    var (low, high) = (0, regions.count)
    while low < high {
      let middle = (low + high) / 2
      if regions[middle].start <= address { low = middle + 1 } else { high = middle }
    }
    return low - 1
  }

  // MARK: - Free runs

  private mutating func claim(_ start: UInt64, _ end: UInt64) {
    guard start < end, let run = runs.last(atOrBelow: start) else { return }
    count(run.length, by: -1)
    let (before, after) = (start - run.start, run.end - end)
    if before > 0 {
      runs.replace(run.start, with: FreeRun(start: run.start, length: before))
      count(before, by: 1)
      if after > 0 { runs.insert(FreeRun(start: end, length: after)) }
    } else if after > 0 {
      runs.replace(run.start, with: FreeRun(start: end, length: after))
    } else {
      runs.remove(run.start)
    }
    if after > 0 { count(after, by: 1) }
  }

  private mutating func release(_ start: UInt64, _ end: UInt64, in region: Span) {
    guard start < end else { return }
    var joined = FreeRun(start: start, length: end - start)
    // What touches is in the same region unless that starts or ends here.
    let before = start > region.start ? runs.last(atOrBelow: start).flatMap { $0.end == start ? $0 : nil } : nil
    let after = end < region.end ? runs.last(atOrBelow: end).flatMap { $0.start == end ? $0 : nil } : nil
    if let after {
      joined = FreeRun(start: start, length: joined.length + after.length)
      count(after.length, by: -1)
    }
    if let before {
      joined = FreeRun(start: before.start, length: before.length + joined.length)
      count(before.length, by: -1)
      if let after { runs.remove(after.start) }
      runs.replace(before.start, with: joined)
    } else if let after {
      runs.replace(after.start, with: joined)
    } else {
      runs.insert(joined)
    }
    count(joined.length, by: 1)
  }

  /// A run more or a run less of a length.
  private mutating func count(_ length: UInt64, by change: Int) {
    let order = 63 - length.leadingZeroBitCount
    if change > 0 {
      runCounts[order] += 1
      runBytes[order] += length
      free += length
    } else {
      runCounts[order] -= 1
      runBytes[order] -= length
      free -= length
    }
  }

  // MARK: - Measures

  private mutating func advance(to now: UInt64) {
    guard let time else { return }
    record.average.heap += UInt128(heap) * UInt128(now - time)
    record.average.live += UInt128(requested) * UInt128(now - time)
  }

  /// - Returns: the moment's time.
  private mutating func notePeaks(at now: UInt64) -> UInt64 {
    let moment = FragmentationRatio(heap: UInt128(heap), live: UInt128(requested))
    if time == nil || moment.live > record.atPeakLive.live { record.atPeakLive = moment }
    if time == nil || moment.heap > record.atPeakHeap.heap { record.atPeakHeap = moment }
    record.ofPeaks = FragmentationRatio(heap: record.atPeakHeap.heap, live: record.atPeakLive.live)
    return now
  }

  public mutating func measures() -> FragmentationMeasures { record }

  // MARK: - Answers

  public mutating func internalBytes() -> UInt64 { taken - requested }

  public mutating func internalFragmentation() -> UInt64 { share(taken - requested, of: taken) }

  public mutating func freeBytes() -> UInt64 { free }

  public mutating func largestRun() -> UInt64 { runs.longest }

  public mutating func externalFragmentation() -> UInt64 { share(free - runs.longest, of: free) }

  public mutating func unusableBytes(order: Int) -> UInt64 { unusable(order) }

  public mutating func unusableIndex(order: Int) -> UInt64 { share(unusable(order), of: free) }

  public mutating func histogram(_ rows: inout RunHistogram) {
    for order in 0..<64 where runCounts[order] > 0 {
      rows.append(order: order, runs: runCounts[order], bytes: runBytes[order])
    }
  }

  private func unusable(_ order: Int) -> UInt64 {
    var bytes: UInt64 = 0
    for lower in 0..<order { bytes += runBytes[lower] }
    return bytes
  }

  /// Millionths, by a product of two words.
  private func share(_ part: UInt64, of whole: UInt64) -> UInt64 {
    guard whole > 0 else { return 0 }
    return whole.dividingFullWidth(part.multipliedFullWidth(by: 1_000_000)).quotient
  }
}
