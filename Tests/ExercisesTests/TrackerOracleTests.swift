import Examining
import Exercises
import Testing
import Traces
import Vocabularies
import Workloads

/// A block of thread 1 that thread 2 moves, one more, and an event that came again.
private func stream(asking questions: [UInt64], window: Int = 0) -> Trace {
  var builder = EventStreamBuilder()
  builder.allocate(0x10, 48, site: 7, thread: 1)
  builder.reallocate(0x10, to: 0x20, 5, site: 8, thread: 2, after: 4)
  builder.allocate(0x10, 0, site: 9, thread: 1)
  builder.lose(2, thread: 2)
  builder.deallocate(0x30, thread: 2)
  let steps = (builder.events + [builder.events[0]]).map { EventStream.Step.event($0) }
  return EventStream(window: window, steps: steps + questions.map { .other($0) }, room: 1000).trace
}

private func word(_ kind: TrackerVocabulary.Kind) -> UInt64 { TrackerVocabulary.word(kind) }

@Suite("The oracle of trackers") struct TrackerOracleTests {
  private func violation(
    _ questions: [UInt64], _ outcomes: [UInt64], _ answers: [UInt64] = [], window: Int = 0
  ) -> Violation? {
    let trace = stream(asking: questions, window: window)
    var oracle = TrackerOracle(for: trace)
    let all: [UInt64] = [5] + outcomes
    let its = Window(firstIndex: 0, damage: nil, heap: nil, heapEnd: 0, answers: Answers(answers))
    return oracle.check(operations: trace.operations.span, outcomes: all.span, in: its)
  }

  @Test(arguments: [
    (TrackerVocabulary.Kind.liveBlocks, UInt64(2), ViolationKind.wrongLiveTotal), (.liveBytes, 5, .wrongLiveTotal),
    (.peakBytes, 48, .wrongPeak), (.peakStamp, 1, .wrongPeak), (.peakBlocks, 2, .wrongPeak), (.reused, 1, .wrongReuse),
    (.reusedByOthers, 1, .wrongReuse),
  ])
  func numbers(kind: TrackerVocabulary.Kind, right: UInt64, violationKind: ViolationKind) {
    #expect(violation([word(kind)], [right]) == nil)
    for wrong in [right &+ 1, right &- 1, .max, 1 << 63] {
      #expect(violation([word(kind)], [wrong])?.kind == violationKind, "\(wrong)")
    }
  }

  @Test(arguments: [
    (word(.sizeClasses), [0, 1, 0, 1, 3, 1, 5, 1, 6, 0, 0, 1] as [UInt64], ViolationKind.wrongSizeClass),
    (word(.lifetimes), [], .wrongLifetime), (TrackerVocabulary.topSites(9), [8, 1, 5, 9, 1, 0], .wrongTopSites),
    (TrackerVocabulary.topSites(1), [8, 1, 5], .wrongTopSites),
    (word(.anomalies), [1, 2, 2, 2, 3, 2, 4, 0x30, 2, 1, 1, 0], .wrongAnomaly),
  ])
  func lists(question: UInt64, right: [UInt64], kind: ViolationKind) {
    #expect(violation([question], [UInt64(right.count)], right) == nil)
    for place in right.indices {
      var wrong = right
      wrong[place] ^= 1 << 63
      #expect(violation([question], [UInt64(right.count)], wrong)?.kind == kind, "word \(place)")
    }
    for wrong in [right + [1], right + [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], Array(right.dropLast())]
    where wrong.count != right.count {
      #expect(violation([question], [UInt64(wrong.count)], wrong)?.kind == kind, "\(wrong.count)")
    }
    for count: UInt64 in [UInt64(right.count) + 1, 1 << 31, 1 << 63, .max] {
      #expect(violation([question], [count], right)?.kind == .answerTooLong)
    }
  }

  @Test func anomaliesAreToldOnce() {
    let all: [UInt64] = [1, 2, 2, 2, 3, 2, 4, 0x30, 2, 1, 1, 0]
    #expect(violation([word(.anomalies), word(.anomalies)], [12, 0], all) == nil)
    #expect(violation([word(.anomalies), word(.anomalies)], [12, 12], all + all)?.kind == .wrongAnomaly)
  }

  @Test func whatIsHeldIsNotThereYet() {
    #expect(violation([word(.liveBlocks), word(.finish), word(.liveBlocks)], [0, 0, 2], window: 9) == nil)
    #expect(violation([word(.liveBytes)], [48], window: 3) == nil)
    #expect(violation([word(.anomalies)], [8], [1, 2, 2, 2, 2, 1, 1, 0], window: 1) == nil)
  }

  @Test func aShortStreamIsToldInWhole() throws {
    let evidence = try #require(violation([word(.liveBlocks)], [3], window: 1)).evidence
    #expect(
      evidence == [
        "at 1, thread 1 #1: allocate 0x10, 48 bytes, site 7 (applied)",
        "at 5, thread 2 #1: reallocate 0x10 to 0x20, 5 bytes, site 8 (applied)",
        "at 6, thread 1 #2: allocate 0x10, 0 bytes, site 9 (applied)",
        "at 7, thread 2 #4: deallocate 0x30 (held)", "at 1, thread 1 #1: allocate 0x10, 48 bytes, site 7 (doubled)",
        "live: 0x10, 0 bytes, site 9, born at 6", "live: 0x20, 5 bytes, site 8, born at 1",
      ])
  }

  @Test func wordsThatAskNothingAreNotAsked() {
    for question: UInt64 in [13, 255, 1 << 63 | 1, .max, 1 << 8 | 2] {
      #expect(TrackerVocabulary.operation(question) == nil, "\(question)")
      #expect(!TrackerVocabulary.isAnswered(question))
      #expect(violation([question], [9]) == nil)
    }
    #expect(EventTable.range(.max, count: .max, of: 7) == 7..<7)
    #expect(EventTable.range(3, count: .max, of: 7) == 3..<7)
  }

  @Test func tablesThatAreNoStreamAreTold() {
    func faults(_ words: [UInt64], _ name: String = "events") -> [Int?] {
      TrackerVocabulary.faults(in: [NamedTable(name, words: words)]).map(\.element)
    }
    let event: [UInt64] = [1, 1 << 24 | 1, 0, 0, 8, 0]
    #expect(faults(event + event).isEmpty)
    #expect(faults([]).isEmpty)
    #expect(faults(event, "blocks") == [nil])
    #expect(TrackerVocabulary.faults(in: []).count == 1)
    #expect(faults(Array(event.dropLast())) == [4])
    for (place, words) in [0: [0, 1 << 63, .max], 1: [0, 1, 4 | 1 << 24, 1 << 24], 4: [(1 << 40) + 1, .max]]
      as [Int: [UInt64]]
    {
      for word in words {
        var wrong = event
        wrong[place] = word
        #expect(faults(wrong) == [place], "\(word)")
      }
    }
  }

  /// What streams promise, they keep: stamps are different, threads count, and nothing is later than the window lets it.
  @Test(arguments: NamedWorkload.all.filter { $0.exercise.id == "tracker" }, [1, 2] as [UInt64])
  func streamsKeepTheirPromises(item: NamedWorkload, seed: UInt64) throws {
    let stream = EventStream(try item.trace(seed: seed))
    var (stamps, last): (Set<UInt64>, [Int: EventStream.Event]) = ([], [:])
    for case .event(let event) in stream.steps {
      if let before = last[event.thread], event.number <= before.number { continue }
      #expect(stamps.insert(event.stamp).inserted)
      #expect(event.stamp > last[event.thread]?.stamp ?? 0)
      last[event.thread] = event
    }
    #expect(stream.lateness <= stream.window)
    // The window is used as far as it goes, where it is what is tested.
    if item.workload.name == "late" { #expect(stream.lateness == stream.window) }
    if item.workload.name == "buffers" { #expect(stream.lateness > 2000) }
    #expect(stream.sound() == stream)
  }

  /// Truth is the same, however it is found.
  @Test(
    arguments: NamedWorkload.all.filter { $0.exercise.id == "tracker" && !$0.workload.isTimed }, [1, 2] as [UInt64])
  func theModelAgrees(item: NamedWorkload, seed: UInt64) throws {
    let trace = try item.trace(seed: seed)
    var model = try #require(HonestTracker(trace.tables, window: EventStream.window(of: trace)))
    let said = trace.operations.map { model.perform($0) }
    var oracle = TrackerOracle(for: trace)
    let (outcomes, answers) = (said.map(\.outcome), said.flatMap(\.answer))
    let window = Window(firstIndex: 0, damage: nil, heap: nil, heapEnd: 0, answers: Answers(answers))
    #expect(oracle.check(operations: trace.operations.span, outcomes: outcomes.span, in: window) == nil)
    #expect(answers.count <= trace.answerWords)
  }
}

/// Streams shrink to what shows a mistake, and keep their promises.
@Suite struct EventStreamReductionsTests {
  @Test(arguments: ["late", "lost-doubled", "impossible"], [1, 2, 3, 4] as [UInt64])
  func oneAnomalyIsLeft(name: String, kind: UInt64) throws {
    let item = try #require(NamedWorkload.all.first { $0.exercise.id == "tracker" && $0.workload.name == name })
    func isTold(_ trace: Trace) -> Bool {
      var truth = TrackerTruth(window: EventStream.window(of: trace))
      for case .event(let event) in EventStream(trace).steps { truth.record(event) }
      return truth.anomalies.contains { $0[0] == kind }
    }
    let trace = try item.trace(seed: 1)
    guard isTold(trace) else { return #expect(name != "lost-doubled") }
    let shrunk = Shrinker(EventStreamReductions()).shrink(trace) { candidate in
      #expect(TraceLint.findings(in: candidate) == [])
      let stream = EventStream(candidate)
      #expect(stream.lateness <= stream.window)
      return isTold(candidate) ? TraceFailure(by: candidate.operations.count - 1) : nil
    }
    let stream = EventStream(try #require(shrunk).trace)
    #expect(stream.eventCount == (kind == 2 || kind == 4 ? 2 : 1), "\(stream.steps)")
    #expect(stream.window == 0)
  }
}
