/// Changes made by hand, for trying a meter out in a test or a playground.
///
///     let memory = HeapChangeMemory()
///       .map(0x1000, 64).begin(0x1010, requested: 10, taken: 16)
///     var meter = HeapMeter()
///     memory.feed(&meter)
///     meter.freeBytes()    // 48
public final class HeapChangeMemory {
  private var words: [UInt64] = []
  private var tables: [UInt64] = []
  private var time: UInt64 = 0

  public init() {}

  /// Sets the time of the changes that follow.
  @discardableResult public func at(_ time: UInt64) -> Self {
    self.time = time
    return self
  }

  @discardableResult public func begin(_ address: UInt64, requested: UInt64, taken: UInt64) -> Self {
    add(0, address, requested, taken)
  }

  @discardableResult public func end(_ address: UInt64) -> Self { add(1, address) }
  @discardableResult public func map(_ start: UInt64, _ byteCount: UInt64) -> Self { add(2, start, byteCount) }
  @discardableResult public func resize(_ start: UInt64, _ byteCount: UInt64) -> Self { add(3, start, byteCount) }
  @discardableResult public func unmap(_ start: UInt64) -> Self { add(4, start) }

  @discardableResult public func snapshot(_ regions: [HeapSnapshot.Region], _ blocks: [HeapSnapshot.Block]) -> Self {
    let first = UInt64(tables.count / 3)
    tables += regions.flatMap { [$0.start, $0.byteCount, 0] }
    tables += blocks.flatMap { [$0.address, $0.requested, $0.taken] }
    return add(5, first, UInt64(regions.count), UInt64(blocks.count))
  }

  private func add(_ code: UInt64, _ one: UInt64, _ two: UInt64 = 0, _ three: UInt64 = 0) -> Self {
    words += [code, time, one, two, three]
    return self
  }

  /// Feeds a meter with what was added so far, and forgets that.
  public func feed<Meter: FragmentationMeter & ~Copyable>(_ meter: inout Meter) {
    let base = UnsafeMutablePointer<UInt64>.allocate(capacity: words.count + tables.count + 1)
    defer { unsafe base.deallocate() }
    for (place, word) in (words + tables).enumerated() { unsafe (base + place).initialize(to: word) }
    // Safe: one table lies behind the other, and both are as long as they say.
    let changes = unsafe HeapChanges(
      words: WordTable(base: base, count: words.count),
      snapshots: WordTable(base: base + words.count, count: tables.count), first: 0, count: words.count / 5)
    (words, tables) = ([], [])
    meter.feed(changes)
  }

  /// Orders, runs and bytes of the rows that a meter appends.
  public func histogram<Meter: FragmentationMeter & ~Copyable>(of meter: inout Meter) -> [[UInt64]] {
    let room = UnsafeMutablePointer<UInt64>.allocate(capacity: 192)
    defer { unsafe room.deallocate() }
    // Safe: the list is gone when this returns.
    var list = unsafe RunHistogram(AnswerList(base: room, capacity: 192))
    meter.histogram(&list)
    return stride(from: 0, to: min(list.wordCount, 192) / 3 * 3, by: 3).map { place in
      (0..<3).map { unsafe room[place + $0] }
    }
  }
}
