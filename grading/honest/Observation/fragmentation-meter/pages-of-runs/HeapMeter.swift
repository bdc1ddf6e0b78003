import AllocLab

/// Free runs in pages of a sorted list: each page has up to 256 runs and the longest of them.
public struct HeapMeter: FragmentationMeter, ~Copyable {
  private struct Page {
    var starts: [UInt64] = []
    var ends: [UInt64] = []
    var longest: UInt64 = 0

    mutating func measure() {
      longest = 0
      for place in starts.indices { longest = max(longest, ends[place] - starts[place]) }
    }
  }

  private var pages: [Page] = [Page()]
  private var live: [UInt64: (UInt64, UInt64)] = [:]
  /// Ends by starts; which region an address is in, the sorted starts say.
  private var regionEnd: [UInt64: UInt64] = [:]
  private var regionStarts: [UInt64] = []
  private var (asked, used, heap, free): (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
  private var counts: [UInt64] = Array(repeating: 0, count: 65)
  private var sums: [UInt64] = Array(repeating: 0, count: 65)
  private var clock: UInt64 = 0
  private var hasBegun = false
  private var result = FragmentationMeasures()

  public init() {}

  public mutating func feed(_ changes: HeapChanges) {
    for change in changes {
      if hasBegun, change.time > clock {
        let lasted = UInt128(change.time - clock)
        result.average.heap += lasted * UInt128(heap)
        result.average.live += lasted * UInt128(asked)
      }
      switch change.kind {
      case .begin(let block): add(block)
      case .end(let address):
        let (wanted, size) = live.removeValue(forKey: address) ?? (0, 0)
        asked -= wanted
        used -= size
        give(address, size)
      case .map(let region): add(region)
      case .resize(let region):
        let (old, new) = (regionEnd[region.start] ?? 0, region.start + region.byteCount)
        regionEnd[region.start] = new
        if new >= old {
          heap += new - old
          give(old, new - old, regionStart: region.start)
        } else {
          heap -= old - new
          take(new, old - new)
        }
      case .unmap(let start):
        let end = regionEnd.removeValue(forKey: start) ?? start
        regionStarts.removeAll { $0 == start }
        heap -= end - start
        take(start, end - start)
      case .snapshot(let snapshot):
        self = HeapMeter()
        for region in snapshot.regions { add(region) }
        for block in snapshot.blocks { add(block) }
      }
      let now = FragmentationRatio(heap: UInt128(heap), live: UInt128(asked))
      if !hasBegun {
        (result.atPeakHeap, result.atPeakLive) = (now, now)
      } else {
        if now.heap > result.atPeakHeap.heap { result.atPeakHeap = now }
        if now.live > result.atPeakLive.live { result.atPeakLive = now }
      }
      (hasBegun, clock) = (true, change.time)
    }
  }

  private mutating func add(_ block: HeapSnapshot.Block) {
    live[block.address] = (block.requested, block.taken)
    asked += block.requested
    used += block.taken
    take(block.address, block.taken)
  }

  private mutating func add(_ region: HeapSnapshot.Region) {
    regionEnd[region.start] = region.start + region.byteCount
    regionStarts.append(region.start)
    regionStarts.sort()
    heap += region.byteCount
    give(region.start, region.byteCount, regionStart: region.start)
  }

  // MARK: - Pages

  private func page(of address: UInt64) -> Int {
    var (low, high) = (1, pages.count)
    while low < high {
      let middle = (low + high) / 2
      if (pages[middle].starts.first ?? .max) <= address { low = middle + 1 } else { high = middle }
    }
    return low - 1
  }

  /// How many runs of a page start at an address or below.
  private func rank(_ address: UInt64, _ page: Int) -> Int {
    var (low, high) = (0, pages[page].starts.count)
    while low < high {
      let middle = (low + high) / 2
      if pages[page].starts[middle] <= address { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private mutating func insert(_ start: UInt64, _ end: UInt64) {
    let page = page(of: start)
    let place = rank(start, page)
    pages[page].starts.insert(start, at: place)
    pages[page].ends.insert(end, at: place)
    pages[page].longest = max(pages[page].longest, end - start)
    tally(end - start, true)
    guard pages[page].starts.count > 256 else { return }
    var upper = Page(starts: Array(pages[page].starts[128...]), ends: Array(pages[page].ends[128...]))
    pages[page].starts.removeSubrange(128...)
    pages[page].ends.removeSubrange(128...)
    upper.measure()
    pages[page].measure()
    pages.insert(upper, at: page + 1)
  }

  private mutating func remove(_ page: Int, _ place: Int) {
    let length = pages[page].ends[place] - pages[page].starts[place]
    pages[page].starts.remove(at: place)
    pages[page].ends.remove(at: place)
    tally(length, false)
    if pages[page].starts.isEmpty, pages.count > 1 {
      pages.remove(at: page)
    } else if length == pages[page].longest {
      pages[page].measure()
    }
  }

  private mutating func tally(_ length: UInt64, _ more: Bool) {
    let order = UInt64.bitWidth - length.leadingZeroBitCount
    counts[order] = more ? counts[order] + 1 : counts[order] - 1
    sums[order] = more ? sums[order] + length : sums[order] - length
    free = more ? free + length : free - length
  }

  private mutating func take(_ start: UInt64, _ size: UInt64) {
    guard size > 0 else { return }
    let page = page(of: start)
    let place = rank(start, page) - 1
    let (first, last) = (pages[page].starts[place], pages[page].ends[place])
    remove(page, place)
    if first < start { insert(first, start) }
    if start + size < last { insert(start + size, last) }
  }

  private mutating func give(_ address: UInt64, _ size: UInt64) {
    give(address, size, regionStart: regionStarts.last { $0 <= address } ?? 0)
  }

  private mutating func give(_ address: UInt64, _ size: UInt64, regionStart: UInt64) {
    guard size > 0 else { return }
    var (start, end) = (address, address + size)
    if address != regionStart {
      let page = page(of: address)
      let place = rank(address, page) - 1
      if place >= 0, pages[page].ends[place] == address {
        start = pages[page].starts[place]
        remove(page, place)
      }
    }
    if regionEnd[end] == nil {
      let page = page(of: end)
      let place = rank(end, page) - 1
      if place >= 0, pages[page].starts[place] == end {
        end = pages[page].ends[place]
        remove(page, place)
      }
    }
    insert(start, end)
  }

  // MARK: - Answers

  private func millionths(_ part: UInt64, _ whole: UInt64) -> UInt64 {
    whole == 0 ? 0 : UInt64(UInt128(part) * 1_000_000 / UInt128(whole))
  }

  private var longest: UInt64 {
    var longest: UInt64 = 0
    for page in pages { longest = max(longest, page.longest) }
    return longest
  }

  public mutating func internalBytes() -> UInt64 { used - asked }
  public mutating func internalFragmentation() -> UInt64 { millionths(used - asked, used) }
  public mutating func freeBytes() -> UInt64 { free }
  public mutating func largestRun() -> UInt64 { longest }
  public mutating func externalFragmentation() -> UInt64 { millionths(free - longest, free) }

  public mutating func unusableBytes(order: Int) -> UInt64 { sums[0...order].reduce(0, +) }

  public mutating func unusableIndex(order: Int) -> UInt64 { millionths(unusableBytes(order: order), free) }

  public mutating func histogram(_ rows: inout RunHistogram) {
    for bits in 1...64 where counts[bits] > 0 { rows.append(order: bits - 1, runs: counts[bits], bytes: sums[bits]) }
  }

  public mutating func measures() -> FragmentationMeasures {
    result.ofPeaks = FragmentationRatio(heap: result.atPeakHeap.heap, live: result.atPeakLive.live)
    return result
  }
}
