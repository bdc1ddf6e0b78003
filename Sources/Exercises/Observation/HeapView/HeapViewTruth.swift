package import Traces
import Vocabularies
package import Workloads

/// What is true of a heap, whose whole future is known: every address, border of memory and page that the trace will ever name has a number,
/// in the order of addresses, and what is live, mapped or touched is a set of numbers.
package struct HeapViewTruth {
  package typealias Step = HeapViewRows.Step

  static let pageBytes: UInt64 = 4096
  private static let accessHeat: UInt64 = 1 << 16

  /// Of blocks that may come to be.
  private let addresses: [UInt64]
  private var live: OrderedBits
  private var sizes: [UInt64]
  private var overheads: [UInt64]

  /// Where memory may begin or end to be mapped; segment n is from one to the next.
  private let borders: [UInt64]
  private var mapped: OrderedBits
  private var unmapped: OrderedBits

  /// Page numbers.
  private let pages: [UInt64]
  private var touched: OrderedBits
  private var heats: [(amount: UInt64, tick: UInt64)]

  /// Least, greatest and last of every interval.
  private var intervals: [(least: UInt64, greatest: UInt64, last: UInt64)] = [(0, 0, 0)]
  private var liveBytes: UInt64 = 0

  package init(of trace: Trace) {
    let rows = HeapViewRows(trace.tables)
    var (addresses, borders, pages): ([UInt64], [UInt64], [UInt64]) = ([], [0, 2 * HeapViewVocabulary.limit], [])
    for operation in Set(trace.operations) {
      guard let step = rows.step(operation) else { continue }
      switch step.kind {
      case .allocate: addresses.append(step.first)
      case .move: addresses.append(step.second)
      case .map, .unmap: borders += [step.first, step.first + step.second]
      case .access where step.second > 0:
        pages += step.first / Self.pageBytes...(step.first + step.second - 1) / Self.pageBytes
      default: break
      }
    }
    self.addresses = Self.ordered(addresses)
    self.borders = Self.ordered(borders)
    self.pages = Self.ordered(pages)
    live = OrderedBits(count: self.addresses.count)
    sizes = Array(repeating: 0, count: self.addresses.count)
    overheads = sizes
    mapped = OrderedBits(count: self.borders.count)
    unmapped = mapped
    for segment in self.borders.indices { unmapped.insert(segment) }
    touched = OrderedBits(count: self.pages.count)
    heats = Array(repeating: (0, 0), count: self.pages.count)
  }

  private static func ordered(_ numbers: [UInt64]) -> [UInt64] {
    var ordered: [UInt64] = []
    for number in numbers.sorted() where ordered.last != number { ordered.append(number) }
    return ordered
  }

  /// How many of ascending numbers are smaller.
  private static func rank(of number: UInt64, in numbers: [UInt64]) -> Int {
    var (low, high) = (0, numbers.count)
    while low < high {
      let middle = (low + high) / 2
      if numbers[middle] < number { low = middle + 1 } else { high = middle }
    }
    return low
  }

  // MARK: - Events

  /// Lets an event happen, if it can.
  package mutating func happen(_ step: Step) { _ = perform(step) }

  /// Why an event is not taken.
  enum Refusal {
    case noPages
    case mappedAlready(UInt64)
    case notMapped(UInt64)
    case claimed(by: UInt64)
    case noBlock
    case belowZero
  }

  /// Lets an event happen.
  ///
  /// - Returns: why it could not; nil where it did.
  mutating func perform(_ step: Step) -> Refusal? {
    switch step.kind {
    case .map, .unmap:
      guard step.first % Self.pageBytes == 0, step.second % Self.pageBytes == 0 else { return .noPages }
      let (low, high) = (step.first, step.first + step.second)
      if let refusal = step.kind == .map ? whyNotMap(low, high) : whyNotUnmap(low, high) { return refusal }
      set(low, high, isMapped: step.kind == .map)
      return nil
    case .allocate: return changingLiveBytes { $0.insert(step.first, step.second, step.third) }
    case .free: return changingLiveBytes { $0.remove(step.first) == nil ? .noBlock : nil }
    case .move:
      return changingLiveBytes { truth in
        guard let old = truth.remove(step.first) else { return .noBlock }
        guard let refusal = truth.insert(step.second, step.third, old.overhead) else { return nil }
        _ = truth.insert(step.first, old.size, old.overhead)
        return refusal
      }
    case .access: return access(step.first, step.first &+ step.second)
    case .tick:
      let last = liveBytes
      intervals.append((last, last, last))
      return nil
    default: return nil
    }
  }

  private mutating func changingLiveBytes(_ body: (inout HeapViewTruth) -> Refusal?) -> Refusal? {
    let refusal = body(&self)
    let now = intervals.count - 1
    intervals[now].least = min(intervals[now].least, liveBytes)
    intervals[now].greatest = max(intervals[now].greatest, liveBytes)
    intervals[now].last = liveBytes
    return refusal
  }

  private func whyNotMap(_ low: UInt64, _ high: UInt64) -> Refusal? {
    let first = Self.rank(of: low, in: borders)
    guard low < high, let segment = mapped.next(from: first), borders[segment] < high else { return nil }
    return .mappedAlready(borders[segment])
  }

  private func whyNotUnmap(_ low: UInt64, _ high: UInt64) -> Refusal? {
    guard low < high else { return nil }
    return firstUnmapped(low, high).map { .notMapped($0) } ?? claimant(low, high).map { .claimed(by: addresses[$0]) }
  }

  /// The first byte of a range that is not mapped.
  private func firstUnmapped(_ low: UInt64, _ high: UInt64) -> UInt64? {
    // The segment that `low` is in.
    let segment = Self.rank(of: low &+ 1, in: borders) - 1
    guard low < high, let first = unmapped.next(from: max(0, segment)), borders[first] < high else { return nil }
    return max(low, borders[first])
  }

  private mutating func set(_ low: UInt64, _ high: UInt64, isMapped: Bool) {
    for segment in Self.rank(of: low, in: borders)..<Self.rank(of: high, in: borders) {
      if isMapped { mapped.insert(segment) } else { mapped.remove(segment) }
      if isMapped { unmapped.remove(segment) } else { unmapped.insert(segment) }
    }
    guard !isMapped else { return }
    let end = Self.rank(of: high / Self.pageBytes, in: pages)
    var page = Self.rank(of: low / Self.pageBytes, in: pages)
    while let found = touched.next(from: page), found < end {
      touched.remove(found)
      heats[found] = (0, 0)
      page = found + 1
    }
  }

  private mutating func access(_ low: UInt64, _ high: UInt64) -> Refusal? {
    guard low < high else { return nil }
    if let byte = firstUnmapped(low, high) { return .notMapped(byte) }
    let first = Self.rank(of: low / Self.pageBytes, in: pages)
    for page in first...first + Int((high - 1) / Self.pageBytes - low / Self.pageBytes) {
      heats[page] = (heat(page) &+ Self.accessHeat, UInt64(intervals.count))
      touched.insert(page)
    }
    return nil
  }

  private func heat(_ page: Int) -> UInt64 {
    let ticks = UInt64(intervals.count) - heats[page].tick
    return ticks < 64 ? heats[page].amount / (1 << ticks) : 0
  }

  /// A block that claims a byte of a range.
  private func claimant(_ low: UInt64, _ high: UInt64) -> Int? {
    let place = Self.rank(of: high, in: addresses)
    if let block = live.next(from: place), addresses[block] - overheads[block] < high { return block }
    if let block = live.last(below: place), addresses[block] + max(1, sizes[block]) > low { return block }
    return nil
  }

  private mutating func insert(_ address: UInt64, _ size: UInt64, _ overhead: UInt64) -> Refusal? {
    guard overhead <= address else { return .belowZero }
    let (low, high) = (address - overhead, address &+ max(1, size))
    if let byte = firstUnmapped(low, high) { return .notMapped(byte) }
    if let block = claimant(low, high) { return .claimed(by: addresses[block]) }
    let place = Self.rank(of: address, in: addresses)
    live.insert(place)
    (sizes[place], overheads[place]) = (size, overhead)
    liveBytes += size
    return nil
  }

  private mutating func remove(_ address: UInt64) -> (size: UInt64, overhead: UInt64)? {
    let place = Self.rank(of: address, in: addresses)
    guard place < addresses.count, addresses[place] == address, live.contains(place) else { return nil }
    live.remove(place)
    liveBytes -= sizes[place]
    return (sizes[place], overheads[place])
  }

  // MARK: - Pictures

  /// Live blocks with a claimed byte in a range, and one on either side, in their order; at most so many.
  func blocks(around low: UInt64, _ high: UInt64, limit: Int = 6) -> [(address: UInt64, size: UInt64, overhead: UInt64)]
  {
    let place = Self.rank(of: low, in: addresses)
    let before = live.last(below: place)
    var next = before.flatMap { live.last(below: $0) } ?? before ?? live.next(from: place)
    var found: [(address: UInt64, size: UInt64, overhead: UInt64)] = []
    while let block = next, found.count < limit {
      found.append((addresses[block], sizes[block], overheads[block]))
      next = addresses[block] >= high ? nil : live.next(from: block + 1)
    }
    return found
  }

  /// The numbers of a grid's cells.
  package func cells(_ step: Step) -> [UInt64] {
    let (low, high, cell) = (step.first, step.first + step.second, step.third)
    let borders = (0...step.cellCount).map { min(high, low + UInt64($0) * cell) }
    switch step.kind {
    case .live: return Self.shares(of: ranges(low, high) { address, size, _ in (address, address + size) }, borders)
    case .metadata:
      return Self.shares(of: ranges(low, high) { address, _, overhead in (address - overhead, address) }, borders)
    case .unused:
      let used = Self.shares(of: ranges(low, high) { ($0 - $2, $0 + $1) }, borders)
      return zip(Self.shares(of: segments(low, high), borders), used).map { $0 - $1 }
    case .touched:
      return Self.shares(
        of: pages(low, high).map { (pages[$0] * Self.pageBytes, (pages[$0] + 1) * Self.pageBytes) }, borders)
    case .heat: return hottest(borders)
    default: return []
    }
  }

  /// How much of ascending ranges lies between each two borders: the difference of what lies below them.
  private static func shares(of ranges: [(low: UInt64, high: UInt64)], _ borders: [UInt64]) -> [UInt64] {
    var (place, sum): (Int, UInt64) = (0, 0)
    let below = borders.map { border in
      while place < ranges.count, ranges[place].high <= border {
        sum += ranges[place].high - ranges[place].low
        place += 1
      }
      return place < ranges.count && ranges[place].low < border ? sum + border - ranges[place].low : sum
    }
    return zip(below.dropFirst(), below).map { $0 - $1 }
  }

  /// Parts of all blocks that may have a byte in a range.
  private func ranges(
    _ low: UInt64, _ high: UInt64, _ part: (UInt64, UInt64, UInt64) -> (UInt64, UInt64)
  ) -> [(low: UInt64, high: UInt64)] {
    let place = Self.rank(of: low, in: addresses)
    var next = live.last(below: place) ?? live.next(from: place)
    var found: [(low: UInt64, high: UInt64)] = []
    while let block = next, addresses[block] - overheads[block] < high {
      found.append(part(addresses[block], sizes[block], overheads[block]))
      next = live.next(from: block + 1)
    }
    return found
  }

  private func segments(_ low: UInt64, _ high: UInt64) -> [(low: UInt64, high: UInt64)] {
    var found: [(low: UInt64, high: UInt64)] = []
    var segment = Self.rank(of: low + 1, in: borders) - 1
    while let next = mapped.next(from: segment), borders[next] < high {
      found.append((borders[next], borders[next + 1]))
      segment = next + 1
    }
    return found
  }

  /// Touched ones with a byte in a range.
  private func pages(_ low: UInt64, _ high: UInt64) -> [Int] {
    var found: [Int] = []
    var page = Self.rank(of: low / Self.pageBytes, in: pages)
    while let next = touched.next(from: page), pages[next] * Self.pageBytes < high {
      found.append(next)
      page = next + 1
    }
    return found
  }

  private func hottest(_ borders: [UInt64]) -> [UInt64] {
    zip(borders, borders.dropFirst()).map { low, high in pages(low, high).map(heat).max() ?? 0 }
  }

  /// Three words a point.
  package var history: [UInt64] {
    var width = 1
    while HeapViewVocabulary.pointLimit * width < intervals.count { width *= 2 }
    return stride(from: 0, to: intervals.count, by: width).flatMap { first in
      var (least, greatest, last): (UInt64, UInt64, UInt64) = (.max, 0, 0)
      for interval in intervals[first..<min(intervals.count, first + width)] {
        (least, greatest, last) = (min(least, interval.least), max(greatest, interval.greatest), interval.last)
      }
      return [least, greatest, last]
    }
  }
}
