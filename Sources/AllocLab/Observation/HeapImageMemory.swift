/// A heap image made by hand, for trying a leak detector out in a test or a playground.
///
///     let memory = HeapImageMemory(
///       blocks: [.init(address: 0x1000, size: 16, site: 1)],
///       regions: [(.init(start: 0x1000, byteCount: 24, kind: .heap), [0, 0, 0])], registers: [0x1000])
///     var finder = LeakFinder(image: memory.image)
///     memory.categories(of: &finder)    // [.reachable]
///
/// The image is valid for as long as this value lives.
@safe public struct HeapImageMemory: ~Copyable {
  private let words: UnsafeMutablePointer<UInt64>
  private let counts: (blocks: Int, regions: Int, registers: Int, memory: Int)

  /// - Parameters:
  ///   - blocks: in the order of their addresses; each lies inside a region of the heap.
  ///   - regions: in the order of their addresses, each with its words from its start on; a last one may be longer than the region.
  public init(
    blocks: [HeapImage.Block], regions: [(region: HeapImage.Region, words: [UInt64])], registers: [UInt64] = []
  ) {
    var (places, memory): ([UInt64], [UInt8]) = ([], [])
    for (region, words) in regions {
      places += [region.start, UInt64(region.byteCount), region.kind.rawValue, UInt64(memory.count)]
      let bytes = words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * UInt64($0))) } }
      precondition(bytes.count >= region.byteCount, "a region has all of its words")
      memory += bytes.prefix(region.byteCount)
    }
    let blocks = blocks.flatMap { [$0.address, UInt64($0.size), $0.site] }
    counts = (blocks.count, places.count, registers.count, memory.count)
    let first = blocks + places + registers
    unsafe words = .allocate(capacity: first.count + (memory.count + 7) / 8)
    for (place, word) in first.enumerated() { unsafe (words + place).initialize(to: word) }
    let bytes = unsafe UnsafeMutableRawPointer(words + first.count)
    // Safe: there is room for the last byte's whole word.
    for (place, byte) in memory.enumerated() { unsafe bytes.storeBytes(of: byte, toByteOffset: place, as: UInt8.self) }
  }

  deinit { unsafe words.deallocate() }

  /// The image in this memory.
  public var image: HeapImage {
    let regions = unsafe words + counts.blocks
    let registers = unsafe regions + counts.regions
    // Safe: one table lies behind the other.
    return unsafe HeapImage(
      blocks: WordTable(base: words, count: counts.blocks), regions: WordTable(base: regions, count: counts.regions),
      registers: WordTable(base: registers, count: counts.registers),
      memory: ByteTable(base: registers + counts.registers, count: counts.memory))
  }

  /// What a detector appends when it classifies; nil where it is no category for each block.
  public func categories<Detector: LeakDetector & ~Copyable>(of detector: inout Detector) -> [LeakCategory]? {
    let count = counts.blocks / 3
    let room = UnsafeMutablePointer<UInt64>.allocate(capacity: max(count, 1))
    defer { unsafe room.deallocate() }
    // Safe: the list is gone when this returns.
    var list = unsafe CategoryList(AnswerList(base: room, capacity: count))
    detector.classify(&list)
    guard list.count == count else { return nil }
    return (0..<count).compactMap { unsafe LeakCategory(rawValue: room[$0]) }
  }

  /// What a detector appends when it reports, as far as these are whole records.
  public func records<Detector: LeakDetector & ~Copyable>(of detector: inout Detector) -> [LeakRecord] {
    let count = 5 * max(counts.blocks / 3, 1)
    let room = UnsafeMutablePointer<UInt64>.allocate(capacity: count)
    defer { unsafe room.deallocate() }
    var list = unsafe RecordList(AnswerList(base: room, capacity: count))
    detector.report(&list)
    return stride(from: 0, to: min(list.wordCount, count) / 5 * 5, by: 5).compactMap { place in
      let words = (0..<5).map { unsafe room[place + $0] }
      return LeakCategory(rawValue: words[0]).map {
        LeakRecord(
          category: $0, site: words[1], total: LeakTotal(blocks: Int(words[2]), bytes: Int(words[3])),
          indirectBytes: Int(words[4]))
      }
    }
  }
}
