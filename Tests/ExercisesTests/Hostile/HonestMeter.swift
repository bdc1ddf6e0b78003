import Traces
import Vocabularies

/// A fragmentation meter that never does wrong: it has regions and blocks alone, and finds the runs anew for each question.
struct HonestMeter {
  private let words: [UInt64]
  private let rows: [UInt64]
  private var next = 0
  private var regions: [UInt64: UInt64] = [:]
  private var blocks: [UInt64: (requested: UInt64, taken: UInt64)] = [:]
  /// Heap, live and time of each moment since the stream began.
  private var moments: [(heap: UInt64, live: UInt64, time: UInt64)] = []
  private var (heap, live): (UInt64, UInt64) = (0, 0)

  /// What each operation of a trace is answered with, word and list.
  static func replay(_ trace: Trace) -> [(outcome: UInt64, answer: [UInt64])] {
    var meter = HonestMeter(trace.tables)
    return trace.operations.map { word in
      let answer = meter.perform(word)
      return MeterVocabulary.isAnswered(word) ? (UInt64(answer.count), answer) : (answer.first ?? 0, [])
    }
  }

  init(_ tables: [NamedTable]) {
    words = tables.words(MeterVocabulary.changes) ?? []
    rows = tables.words(MeterVocabulary.snapshots) ?? []
  }

  mutating func perform(_ word: UInt64) -> [UInt64] {
    guard let (kind, argument) = MeterVocabulary.question(word) else { return [] }
    switch kind {
    case .feed:
      for _ in 0..<min(argument, words.count / 5 - next) { takeNext() }
      return []
    case .measures: return measures
    default: break
    }
    let runs = self.runs
    let free = runs.reduce(0, +)
    let taken = blocks.values.reduce(0) { $0 + $1.taken }
    let short = runs.filter { argument == 63 ? $0 < 1 << 63 : $0 < 1 << UInt64(argument) }.reduce(0, +)
    func share(_ part: UInt64, _ whole: UInt64) -> UInt64 {
      whole == 0 ? 0 : UInt64(UInt128(part) * 1_000_000 / UInt128(whole))
    }
    switch kind {
    case .internalBytes: return [taken - live]
    case .internalFragmentation: return [share(taken - live, taken)]
    case .freeBytes: return [free]
    case .largestRun: return [runs.max() ?? 0]
    case .externalFragmentation: return [share(free - (runs.max() ?? 0), free)]
    case .unusableBytes: return [short]
    case .unusableIndex: return [share(short, free)]
    default:
      let orders = Dictionary(grouping: runs) { 63 - $0.leadingZeroBitCount }
      return orders.keys.sorted().flatMap { order in
        [UInt64(order), UInt64(orders[order]?.count ?? 0), orders[order]?.reduce(0, +) ?? 0]
      }
    }
  }

  private mutating func takeNext() {
    let (code, time, one, two, three) = (
      words[5 * next], words[5 * next + 1], words[5 * next + 2], words[5 * next + 3], words[5 * next + 4]
    )
    next += 1
    switch code {
    case 0:
      blocks[one] = (two, three)
      live += two
    case 1: live -= blocks.removeValue(forKey: one)?.requested ?? 0
    case 2, 3:
      heap = heap - (regions[one] ?? 0) + two
      regions[one] = two
    case 4: heap -= regions.removeValue(forKey: one) ?? 0
    default:
      (regions, blocks, moments, heap, live) = ([:], [:], [], 0, 0)
      for row in Int(one)..<Int(one + two) {
        regions[rows[3 * row]] = rows[3 * row + 1]
        heap += rows[3 * row + 1]
      }
      for row in Int(one + two)..<Int(one + two + three) {
        blocks[rows[3 * row]] = (rows[3 * row + 1], rows[3 * row + 2])
        live += rows[3 * row + 1]
      }
    }
    moments.append((heap, live, time))
  }

  private var runs: [UInt64] {
    var runs: [UInt64] = []
    let addresses = blocks.keys.sorted()
    for (start, count) in regions {
      var cursor = start
      for address in addresses where address >= start && address - start < count {
        runs.append(address - cursor)
        cursor = address + (blocks[address]?.taken ?? 0)
      }
      runs.append(start + count - cursor)
    }
    return runs.filter { $0 > 0 }
  }

  private var measures: [UInt64] {
    var (heapSum, liveSum): (UInt128, UInt128) = (0, 0)
    for (moment, later) in zip(moments, moments.dropFirst()) {
      heapSum += UInt128(moment.heap) * UInt128(later.time - moment.time)
      liveSum += UInt128(moment.live) * UInt128(later.time - moment.time)
    }
    let (peakLive, peakHeap) = (moments.map(\.live).max() ?? 0, moments.map(\.heap).max() ?? 0)
    let atLive = moments.first { $0.live == peakLive } ?? (0, 0, 0)
    let atHeap = moments.first { $0.heap == peakHeap } ?? (0, 0, 0)
    let numbers = [
      heapSum, liveSum, UInt128(atLive.heap), UInt128(atLive.live), UInt128(atHeap.heap), UInt128(atHeap.live),
      UInt128(peakHeap), UInt128(peakLive),
    ]
    return numbers.flatMap { [UInt64(truncatingIfNeeded: $0), UInt64(truncatingIfNeeded: $0 >> 64)] }
  }
}
