package import Vocabularies
package import Workloads

/// What is true of a stream of events, as far as it has come.
///
/// Live blocks are in a dictionary, held events in a sorted array; sums over blocks are taken when somebody asks. Nothing here traps,
/// whatever the stream is.
package struct TrackerTruth: Sendable {
  package typealias Event = EventStream.Event

  package struct Block: Equatable, Sendable {
    package var birth: UInt64
    package var size: Int
    package var site: UInt64
  }

  /// By address.
  package private(set) var blocks: [UInt64: Block] = [:]
  package private(set) var liveBytes = 0
  package private(set) var peak = (bytes: 0, stamp: UInt64(0), blocks: 0)
  package private(set) var reuse = (count: 0, byOthers: 0)
  /// Four words each: kind, thread, number, detail.
  package private(set) var anomalies: [[UInt64]] = []
  /// Whether an event has come that was new: by thread, its last number.
  private var lastNumbers: [Int: UInt64] = [:]
  private let window: Int
  /// By stamps; those before `head` have been applied.
  private var waiting: [Event] = []
  private var head = 0
  /// Of the latest end at an address, its number from 0 on and its thread.
  private var ends: [UInt64: (number: Int, thread: Int)] = [:]
  private var endCount = 0
  /// By class and by logarithm.
  private var requests = Array(repeating: UInt64(0), count: 65)
  private var lifetimeCounts = Array(repeating: UInt64(0), count: 65)
  /// The most anomalies that nobody had taken.
  package private(set) var mostAnomalies = 0

  package init(window: Int) { self.window = window }

  package var threadCount: Int { lastNumbers.count }
  package var held: ArraySlice<Event> { waiting[head...] }

  // MARK: - Events

  package mutating func record(_ event: Event) {
    let last = lastNumbers[event.thread] ?? 0
    defer { mostAnomalies = max(mostAnomalies, anomalies.count) }
    guard event.number > last else { return note(2, event, 0) }
    if event.number - last > 1 {
      anomalies.append([1, UInt64(event.thread), last + 1, event.number - last - 1])
    }
    lastNumbers[event.thread] = event.number
    var place = waiting.count
    while place > head, waiting[place - 1].stamp > event.stamp { place -= 1 }
    waiting.insert(event, at: place)
    while waiting.count - head > window { applyNext() }
  }

  package mutating func finish() {
    while head < waiting.count { applyNext() }
    mostAnomalies = max(mostAnomalies, anomalies.count)
  }

  private mutating func applyNext() {
    apply(waiting[head])
    head += 1
    if head > 1 << 12 {
      waiting.removeFirst(head)
      head = 0
    }
  }

  private mutating func note(_ kind: UInt64, _ event: Event, _ detail: UInt64) {
    anomalies.append([kind, UInt64(event.thread), event.number, detail])
  }

  private mutating func apply(_ event: Event) {
    var birth = event.stamp
    var begins = event.kind != 2
    if event.kind != 1 {
      let from = event.kind == 2 ? event.address : event.oldAddress
      if let old = blocks.removeValue(forKey: from) {
        liveBytes -= old.size
        if event.kind == 2 {
          lifetimeCounts[Self.logarithm(event.stamp &- old.birth)] += 1
        } else {
          birth = old.birth
          begins = event.address != from
        }
        if event.kind == 2 || begins {
          ends[from] = (endCount, event.thread)
          endCount += 1
        }
      } else {
        note(3, event, from)
      }
    }
    if begins {
      if let under = blocks.removeValue(forKey: event.address) {
        liveBytes -= under.size
        note(4, event, event.address)
      }
      if let end = ends[event.address], endCount - end.number <= 64 {
        reuse.count += 1
        if end.thread != event.thread { reuse.byOthers += 1 }
      }
    }
    if event.kind != 2 {
      blocks[event.address] = Block(birth: birth, size: event.size, site: event.site)
      liveBytes += event.size
      requests[Self.sizeClass(event.size)] += 1
    }
    if liveBytes > peak.bytes { (peak.bytes, peak.stamp) = (liveBytes, event.stamp) }
    peak.blocks = max(peak.blocks, blocks.count)
  }

  /// The smallest k for which 2ᵏ is no less.
  private static func sizeClass(_ size: Int) -> Int {
    var sizeClass = 0
    while sizeClass < 62, 1 << sizeClass < size { sizeClass += 1 }
    return sizeClass
  }

  /// The largest k for which 2ᵏ is no more; 0 for 0.
  private static func logarithm(_ time: UInt64) -> Int { time == 0 ? 0 : 63 - time.leadingZeroBitCount }

  // MARK: - Answers

  /// What a question's outcome is, if it has no list.
  package func word(_ kind: TrackerVocabulary.Kind) -> UInt64 {
    let number =
      switch kind {
      case .liveBlocks: blocks.count
      case .liveBytes: liveBytes
      case .peakBytes: peak.bytes
      case .peakStamp: Int(truncatingIfNeeded: peak.stamp)
      case .peakBlocks: peak.blocks
      case .reused: reuse.count
      case .reusedByOthers: reuse.byOthers
      default: 0
      }
    return UInt64(bitPattern: Int64(number))
  }

  /// The list that a question is answered with; anomalies are forgotten.
  package mutating func list(_ kind: TrackerVocabulary.Kind, count: Int) -> [UInt64] {
    switch kind {
    case .sizeClasses: return sizeClasses
    case .lifetimes:
      return lifetimeCounts.enumerated().flatMap { $1 > 0 ? [UInt64($0), $1] : [] }
    case .topSites: return topSites(count)
    case .anomalies:
      defer { anomalies = [] }
      return anomalies.flatMap { $0 }
    default: return []
    }
  }

  private var sizeClasses: [UInt64] {
    var (counts, bytes) = (Array(repeating: UInt64(0), count: 65), Array(repeating: UInt64(0), count: 65))
    for block in blocks.values {
      counts[Self.sizeClass(block.size)] += 1
      bytes[Self.sizeClass(block.size)] += UInt64(block.size)
    }
    return requests.indices.flatMap { requests[$0] > 0 ? [UInt64($0), counts[$0], bytes[$0], requests[$0]] : [] }
  }

  private func topSites(_ count: Int) -> [UInt64] {
    var sites: [UInt64: (blocks: UInt64, bytes: UInt64)] = [:]
    for block in blocks.values {
      sites[block.site, default: (0, 0)].blocks += 1
      sites[block.site, default: (0, 0)].bytes += UInt64(block.size)
    }
    let order = sites.sorted { $0.value.bytes != $1.value.bytes ? $0.value.bytes > $1.value.bytes : $0.key < $1.key }
    return order.prefix(max(0, count)).flatMap { [$0.key, $0.value.blocks, $0.value.bytes] }
  }
}

extension TrackerTruth {
  /// What is true at the end of a stream, and how many words its answers had.
  package init(of stream: EventStream, countingAnswers words: inout Int) {
    self.init(window: stream.window)
    for step in stream.steps {
      switch step {
      case .event(let event): record(event)
      case .other(let word):
        guard let (kind, numbers) = TrackerVocabulary.operation(word) else { continue }
        if kind == .finish { finish() }
        if TrackerVocabulary.isAnswered(word) { words += list(kind, count: numbers.0).count }
      }
    }
  }
}
