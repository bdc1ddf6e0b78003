package import Traces
import Vocabularies

/// How streams of events are made shorter: events are left out and questions, then the window, and numbers become small.
///
/// Any part of a stream is a stream, in which other events are lost; but one that was doubled may come too late when it is the first.
package struct EventStreamReductions: Reductions {
  package init() {}

  package func trace(_ trace: Trace, keeping isKept: (Int) -> Bool) -> Trace {
    var kept = trace
    kept.operations = trace.operations.indices.filter(isKept).map { trace.operations[$0] }
    return rebuilt(EventStream(kept), from: trace)
  }

  package func shorten(_ search: ShrinkSearch) {
    askLast(search)
    keepLast(search)
    keepOneSite(search)
    removeEvents(search)
  }

  package func simplify(_ search: ShrinkSearch) {
    removeEvents(search)
    guard EventStream(search.best).eventCount <= 200 else { return }
    narrowWindow(search)
    shortenInterval(search)
    attempt(search) { $0.changeNumbers() }
    attempt(search) { $0.changeThreads() }
    attempt(search) { $0.changeStamps() }
    narrowWindow(search)
    attempt(search) { $0.changeSites(all: true) }
    attempt(search) { $0.changeSites(all: false) }
    attempt(search) { $0.changeAddresses() }
    for place in EventStream(search.best).steps.indices.prefix(64) {
      for size in [0, 1, 16] where attempt(search, { $0.change(place) { $0.size = min($0.size, size) } }) { break }
      attempt(search) { $0.change(place) { ($0.kind, $0.oldAddress) = (1, 0) } }
    }
  }

  private func rebuilt(_ stream: EventStream, from trace: Trace) -> Trace {
    var rebuilt = stream.sound().trace
    rebuilt.header.name = trace.name
    rebuilt.header.origin = trace.origin
    return rebuilt
  }

  @discardableResult
  private func attempt(_ search: ShrinkSearch, _ change: (inout EventStream) -> Void) -> Bool {
    var stream = EventStream(search.best)
    change(&stream)
    return search.attempt(rebuilt(stream, from: search.best))
  }

  /// All events, and the last question alone.
  private func askLast(_ search: ShrinkSearch) {
    attempt(search) { stream in
      let last = stream.steps.count - 1
      stream.steps = stream.steps.enumerated().filter { place, step in
        if case .other = step { place == last } else { true }
      }.map(\.element)
    }
  }

  /// The smallest window that lets all events come as they come, or none.
  private func narrowWindow(_ search: ShrinkSearch) {
    attempt(search) { $0.window = $0.lateness }
  }

  /// Where there are intervals: what one site does in each, the most interesting first, and few other events.
  private func keepOneSite(_ search: ShrinkSearch) {
    let stream = EventStream(search.best)
    guard stream.interval != nil else { return }
    for site in stream.busySites.prefix(48) where !search.isOver {
      if attempt(search, { $0.keepSite(site) }) { return }
    }
  }

  /// Short intervals, and no events that are not needed then.
  private func shortenInterval(_ search: ShrinkSearch) {
    guard let interval = EventStream(search.best).interval else { return }
    for shorter in [1, 2, 3, 4, 8, 16] where shorter < interval {
      if attempt(search, { $0.interval = shorter }) { break }
    }
    removeEvents(search)
  }

  private func removeEvents(_ search: ShrinkSearch) {
    func count() -> Int { EventStream(search.best).eventCount }
    search.removeElements(count() / 2, of: count) { removed in attempt(search) { $0.removeEvents(removed) } }
  }

  package func complexity(of trace: Trace) -> [Int] {
    let stream = EventStream(trace)
    let events = stream.steps.compactMap { if case .event(let event) = $0 { event } else { nil } }
    // Long ones are compared by their length: what else they are matters when they are short.
    guard events.count <= 200 else { return [events.count] }
    func sum(_ value: (EventStream.Event) -> UInt64) -> Int {
      Int(clamping: events.reduce(UInt64(0)) { $0.addingReportingOverflow(value($1)).overflow ? .max : $0 + value($1) })
    }
    return [
      events.count, stream.window, stream.interval ?? 0, sum(\.number), Set(events.map(\.thread)).count,
      sum { UInt64($0.thread) },
      Set(events.map(\.site)).count, sum(\.site), events.count { $0.kind == 3 }, sum { UInt64($0.size) }, sum(\.stamp),
      sum(\.address), sum(\.oldAddress),
    ]
  }
}

extension EventStream {
  /// Without the events of a range, counted among events.
  mutating func removeEvents(_ removed: Range<Int>) {
    var number = -1
    steps = steps.filter { step in
      guard case .event = step else { return true }
      number += 1
      return !removed.contains(number)
    }
  }

  mutating func change(_ place: Int, _ body: (inout Event) -> Void) {
    guard steps.indices.contains(place), case .event(var event) = steps[place] else { return }
    body(&event)
    steps[place] = .event(event)
  }

  private mutating func changeAll(_ body: (inout Event) -> Void) {
    for place in steps.indices { change(place, body) }
  }

  /// Whose block each event is about, by the site that allocated it; nil where there is none.
  private var owners: [UInt64?] {
    var live: [UInt64: UInt64] = [:]
    return events.map { event in
      if event.kind == 2 { return live.removeValue(forKey: event.address) }
      let owner = (event.kind == 3 ? live.removeValue(forKey: event.oldAddress) : nil) ?? event.site
      live[event.address] = owner
      return owner
    }
  }

  /// All sites that own blocks, those with the fewest events first.
  var busySites: [UInt64] {
    let counts = owners.reduce(into: [UInt64: Int]()) { if let owner = $1 { $0[owner, default: 0] += 1 } }
    return counts.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map(\.key)
  }

  /// What a site does in each interval, and of other events so few that intervals stay what they are for it.
  mutating func keepSite(_ site: UInt64) {
    guard let length = interval else { return }
    let isIts = owners.map { $0 == site }
    let chunks = stride(from: 0, to: isIts.count, by: length).map { $0..<min($0 + length, isIts.count) }
    let most = max(1, chunks.map { chunk in isIts[chunk].count { $0 } }.max() ?? 0)
    var removed: Set<Int> = []
    for chunk in chunks {
      let others = chunk.filter { !isIts[$0] }
      removed.formUnion(others.prefix(max(0, chunk.count - most)))
    }
    var number = -1
    steps = steps.filter { step in
      guard case .event = step else { return true }
      number += 1
      return !removed.contains(number)
    }
    interval = most
  }

  /// The numbers of each thread without gaps, in their order.
  mutating func changeNumbers() {
    let known = Dictionary(grouping: events, by: \.thread).mapValues { events in ranks(events.map(\.number)) }
    changeAll { event in event.number = known[event.thread]?[event.number] ?? event.number }
  }

  /// Threads in the order in which they come first.
  mutating func changeThreads() {
    var numbers: [Int: Int] = [:]
    for event in events where numbers[event.thread] == nil { numbers[event.thread] = numbers.count }
    changeAll { $0.thread = numbers[$0.thread] ?? $0.thread }
  }

  /// Stamps in their order, one after the other.
  mutating func changeStamps() {
    let known = ranks(events.map(\.stamp))
    changeAll { $0.stamp = known[$0.stamp] ?? $0.stamp }
  }

  /// - Parameter all: one site for all, or else small ones in their order.
  mutating func changeSites(all: Bool) {
    let known = ranks(events.filter { $0.kind != 2 }.map(\.site))
    func changed(_ site: UInt64) -> UInt64 { all ? 1 : known[site] ?? site }
    changeAll { if $0.kind != 2 { $0.site = changed($0.site) } }
    guard vocabulary == PatternVocabulary.name else { return }
    // Whom a question names.
    for place in steps.indices {
      guard case .other(let word) = steps[place],
        case .lifetime(let permille, let site) = PatternVocabulary.question(word)
      else { continue }
      steps[place] = .other(PatternVocabulary.lifetime(permille, site: changed(site)))
    }
  }

  /// Addresses in their order, 16 bytes apart.
  mutating func changeAddresses() {
    let known = ranks(events.flatMap { $0.kind == 3 ? [$0.address, $0.oldAddress] : [$0.address] })
    changeAll { event in
      event.address = 16 * (known[event.address] ?? 0)
      if event.kind == 3 { event.oldAddress = 16 * (known[event.oldAddress] ?? 0) }
    }
  }

  package var events: [Event] { steps.compactMap { if case .event(let event) = $0 { event } else { nil } } }

  /// For each word its place in the order of all, from 1 on.
  private func ranks(_ words: [UInt64]) -> [UInt64: UInt64] {
    let sorted = Set(words).sorted()
    return Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, UInt64($0) + 1) })
  }
}
