import Vocabularies

/// A tracker that never does wrong: it keeps all events that came, and for each question sorts them and plays them from the start.
struct HonestTracker {
  struct Event {
    let words: [UInt64]
    var stamp: UInt64 { words[0] }
    var kind: UInt64 { words[1] & 0xff }
    var thread: UInt64 { words[1] >> 8 & 0xffff }
    var number: UInt64 { words[1] >> 24 }
  }

  private let table: [Event]
  private let window: Int
  private var isFinished = false
  /// That are new.
  private var arrived: [Event] = []
  private var numbers: [UInt64: UInt64] = [:]
  private var anomalies: [[UInt64]] = []

  /// Where things stand.
  struct State {
    var blocks: [(address: UInt64, birth: UInt64, size: UInt64, site: UInt64)] = []
    var ends: [(address: UInt64, thread: UInt64)] = []
    var peaks: (bytes: UInt64, stamp: UInt64, blocks: Int) = (0, 0, 0)
    var reused: [Bool] = []
    var requests: [UInt64] = []
    var lives: [UInt64] = []
    var anomalies: [[UInt64]] = []

    var bytes: UInt64 { blocks.reduce(0) { $0 + $1.size } }

    mutating func apply(_ event: Event) {
      let (address, old) = (event.words[2], event.words[3])
      var birth = event.stamp
      var isInPlace = false
      func note(_ kind: UInt64, _ address: UInt64) -> [UInt64] { [kind, event.thread, event.number, address] }
      if event.kind != 1 {
        let from = event.kind == 2 ? address : old
        if let place = blocks.firstIndex(where: { $0.address == from }) {
          let block = blocks.remove(at: place)
          isInPlace = event.kind == 3 && address == old
          if !isInPlace { ends.append((from, event.thread)) }
          if event.kind == 2 { lives.append(event.stamp - block.birth) } else { birth = block.birth }
        } else {
          anomalies.append(note(3, from))
        }
      }
      if event.kind != 2 {
        if !isInPlace {
          if blocks.contains(where: { $0.address == address }) { anomalies.append(note(4, address)) }
          blocks.removeAll { $0.address == address }
          let end = ends.suffix(64).last { $0.address == address }
          if let end { reused.append(end.thread != event.thread) }
        }
        blocks.append((address, birth, event.words[4], event.words[5]))
        requests.append(event.words[4])
      }
      if bytes > peaks.bytes { (peaks.bytes, peaks.stamp) = (bytes, event.stamp) }
      peaks.blocks = max(peaks.blocks, blocks.count)
    }
  }

  private var state = State()
  /// How many of the sorted events the state has.
  private var applied = 0

  init?(_ tables: [NamedTable], window: Int) {
    guard let words = tables.words(TrackerVocabulary.events) else { return nil }
    table = stride(from: 0, to: words.count, by: 6).map { Event(words: Array(words[$0..<$0 + 6])) }
    self.window = window
  }

  private mutating func arrive(_ event: Event) {
    let last = numbers[event.thread] ?? 0
    if event.number <= last { return anomalies.append([2, event.thread, event.number, 0]) }
    if event.number - last > 1 { anomalies.append([1, event.thread, last + 1, event.number - last - 1]) }
    numbers[event.thread] = event.number
    arrived.append(event)
    catchUp()
  }

  private mutating func catchUp() {
    let final = isFinished ? arrived.count : max(0, arrived.count - window)
    guard final > applied else { return }
    let sorted = arrived.sorted { $0.stamp < $1.stamp }
    while applied < final {
      state.apply(sorted[applied])
      applied += 1
    }
    anomalies += state.anomalies
    state.anomalies = []
  }

  // MARK: - Answers

  /// The outcome of an operation, and the list that it is answered with.
  mutating func perform(_ word: UInt64) -> (outcome: UInt64, answer: [UInt64]) {
    guard let (kind, numbers) = TrackerVocabulary.operation(word) else { return (0, []) }
    let answer: [UInt64]
    switch kind {
    case .feed:
      for event in table[numbers.0..<numbers.0 + numbers.1] { arrive(event) }
      return (UInt64(numbers.1), [])
    case .finish:
      isFinished = true
      catchUp()
      return (0, [])
    case .liveBlocks: return (UInt64(state.blocks.count), [])
    case .liveBytes: return (state.bytes, [])
    case .peakBytes: return (state.peaks.bytes, [])
    case .peakStamp: return (state.peaks.stamp, [])
    case .peakBlocks: return (UInt64(state.peaks.blocks), [])
    case .reused: return (UInt64(state.reused.count), [])
    case .reusedByOthers: return (UInt64(state.reused.count { $0 }), [])
    case .sizeClasses:
      answer = (0..<64).flatMap { number -> [UInt64] in
        func isOfClass(_ size: UInt64) -> Bool {
          size <= 1 << UInt64(number) && (number == 0 || size > 1 << UInt64(number - 1))
        }
        let live = state.blocks.filter { isOfClass($0.size) }
        let requests = state.requests.count(where: isOfClass)
        let bytes = live.reduce(0) { $0 + $1.size }
        return requests > 0 ? [UInt64(number), UInt64(live.count), bytes, UInt64(requests)] : []
      }
    case .lifetimes:
      answer = (0..<64).flatMap { number -> [UInt64] in
        let count = state.lives.count { $0 >> UInt64(number) == 1 }
        return count > 0 ? [UInt64(number), UInt64(count)] : []
      }
    case .topSites:
      let sites = Set(state.blocks.map(\.site)).map { site -> [UInt64] in
        let its = state.blocks.filter { $0.site == site }
        return [site, UInt64(its.count), its.reduce(0) { $0 + $1.size }]
      }
      let sorted = sites.sorted { $0[2] > $1[2] || $0[2] == $1[2] && $0[0] < $1[0] }
      answer = sorted.prefix(numbers.0).flatMap { $0 }
    case .anomalies:
      answer = anomalies.flatMap { $0 }
      anomalies = []
    }
    return (UInt64(answer.count), answer)
  }
}
