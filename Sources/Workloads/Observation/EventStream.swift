package import Traces
import Vocabularies

/// Events in the order of their arrival, and questions between them: a trace of what listens to a program, taken apart.
package struct EventStream: Equatable, Sendable {
  package struct Event: Hashable, Sendable {
    /// 1 for an allocation, 2 for a deallocation, 3 for a reallocation.
    package var kind: Int
    package var thread: Int
    package var number: UInt64
    package var stamp: UInt64
    package var address: UInt64
    package var oldAddress: UInt64
    package var size: Int
    package var site: UInt64

    package init(
      kind: Int, thread: Int, number: UInt64, stamp: UInt64, address: UInt64, oldAddress: UInt64 = 0, size: Int = 0,
      site: UInt64 = 0
    ) {
      self.kind = kind
      self.thread = thread
      self.number = number
      self.stamp = stamp
      self.address = address
      self.oldAddress = oldAddress
      self.size = size
      self.site = site
    }
  }

  package enum Step: Equatable, Sendable {
    case event(Event)
    /// An operation that is not about events of the table.
    case other(UInt64)
  }

  /// The name of the vocabulary of its questions, in whose traces events are fed from an `EventTable`.
  package var vocabulary: String
  /// Behind how many events with greater stamps one may come.
  package var window: Int
  /// Events of an interval, where there are such.
  package var interval: Int?
  package var steps: [Step]
  /// Words that all answers may have.
  package var room: Int

  package init(
    _ vocabulary: String = TrackerVocabulary.name, window: Int = 0, interval: Int? = nil, steps: [Step] = [],
    room: Int = 0
  ) {
    self.vocabulary = vocabulary
    self.window = window
    self.interval = interval
    self.steps = steps
    self.room = room
  }

  package init(_ trace: Trace) {
    let events = Self.events(of: trace)
    vocabulary = trace.vocabulary
    window = Self.window(of: trace)
    interval = Self.interval(of: trace)
    room = trace.parameter(Channel.answerParameter) ?? 0
    steps = trace.operations.flatMap { word -> [Step] in
      guard let (first, count) = EventTable.fed(word) else { return [.other(word)] }
      return EventTable.range(first, count: count, of: events.count).map { .event(events[$0]) }
    }
  }

  package static func window(of trace: Trace) -> Int {
    max(0, min(trace.parameter(TrackerVocabulary.window) ?? 0, TrackerVocabulary.windowLimit))
  }

  package static func interval(of trace: Trace) -> Int? {
    trace.parameter(PatternVocabulary.interval).map { max(1, min($0, PatternVocabulary.intervalLimit)) }
  }

  /// The events of a trace's table; none where it has no sound one.
  package static func events(of trace: Trace) -> [Event] {
    guard EventTable.faults(in: trace.tables).isEmpty, let words = trace.tables.words(EventTable.name)
    else { return [] }
    return (0..<words.count / EventTable.eventWords).map { number -> Event in
      let place = EventTable.eventWords * number
      let code = words[place + 1]
      let thread = Int(code >> 8 & 0xffff)
      return Event(
        kind: Int(code & 0xff), thread: thread, number: code >> 24, stamp: words[place], address: words[place + 2],
        oldAddress: words[place + 3], size: Int(words[place + 4]), site: words[place + 5])
    }
  }

  /// The most events of one `feed`.
  private static let feedLimit = 1 << 14

  /// The trace of the stream; what lies between two questions is fed at once, as far as it goes.
  package var trace: Trace {
    var (words, operations): ([UInt64], [UInt64]) = ([], [])
    var (fed, events) = (0, 0)
    words.reserveCapacity(EventTable.eventWords * steps.count)
    func feed() {
      if events > fed { operations.append(EventTable.feed(fed, count: events - fed)) }
      fed = events
    }
    for step in steps {
      switch step {
      case .event(let event):
        words.append(event.stamp)
        let thread = UInt64(event.thread) << 8
        words.append(event.number << 24 | thread | UInt64(event.kind))
        words.append(event.address)
        words.append(event.oldAddress)
        words.append(UInt64(event.size))
        words.append(event.site)
        events += 1
        if events - fed == Self.feedLimit { feed() }
      case .other(let word):
        feed()
        operations.append(word)
      }
    }
    feed()
    let own =
      interval.map { TraceParameter(name: PatternVocabulary.interval, value: $0) }
      ?? TraceParameter(name: TrackerVocabulary.window, value: window)
    return Trace(
      vocabulary: vocabulary, name: "",
      parameters: [own, TraceParameter(name: Channel.answerParameter, value: room)],
      tables: [NamedTable(EventTable.name, words: words)], operations: operations)
  }

  package var eventCount: Int { steps.count { if case .event = $0 { true } else { false } } }

  /// Whether an event is new, step by step; and behind how many new ones with greater stamps one has come at most.
  ///
  /// - Complexity: O(events × lateness).
  package var lateness: Int { arrivals { _, _ in true } }

  /// The same stream without events that come later than the window lets them: such as were doubled, and are the first of their number
  /// now that others are gone.
  package func sound() -> EventStream {
    var sound = self
    sound.steps = []
    var kept = Array(repeating: true, count: steps.count)
    _ = arrivals { place, lateness in
      kept[place] = lateness <= window
      return kept[place]
    }
    for (step, isKept) in zip(steps, kept) where isKept { sound.steps.append(step) }
    return sound
  }

  /// - Parameter isKept: is told of each new event's place and lateness, and says whether it comes at all.
  private func arrivals(_ isKept: (Int, Int) -> Bool) -> Int {
    var last: [Int: UInt64] = [:]
    var stamps: [UInt64] = []
    var most = 0
    for (place, step) in steps.enumerated() {
      guard case .event(let event) = step, event.number > last[event.thread] ?? 0 else { continue }
      var lateness = 0
      while lateness < stamps.count, stamps[stamps.count - 1 - lateness] > event.stamp { lateness += 1 }
      guard isKept(place, lateness) else { continue }
      last[event.thread] = event.number
      stamps.insert(event.stamp, at: stamps.count - lateness)
      most = max(most, lateness)
    }
    return most
  }
}
