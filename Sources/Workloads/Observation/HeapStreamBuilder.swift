package import Traces
package import Vocabularies

/// Makes streams of heap changes that are possible, with questions between them.
package struct HeapStreamBuilder {
  private struct Run {
    var start: UInt64
    var end: UInt64
    let region: UInt64
  }

  private var stream = HeapStream()
  private var operations: [UInt64] = []
  private var unfed = 0

  /// In any order; where each begins and ends, by place.
  private var runs: [Run] = []
  private var runAtStart: [UInt64: Int] = [:]
  private var runAtEnd: [UInt64: Int] = [:]
  /// Region by start: where it ends.
  private var regionEnds: [UInt64: UInt64] = [:]
  private var blocks: [UInt64: (block: HeapStream.Block, region: UInt64)] = [:]
  /// Addresses of live blocks, in any order.
  package private(set) var live: [UInt64] = []
  private var places: [UInt64: Int] = [:]

  package var time: UInt64 = 0

  package init() {}

  package var runCount: Int { runs.count }

  package var trace: Trace {
    var builder = self
    builder.feed()
    return Trace(asking: builder.operations, about: stream)
  }

  // MARK: - Questions

  package mutating func ask(_ kind: MeterVocabulary.Kind, _ argument: Int = 0) {
    feed()
    operations.append(MeterVocabulary.word(kind, argument))
  }

  /// Feeds what was not fed yet; nothing, if that is asked for.
  package mutating func feed(evenNothing: Bool = false) {
    if unfed > 0 || evenNothing { operations.append(MeterVocabulary.word(.feed, unfed)) }
    unfed = 0
  }

  // MARK: - Changes

  private mutating func add(_ change: HeapStream.Change) {
    stream.events.append(HeapStream.Event(time: time, change: change))
    unfed += 1
  }

  package mutating func map(_ start: UInt64, _ byteCount: UInt64) {
    add(.map(HeapStream.Region(start: start, end: start + byteCount)))
    regionEnds[start] = start + byteCount
    free(start, start + byteCount, in: start)
  }

  /// Gives a region another end, at which no block lies.
  package mutating func resize(_ start: UInt64, _ byteCount: UInt64) {
    guard let old = regionEnds[start] else { return }
    let end = start + byteCount
    add(.resize(HeapStream.Region(start: start, end: end)))
    regionEnds[start] = end
    if end > old { free(old, end, in: start) } else { cut(old - end, fromRunAtEnd: old) }
  }

  private mutating func cut(_ byteCount: UInt64, fromRunAtEnd end: UInt64) {
    guard byteCount > 0, let place = runAtEnd[end] else { return }
    let run = runs[place]
    remove(place)
    insert(Run(start: run.start, end: end - byteCount, region: run.region))
  }

  package mutating func unmap(_ start: UInt64) {
    guard let end = regionEnds.removeValue(forKey: start) else { return }
    add(.unmap(start))
    if end > start, let place = runAtStart[start] { remove(place) }
  }

  /// A block somewhere in free memory.
  package mutating func begin(_ address: UInt64, requested: UInt64, taken: UInt64) {
    guard let place = runs.firstIndex(where: { $0.start <= address && address + taken <= $0.end }) else { return }
    begin(address, requested, taken, inRun: place)
  }

  private mutating func begin(_ address: UInt64, _ requested: UInt64, _ taken: UInt64, inRun place: Int) {
    let run = runs[place]
    remove(place)
    insert(Run(start: run.start, end: address, region: run.region))
    insert(Run(start: address + taken, end: run.end, region: run.region))
    let block = HeapStream.Block(address: address, requested: requested, taken: taken)
    add(.begin(block))
    blocks[address] = (block, run.region)
    places[address] = live.count
    live.append(address)
  }

  /// A block in a free run that is drawn: at its start, at its end, or between.
  ///
  /// - Returns: nil where no run that was drawn has room.
  @discardableResult
  package mutating func place(
    requested: UInt64, taken: UInt64, unit: UInt64 = 1, with generator: inout SeededGenerator
  ) -> UInt64? {
    for _ in 0..<8 where !runs.isEmpty {
      let place = generator.below(runs.count)
      let run = runs[place]
      guard taken <= run.end - run.start else { continue }
      let room = run.end - run.start - taken
      let skip: UInt64 =
        switch generator.below(4) {
        case 0: room / unit * unit
        case 1: UInt64(generator.below(Int(clamping: room / unit) + (room / unit < UInt64(Int.max) ? 1 : 0))) * unit
        default: 0
        }
      begin(run.start + skip, requested, taken, inRun: place)
      return run.start + skip
    }
    return nil
  }

  package mutating func end(_ address: UInt64) {
    guard let (block, region) = blocks.removeValue(forKey: address), let place = places.removeValue(forKey: address)
    else { return }
    live.swapAt(place, live.count - 1)
    live.removeLast()
    if place < live.count { places[live[place]] = place }
    add(.end(address))
    free(address, block.end, in: region)
  }

  /// Where a live block ends; of none, where it would begin.
  package func end(of address: UInt64) -> UInt64 { blocks[address]?.block.end ?? address }

  package mutating func endAny(with generator: inout SeededGenerator) {
    if !live.isEmpty { end(live[generator.below(live.count)]) }
  }

  /// The heap as it is, said once more.
  package mutating func snapshot() {
    let regions = regionEnds.keys.sorted().map { HeapStream.Region(start: $0, end: regionEnds[$0] ?? $0) }
    add(.snapshot(regions, live.sorted().compactMap { blocks[$0]?.block }))
  }

  /// What follows is another heap, without regions and blocks; only a snapshot may come next.
  package mutating func forget() {
    (runs, runAtStart, runAtEnd, regionEnds, blocks, live, places) = ([], [:], [:], [:], [:], [], [:])
  }

  /// What the heap is from now on, without a change: a snapshot that comes next says it.
  package mutating func prepare(_ body: (inout HeapStreamBuilder) -> Void) {
    let (before, count) = (stream, unfed)
    body(&self)
    (stream, unfed) = (before, count)
  }

  // MARK: - Runs

  private mutating func free(_ start: UInt64, _ end: UInt64, in region: UInt64) {
    guard start < end else { return }
    var run = Run(start: start, end: end, region: region)
    if let place = runAtEnd[start], runs[place].region == region {
      run.start = runs[place].start
      remove(place)
    }
    if let place = runAtStart[end], runs[place].region == region {
      run.end = runs[place].end
      remove(place)
    }
    insert(run)
  }

  private mutating func insert(_ run: Run) {
    guard run.start < run.end else { return }
    (runAtStart[run.start], runAtEnd[run.end]) = (runs.count, runs.count)
    runs.append(run)
  }

  private mutating func remove(_ place: Int) {
    (runAtStart[runs[place].start], runAtEnd[runs[place].end]) = (nil, nil)
    runs.swapAt(place, runs.count - 1)
    runs.removeLast()
    if place < runs.count { (runAtStart[runs[place].start], runAtEnd[runs[place].end]) = (place, place) }
  }
}
