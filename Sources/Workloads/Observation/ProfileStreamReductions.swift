package import Traces
import Vocabularies

/// How streams of a reporter are made shorter: events are left out and questions, then stacks lose frames, and names and numbers become
/// small.
package struct ProfileStreamReductions: Reductions {
  package init() {}

  package func trace(_ trace: Trace, keeping isKept: (Int) -> Bool) -> Trace {
    // Which events an operation feeds depends on those before it.
    var stream = ProfileStream(trace)
    var steps: [ProfileStream.Step] = []
    var next = 0
    for (index, word) in trace.operations.enumerated() {
      guard let (kind, count) = ReporterVocabulary.question(word) else { continue }
      let last = min(stream.steps.count, next + (kind == .feed ? count : 1))
      if isKept(index) { steps += stream.steps[next..<last] }
      next = last
    }
    stream.steps = steps
    return rebuilt(stream, from: trace)
  }

  package func shorten(_ search: ShrinkSearch) {
    askLast(search)
    keepLast(search)
    removeEvents(search)
  }

  package func simplify(_ search: ShrinkSearch) {
    askLast(search)
    removeEvents(search)
    attempt(search) { $0 = $0.compacted() }
    guard ProfileStream(search.best).steps.count <= 200 else { return }
    attempt(search) { $0.changeTimes() }
    removeFrames(search)
    for name in 0..<min(64, ProfileStream(search.best).names.count) {
      let short = [UInt8(ascii: "a") + UInt8(name % 26)]
      attempt(search) { if $0.names.indices.contains(name) { $0.names[name] = short } }
      halveName(search, name)
    }
    for place in ProfileStream(search.best).steps.indices.prefix(64) {
      for bytes in [1, 16] as [UInt64] where attempt(search, { $0.limit(place, to: bytes) }) { break }
    }
    for place in ProfileStream(search.best).steps.indices.suffix(8) {
      for count in [1, 2, 4, 8] where attempt(search, { $0.limitCount(place, to: count) }) { break }
    }
  }

  package func complexity(of trace: Trace) -> [Int] {
    let stream = ProfileStream(trace)
    let events = stream.events
    return [
      events.count, stream.stacks.reduce(0) { $0 + $1.count }, stream.names.reduce(0) { $0 + $1.count },
      stream.names.reduce(0) { $0 + $1.reduce(0) { $0 + Int($1 ^ 0x61) } }, stream.stacks.count,
      Int(clamping: events.reduce(UInt64(0)) { $0 | $1.bytes }), Int(clamping: events.last?.time ?? 0),
      stream.steps.reduce(0) { if case .ask(let word) = $1 { $0 + Int(word >> 16) } else { $0 } },
    ]
  }

  private func rebuilt(_ stream: ProfileStream, from trace: Trace) -> Trace {
    var rebuilt = stream.sound().trace
    rebuilt.header.name = trace.name
    rebuilt.header.origin = trace.origin
    return rebuilt
  }

  @discardableResult
  private func attempt(_ search: ShrinkSearch, _ change: (inout ProfileStream) -> Void) -> Bool {
    guard !search.isOver else { return false }
    let before = ProfileStream(search.best)
    var stream = before
    change(&stream)
    return stream != before && search.attempt(rebuilt(stream, from: search.best))
  }

  /// All events, and the last question alone.
  private func askLast(_ search: ShrinkSearch) {
    attempt(search) { stream in
      guard let last = stream.steps.lastIndex(where: { if case .ask = $0 { true } else { false } }) else { return }
      stream.steps = stream.steps[...last].enumerated().filter { place, step in
        if case .ask = step { place == last } else { true }
      }.map(\.element)
    }
  }

  private func removeEvents(_ search: ShrinkSearch) {
    func count() -> Int { ProfileStream(search.best).events.count }
    search.removeElements(count() / 2, of: count) { removed in attempt(search) { $0.removeEvents(removed) } }
  }

  private func removeFrames(_ search: ShrinkSearch) {
    for stack in 0..<min(32, ProfileStream(search.best).stacks.count) {
      func count() -> Int { ProfileStream(search.best).stacks[stack].count }
      search.removeElements((count() + 1) / 2, of: count) { removed in
        attempt(search) { $0.stacks[stack].removeSubrange(removed) }
      }
    }
    attempt(search) { $0 = $0.compacted() }
  }

  private func halveName(_ search: ShrinkSearch, _ name: Int) {
    while !search.isOver {
      let bytes = ProfileStream(search.best).names[name]
      let half = bytes.count / 2
      guard half > 0 else { return }
      let parts = [Array(bytes[..<half]), Array(bytes[half...]), Array(bytes.dropFirst()), Array(bytes.dropLast())]
      guard parts.contains(where: { part in attempt(search) { $0.names[name] = part } }) else { return }
    }
  }
}

extension ProfileStream {
  /// Without the events of a range, counted among events.
  mutating func removeEvents(_ removed: Range<Int>) {
    var number = -1
    steps = steps.filter { step in
      guard case .event = step else { return true }
      number += 1
      return !removed.contains(number)
    }
  }

  /// Times one after the other, from 1 on.
  mutating func changeTimes() {
    var time: UInt64 = 0
    for place in steps.indices {
      guard case .event(var event) = steps[place] else { continue }
      time += 1
      event.time = time
      steps[place] = .event(event)
    }
  }

  mutating func limit(_ place: Int, to bytes: UInt64) {
    guard steps.indices.contains(place), case .event(var event) = steps[place] else { return }
    event.bytes = min(event.bytes, bytes)
    steps[place] = .event(event)
  }

  /// Asks for fewer lines or points.
  mutating func limitCount(_ place: Int, to count: Int) {
    guard steps.indices.contains(place), case .ask(let word) = steps[place],
      let (kind, old) = ReporterVocabulary.question(word), kind.hasCount, old > count
    else { return }
    let changed = ReporterVocabulary.word(kind, count)
    if ReporterVocabulary.question(changed) != nil { steps[place] = .ask(changed) }
  }
}
