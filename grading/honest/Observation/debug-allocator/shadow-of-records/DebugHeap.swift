import AllocLab

// For each 16 bytes of the heap a word says which record they belong to, so any address finds its block in one step. Records have numbers,
// and lie one below the other from the heap's end; kept blocks stand in a ring. Runs of 16 bytes come from lists by powers of two.
//
//     | shadow: 4 bytes for each 16 of the heap | runs →            ← records, 48 bytes each |
//
// Of a run's bytes all that are no block's are its tags, so what is more than 16 bytes away from the block is told apart by distance.

public struct DebugHeap: DebugAllocator, ~Copyable {
  private enum State: UInt32 { case none, live, kept }

  private let heap: Heap
  private var nextRun: Int
  private var recordCount = 0
  private var freeRecords: [Int32] = []
  private var freeRuns = [[Int32]](repeating: [], count: 32)
  private var ring = [Int32](repeating: 0, count: 64)
  private var (head, keptCount, keptBytes) = (0, 0, 0)

  public init(heap: Heap) {
    self.heap = heap
    _ = heap.grow(by: heap.limit)
    nextRun = (heap.limit / 4 + 79) & ~15
  }

  // MARK: Fields of a record

  private func field(_ record: Int, _ number: Int) -> Address { Address((heap.limit & ~15) - 48 * record + 4 * number) }
  private func word(_ record: Int, _ number: Int) -> Int { Int(heap.load(UInt32.self, at: field(record, number))) }
  private func set(_ record: Int, _ number: Int, _ value: Int) {
    heap.store(UInt32(truncatingIfNeeded: value), at: field(record, number))
  }

  private func base(_ record: Int) -> Int { word(record, 0) }
  private func size(_ record: Int) -> Int { word(record, 1) }
  private func state(_ record: Int) -> State { State(rawValue: UInt32(word(record, 2))) ?? .none }
  private func family(_ record: Int) -> Int { word(record, 3) }
  private func site(_ record: Int, _ number: Int) -> Site {
    Site(file: UInt16(truncatingIfNeeded: word(record, number)), line: UInt32(word(record, number + 1)))
  }
  private func setSite(_ record: Int, _ number: Int, _ site: Site) {
    set(record, number, Int(site.file))
    set(record, number + 1, Int(site.line))
  }
  private func order(_ record: Int) -> Int { word(record, 8) }

  // MARK: Runs

  private func mark(_ start: Int, _ byteCount: Int, _ record: Int) {
    for place in stride(from: start, to: start + byteCount, by: 16) {
      heap.store(UInt32(record), at: Address(place / 4))
    }
  }

  private func record(around address: Address) -> Int? {
    guard address.offset >= 0, address.offset < heap.limit & ~15 else { return nil }
    let record = Int(heap.load(UInt32.self, at: Address(address.offset / 16 * 4)))
    guard record > 0, address.offset >= base(record) - 16, address.offset < base(record) + size(record) + 16 else {
      return nil
    }
    return record
  }

  private mutating func takeRun(_ order: Int) -> Int? {
    if let run = freeRuns[order].popLast() { return Int(run) << 4 }
    let end = heap.limit & ~15 - 48 * (recordCount + 1)
    guard 1 << order <= end - nextRun else { return nil }
    nextRun += 1 << order
    return nextRun - 1 << order
  }

  private mutating func takeRecord() -> Int? {
    if let record = freeRecords.popLast() { return Int(record) }
    guard (heap.limit & ~15) - 48 * (recordCount + 1) >= nextRun else { return nil }
    recordCount += 1
    return recordCount
  }

  // MARK: Blocks

  public mutating func allocate(_ size: Int, as family: BlockFamily, at site: Site) -> Address? {
    guard size <= heap.limit else { return nil }
    let order = Int.bitWidth - (size + 31).leadingZeroBitCount
    guard let record = takeRecord() else { return nil }
    guard let run = takeRun(order) else {
      freeRecords.append(Int32(record))
      return nil
    }
    set(record, 0, run + 16)
    set(record, 1, size)
    set(record, 2, Int(State.live.rawValue))
    set(record, 3, Int(family.rawValue))
    setSite(record, 4, site)
    set(record, 8, order)
    mark(run, 1 << order, record)
    heap.fill(at: Address(run), byteCount: 16, with: 0x5a)
    heap.fill(at: Address(run + 16), byteCount: size, with: Self.fresh)
    heap.fill(at: Address(run + 16 + size), byteCount: 16, with: 0xa5)
    return Address(run + 16)
  }

  public mutating func deallocate(
    _ address: Address, as family: BlockFamily, at site: Site, reporting reports: inout MisuseReportList
  ) {
    guard let record = live(address, at: site, &reports) else { return }
    tell(record, at: site, &reports)
    if self.family(record) != family.rawValue { reports.append(report(.mismatchedFree, record, at: site)) }
    keep(record, at: site, &reports)
  }

  public mutating func reallocate(
    _ address: Address, to size: Int, at site: Site, reporting reports: inout MisuseReportList
  ) -> Address? {
    guard let record = live(address, at: site, &reports) else { return nil }
    if family(record) != 0 { reports.append(report(.mismatchedFree, record, at: site)) }
    tell(record, at: site, &reports)
    guard let new = allocate(size, as: .malloc, at: site) else { return nil }
    heap.copy(from: address, to: new, byteCount: min(size, self.size(record)))
    keep(record, at: site, &reports)
    return new
  }

  private func live(_ address: Address, at site: Site, _ reports: inout MisuseReportList) -> Int? {
    guard let record = record(around: address) else {
      reports.append(MisuseReport(.wildFree, block: address, foundAt: site))
      return nil
    }
    let offset = address.offset - base(record)
    if offset == 0, state(record) == .live { return record }
    var report = report(offset == 0 ? .doubleFree : .innerFree, record, at: site)
    report.offset = offset
    reports.append(report)
    return nil
  }

  private mutating func keep(_ record: Int, at site: Site, _ reports: inout MisuseReportList) {
    set(record, 2, Int(State.kept.rawValue))
    setSite(record, 6, site)
    heap.fill(at: Address(base(record)), byteCount: size(record), with: Self.freed)
    if keptCount == ring.count { growRing() }
    ring[(head + keptCount) % ring.count] = Int32(record)
    keptCount += 1
    keptBytes += size(record) + 64
    while keptBytes > heap.limit / 16 {
      let oldest = Int(ring[head])
      tell(oldest, at: site, &reports)
      head = (head + 1) % ring.count
      keptCount -= 1
      keptBytes -= size(oldest) + 64
      set(oldest, 2, 0)
      mark(base(oldest) - 16, 1 << order(oldest), 0)
      freeRuns[order(oldest)].append(Int32((base(oldest) - 16) >> 4))
      freeRecords.append(Int32(oldest))
    }
  }

  private mutating func growRing() {
    var larger = [Int32](repeating: 0, count: 2 * ring.count)
    for place in 0..<keptCount { larger[place] = ring[(head + place) % ring.count] }
    (ring, head) = (larger, 0)
  }

  // MARK: Reports

  private func report(_ kind: MisuseReport.Kind, _ record: Int, at site: Site) -> MisuseReport {
    MisuseReport(
      kind, block: Address(base(record)), size: size(record), allocatedAt: self.site(record, 4),
      freedAt: state(record) == .kept ? self.site(record, 6) : nil, foundAt: site)
  }

  private func tell(_ record: Int, at site: Site, _ reports: inout MisuseReportList) {
    if state(record) == .kept { tell(.writeAfterFree, record, 0, size(record), Self.freed, at: site, &reports) }
    tell(.overflow, record, size(record), 16, 0xa5, at: site, &reports)
    tell(.underflow, record, -16, 16, 0x5a, at: site, &reports)
  }

  private func tell(
    _ kind: MisuseReport.Kind, _ record: Int, _ offset: Int, _ count: Int, _ byte: UInt8, at site: Site,
    _ reports: inout MisuseReportList
  ) {
    let start = Address(base(record) + offset)
    let pattern = UInt64(byte) &* 0x0101_0101_0101_0101
    var (first, last): (Int, Int) = (-1, -1)
    var place = 0
    while place < count {
      if place + 8 <= count, heap.load(UInt64.self, at: start + place) == pattern {
        place += 8
        continue
      }
      if heap.load(UInt8.self, at: start + place) != byte {
        if first < 0 { first = place }
        last = place
        heap.store(byte, at: start + place)
      }
      place += 1
    }
    guard first >= 0 else { return }
    var report = report(kind, record, at: site)
    report.offset = offset + first
    report.count = last - first + 1
    reports.append(report)
  }

  public mutating func check(at site: Site, reporting reports: inout MisuseReportList) {
    for record in 0..<recordCount where state(record + 1) != .none { tell(record + 1, at: site, &reports) }
  }

  public mutating func shutDown(at site: Site, reporting reports: inout MisuseReportList) {
    check(at: site, reporting: &reports)
    for record in 0..<recordCount where state(record + 1) == .live {
      reports.append(report(.leak, record + 1, at: site))
    }
  }
}
