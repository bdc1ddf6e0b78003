import Examining
import Traces
import Vocabularies
import Workloads

/// Each says which promise of the protocol it reaches; what is drawn never decides what is tested.
extension Tracker {
  static let workloads: [Workload] = [
    Workload("first-steps", "One thread, a few blocks, and every question after every event.") {
      firstSteps(with: &$0)
    },
    Workload("size-classes", "Sizes around every power of two, up to 2^40 bytes.") { sizeClasses(with: &$0) },
    Workload("peaks", "Peaks that are reached twice, by bytes and by blocks, and in the midst of a reallocation.") {
      peaks(with: &$0)
    },
    Workload("lifetimes", "Lifetimes around every power of two, of blocks that stay, move and are overwritten.") {
      lifetimes(with: &$0)
    },
    Workload("sites", "Sites with equally many bytes or none, and tops of all lengths.") { sites(with: &$0) },
    Workload("impossible", "Everything that can be said of four addresses, possible or not.", weight: 2) {
      impossible(with: &$0)
    },
    Workload("reuse", "Addresses that ended 1 to 66 ends ago, once or twice, by this or another thread.", weight: 2) {
      Tracker.reuse(with: &$0)
    },
    Workload("lost-doubled", "Many threads, whose events get lost and come again.", weight: 2) {
      Tracker.lostAndDoubled(with: &$0)
    },
    Workload("late", "Events that come as late as a window of 2 lets them, and blocks that move there.", weight: 2) {
      Tracker.late(with: &$0)
    },
    Workload("buffers", "Threads that hand over hundreds of events at once, in a window of 4096.", weight: 2) {
      Tracker.buffers(with: &$0)
    },
    Workload("crowd", "70,000 live blocks of 14,000 sites.", isTimed: true) { Tracker.crowd(with: &$0) },
    Workload("server", "A server of eight threads: long, and little lives.", isTimed: true) {
      Tracker.server(with: &$0)
    },
  ]

  static let words: [TrackerVocabulary.Kind] = [
    .liveBlocks, .liveBytes, .peakBytes, .peakStamp, .peakBlocks, .reused, .reusedByOthers,
  ]

  /// All that can be asked, anomalies first.
  static func questions(_ generator: inout SeededGenerator, top: Int? = nil) -> [UInt64] {
    var questions = (words + [.sizeClasses, .lifetimes]).map { TrackerVocabulary.word($0) }
    questions.append(TrackerVocabulary.topSites(top ?? generator.pick([0, 1, 3, 10, 1 << 40])))
    questions.shuffle(using: &generator)
    return [TrackerVocabulary.word(.anomalies)] + questions
  }
}

extension EventStream {
  /// The stream to its end, and all questions about it.
  func closed(with generator: inout SeededGenerator) -> Trace {
    var stream = self
    let last = Tracker.questions(&generator, top: 1 << 40)
    stream.steps += ([TrackerVocabulary.word(.finish)] + last + Tracker.questions(&generator)).map { .other($0) }
    var words = 0
    _ = TrackerTruth(of: stream, countingAnswers: &words)
    // What is too long by a little is seen, and what is left of a stream may have more to tell than the whole.
    let few = min(stream.eventCount, 1000)
    let lists = stream.steps.count {
      if case .other(let word) = $0 { TrackerVocabulary.isAnswered(word) } else { false }
    }
    stream.room = 2 * words + 12 * few + 3 * lists * min(few, 100) + 256
    return stream.trace
  }
}

private func firstSteps(with generator: inout SeededGenerator) -> Trace {
  var program = ProgramSketch(threads: [generator.pick(0...9)], sites: [3, 5, 8], with: &generator)
  program.churn(80, around: 4, sizes: 1...200, with: &generator)
  let stream = EventStream(window: 0, program.builder.events, period: 1, with: &generator) { Tracker.questions(&$0) }
  return stream.closed(with: &generator)
}

private func sizeClasses(with generator: inout SeededGenerator) -> Trace {
  var sizes = [0, 1, 2]
  for power in 2...40 { sizes += [(1 << power) - 1, 1 << power, (1 << power) + 1] }
  sizes.removeLast()
  sizes.shuffle(using: &generator)
  var builder = EventStreamBuilder(firstStamp: UInt64(generator.pick(1...1000)))
  func address(_ place: Int) -> UInt64 { UInt64(place + 1) << 44 }
  for (place, size) in sizes.enumerated() { builder.allocate(address(place), size, site: UInt64(generator.below(5))) }
  for (place, size) in sizes.enumerated().filter({ $0.0 % 3 == 0 }) {
    let isMoved = generator.oneIn(2)
    builder.reallocate(
      address(place), to: isMoved ? address(place) + 16 : address(place), generator.pick([size, sizes[place / 2]]),
      site: 7)
    if isMoved { builder.deallocate(address(place) + 16) }
  }
  // Some classes have nothing left.
  for place in sizes.indices where place % 3 == 1 || sizes[place] < 3 { builder.deallocate(address(place)) }
  let stream = EventStream(window: 0, builder.events, period: 5, with: &generator) { generator in
    [.sizeClasses, .liveBytes, .peakBytes].map { TrackerVocabulary.word($0) }
  }
  return stream.closed(with: &generator)
}

private func peaks(with generator: inout SeededGenerator) -> Trace {
  var builder = EventStreamBuilder(firstStamp: UInt64(generator.pick(1...1 << 50)))
  var peak = 0
  for round in UInt64(1)...6 {
    let (first, second) = (generator.pick(100...900), generator.pick(100...900))
    // More than all that lived before.
    let large = peak + generator.pick(50...500)
    func address(_ place: UInt64) -> UInt64 { round << 40 | place << 12 }
    func pause() -> UInt64 { UInt64(generator.pick(1...30)) }
    builder.allocate(address(1), large, site: 1, after: pause())
    builder.allocate(address(2), first, site: 1, after: pause())
    builder.deallocate(address(2), after: pause())
    // As many again: that is no later peak; and one byte less, and one more.
    for size in [first, first - 1, first + (round % 2 == 0 ? 1 : 0)] {
      builder.allocate(address(3), size, site: 1, after: pause())
      builder.deallocate(address(3), after: pause())
    }
    builder.deallocate(address(1), after: pause())
    for place in 0..<(20 + round) { builder.allocate(address(10 + place), generator.below(3), site: 2) }
    for place in 0..<(20 + round) { builder.deallocate(address(10 + place)) }
    // The old and the new block never live at once.
    builder.allocate(address(1), large, site: 1, after: pause())
    builder.reallocate(address(1), to: address(4), large - 1, site: 1, after: pause())
    builder.allocate(address(4), large - 2, site: 1, after: pause())
    builder.reallocate(address(4), to: address(4), large, site: 1, after: pause())
    builder.allocate(address(5), first - 5, site: 1, after: pause())
    builder.reallocate(address(5), to: address(4), second, site: 1, after: pause())
    builder.deallocate(address(4), after: pause())
    peak = large + first + 1
  }
  let stream = EventStream(window: 0, builder.events, period: 1, with: &generator) { _ in
    [.peakStamp, .peakBytes, .peakBlocks, .liveBytes].map { TrackerVocabulary.word($0) }
  }
  return stream.closed(with: &generator)
}

private func lifetimes(with generator: inout SeededGenerator) -> Trace {
  var builder = EventStreamBuilder()
  func around(_ powers: ClosedRange<Int>) -> [UInt64] {
    powers.flatMap { power in [(1 << power) - 1, 1 << power, (1 << power) + 1].map { UInt64($0) } }
  }
  for lifetime in ([1, 2] + around(2...16)).shuffled(using: &generator) {
    let address = UInt64(generator.pick(1...1 << 40))
    builder.allocate(address, 8, site: 1, after: UInt64(generator.pick(1...100)))
    builder.deallocate(address, after: lifetime)
  }
  // Those that live longer are all born first, and end in the order of their lifetimes.
  let long = around(17...62)
  var births: [UInt64] = []
  var places = long.indices.map { UInt64($0 + 1) << 8 }
  for place in places {
    builder.allocate(place, 24, site: 2)
    births.append(builder.events.last?.stamp ?? 0)
  }
  for number in places.indices where number % 3 == generator.below(3) {
    let isMoved = generator.oneIn(2)
    builder.reallocate(places[number], to: places[number] + (isMoved ? 16 : 0), generator.below(99), site: 3)
    if isMoved { places[number] += 16 }
  }
  // Two more, that are overwritten: one by a block that is new, one by one that has moved and was born before.
  for address: UInt64 in [16, 32] { builder.allocate(address, 1, site: 4) }
  builder.allocate(16, 2, site: 4, after: 1000)
  builder.deallocate(16, after: UInt64(generator.pick(3...200)))
  builder.allocate(48, 2, site: 4)
  builder.reallocate(32, to: 48, 2, site: 4, after: 300)
  builder.deallocate(48, after: 5)
  for (number, lifetime) in long.enumerated() {
    let stamp = builder.events.last?.stamp ?? 0
    builder.deallocate(places[number], after: births[number] + lifetime - stamp)
  }
  let stream = EventStream(window: 0, builder.events, period: 4, with: &generator) { _ in
    [.lifetimes].map { TrackerVocabulary.word($0) }
  }
  return stream.closed(with: &generator)
}

private func sites(with generator: inout SeededGenerator) -> Trace {
  let sites: [UInt64] =
    [0, 1, .max, .max - 1, 1 << 63, 1 << 63 - 1, 1 << 32] + (0..<5).map { _ in generator.next() }
  var builder = EventStreamBuilder()
  var live: [UInt64] = []
  for number in 1...240 {
    let size = generator.pick([0, 0, 8, 8, 16])
    if live.count < 4 || generator.below(40) > live.count {
      live.append(UInt64(number) << 5)
      builder.allocate(UInt64(number) << 5, size, site: generator.pick(sites))
    } else if generator.oneIn(2) {
      builder.reallocate(live[0], to: live[0], size, site: generator.pick(sites))
    } else {
      builder.deallocate(live.remove(at: generator.below(live.count)))
    }
  }
  let stream = EventStream(window: 0, builder.events, period: 2, with: &generator) { generator in
    [TrackerVocabulary.topSites(generator.pick([0, 1, 2, 3, 5, 11, 12, 13, 1 << 50]))]
  }
  return stream.closed(with: &generator)
}

private func impossible(with generator: inout SeededGenerator) -> Trace {
  let addresses: [UInt64] = [0, .max, 1 << 63, UInt64(generator.pick(1...1 << 40))]
  var builder = EventStreamBuilder(firstStamp: UInt64(generator.pick(1...1 << 20)))
  for _ in 0..<500 {
    let (one, other) = (generator.pick(addresses), generator.pick(addresses))
    let (size, site) = (generator.below(100), UInt64(generator.pick(0...2)))
    let thread = generator.below(2)
    switch generator.below(3) {
    case 0: builder.allocate(one, size, site: site, thread: thread)
    case 1: builder.deallocate(one, thread: thread)
    default: builder.reallocate(one, to: other, size, site: site, thread: thread)
    }
  }
  let stream = EventStream(window: 0, builder.events, period: 1, with: &generator) { Tracker.questions(&$0) }
  return stream.closed(with: &generator)
}
