import AllocLab

// Records in a dictionary beside the heap; a pattern that is another one at each address; what was told is remembered, and not mended.

public struct DebugHeap: DebugAllocator, ~Copyable {
  private struct Record {
    let size: Int
    let slot: Int
    let family: BlockFamily
    let madeAt: Site
    var endedAt: Site?
    /// What is in bytes whose damage was told, by offset.
    var told: [Int: UInt8] = [:]
  }

  private let heap: Heap
  private var records: [Int: Record] = [:]
  /// First bytes of kept blocks, from `firstKept` on.
  private var queue: [Int] = []
  private var firstKept = 0
  private var charges = 0
  private var free: [Int: [Int]] = [:]

  public init(heap: Heap) { self.heap = heap }

  private static func pattern(_ address: Int) -> UInt8 { UInt8(truncatingIfNeeded: address &* 37 &+ 11) }

  // MARK: Blocks

  public mutating func allocate(_ size: Int, as family: BlockFamily, at site: Site) -> Address? {
    guard size <= heap.limit else { return nil }
    let slot = max(64, 1 << (Int.bitWidth - (size + 31).leadingZeroBitCount))
    let start: Int
    if let last = free[slot]?.popLast() {
      start = last
    } else {
      guard let fresh = heap.grow(by: slot) else { return nil }
      start = fresh.offset
    }
    let base = start + 16
    records[base] = Record(size: size, slot: slot, family: family, madeAt: site)
    heap.fill(at: Address(base), byteCount: size, with: Self.fresh)
    for place in tags(base, size) { heap.store(Self.pattern(place), at: Address(place)) }
    return Address(base)
  }

  private func tags(_ base: Int, _ size: Int) -> [Int] {
    Array(base - 16..<base) + Array(base + size..<base + size + 16)
  }

  public mutating func deallocate(
    _ address: Address, as family: BlockFamily, at site: Site, reporting reports: inout MisuseReportList
  ) {
    guard let record = liveRecord(address, at: site, &reports) else { return }
    tell(address.offset, at: site, &reports)
    if record.family != family { reports.append(report(.mismatchedFree, address.offset, at: site)) }
    end(address.offset, at: site, &reports)
  }

  public mutating func reallocate(
    _ address: Address, to size: Int, at site: Site, reporting reports: inout MisuseReportList
  ) -> Address? {
    guard let record = liveRecord(address, at: site, &reports) else { return nil }
    tell(address.offset, at: site, &reports)
    if record.family != .malloc { reports.append(report(.mismatchedFree, address.offset, at: site)) }
    guard let new = allocate(size, as: .malloc, at: site) else { return nil }
    heap.copy(from: address, to: new, byteCount: min(size, record.size))
    end(address.offset, at: site, &reports)
    return new
  }

  /// The record of a live block; where there is none, that is told.
  private func liveRecord(_ address: Address, at site: Site, _ reports: inout MisuseReportList) -> Record? {
    let place = address.offset
    if let record = records[place] {
      if record.endedAt == nil { return record }
      reports.append(report(.doubleFree, place, at: site))
      return nil
    }
    let owner = records.first { base, record in
      place >= base - 16 && place - base < record.size + 16
    }
    if let owner {
      var inner = report(.innerFree, owner.key, at: site)
      inner.offset = place - owner.key
      reports.append(inner)
    } else {
      reports.append(MisuseReport(.wildFree, block: address, foundAt: site))
    }
    return nil
  }

  private mutating func end(_ base: Int, at site: Site, _ reports: inout MisuseReportList) {
    guard let size = records[base]?.size else { return }
    records[base]?.endedAt = site
    heap.fill(at: Address(base), byteCount: size, with: Self.freed)
    queue.append(base)
    charges += size + 64
    while charges > heap.limit / 16 {
      let oldest = queue[firstKept]
      firstKept += 1
      tell(oldest, at: site, &reports)
      guard let record = records.removeValue(forKey: oldest) else { continue }
      charges -= record.size + 64
      free[record.slot, default: []].append(oldest - 16)
    }
  }

  // MARK: Reports

  private func report(_ kind: MisuseReport.Kind, _ base: Int, at site: Site) -> MisuseReport {
    let record = records[base]
    return MisuseReport(
      kind, block: Address(base), size: record?.size ?? 0, allocatedAt: record?.madeAt, freedAt: record?.endedAt,
      foundAt: site)
  }

  private mutating func tell(_ base: Int, at site: Site, _ reports: inout MisuseReportList) {
    guard let record = records[base] else { return }
    let size = record.size
    if let report = damage(.underflow, -16..<0, record, base, at: site) { reports.append(report) }
    if let report = damage(.overflow, size..<size + 16, record, base, at: site) { reports.append(report) }
    if record.endedAt != nil, let report = damage(.writeAfterFree, 0..<size, record, base, at: site) {
      reports.append(report)
    }
  }

  private mutating func damage(
    _ kind: MisuseReport.Kind, _ offsets: Range<Int>, _ record: Record, _ base: Int, at site: Site
  ) -> MisuseReport? {
    var bytes: (first: Int, last: Int)?
    for offset in offsets {
      let found = heap.load(UInt8.self, at: Address(base + offset))
      let right = kind == .writeAfterFree ? Self.freed : Self.pattern(base + offset)
      // Nearly always nothing was told, and a dictionary takes its time.
      guard found != (record.told.isEmpty ? right : record.told[offset] ?? right) else { continue }
      records[base]?.told[offset] = found
      bytes = (bytes?.first ?? offset, offset)
    }
    guard let bytes else { return nil }
    var report = report(kind, base, at: site)
    report.offset = bytes.first
    report.count = bytes.last - bytes.first + 1
    return report
  }

  public mutating func check(at site: Site, reporting reports: inout MisuseReportList) {
    for base in Array(records.keys) { tell(base, at: site, &reports) }
  }

  public mutating func shutDown(at site: Site, reporting reports: inout MisuseReportList) {
    for (base, record) in records where record.endedAt == nil { reports.append(report(.leak, base, at: site)) }
    check(at: site, reporting: &reports)
  }
}
