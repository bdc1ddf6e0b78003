import Traces
import Vocabularies
import Workloads

/// Streams of several threads, and long ones.
extension Tracker {
  static func reuse(with generator: inout SeededGenerator) -> Trace {
    var builder = EventStreamBuilder()
    var next = UInt64(generator.pick(1...0xffff)) << 24
    func fresh() -> UInt64 {
      next += 64
      return next
    }
    /// So many ends at addresses that nobody uses again.
    func spend(_ count: Int) {
      for _ in 0..<count {
        let address = fresh()
        builder.allocate(address, 8, site: 1, thread: 3)
        builder.deallocate(address, thread: 3)
      }
    }
    let cases = [1, 2, 63, 64, 65, 66].flatMap { distance in (0..<8).map { (distance, $0) } }
    for (distance, way) in cases.shuffled(using: &generator) {
      let address = fresh()
      let other = fresh()
      builder.allocate(address, 8, site: 1, thread: 1)
      // An end that is older, by the other thread, and falls out first or not.
      if way & 4 != 0 {
        builder.deallocate(address, thread: 2)
        spend(generator.pick(0...9))
        builder.allocate(address, 8, site: 1, thread: 1)
      }
      // What is no end.
      builder.reallocate(address, to: address, 9, site: 1, thread: 2)
      builder.allocate(address, 7, site: 1, thread: 2)
      builder.deallocate(other, thread: 2)
      builder.reallocate(other, to: other, 9, site: 1, thread: 2)
      if way & 1 == 0 {
        builder.deallocate(address, thread: 1)
        spend(distance - 1)
      } else {
        let moved = fresh()
        builder.reallocate(address, to: moved, 5, site: 1, thread: 1)
        spend(distance - 1)
        builder.allocate(moved, 8, site: 1, thread: 2)
      }
      if way & 2 == 0 {
        builder.allocate(address, 8, site: 1, thread: generator.pick(1...2))
      } else {
        // This end is one more.
        builder.reallocate(other, to: address, 8, site: 1, thread: generator.pick(1...2))
      }
    }
    let stream = EventStream(window: 0, builder.events, period: 2, with: &generator) { _ in
      [.reused, .reusedByOthers].map { TrackerVocabulary.word($0) }
    }
    return stream.closed(with: &generator)
  }

  static func lostAndDoubled(with generator: inout SeededGenerator) -> Trace {
    let threads = [0, 65_535] + (0..<8).map { _ in generator.pick(1...65_534) }
    var program = ProgramSketch(threads: threads, sites: [1, 2, 3], with: &generator)
    // Before the first event of a thread, and more than can be counted one by one.
    program.builder.lose(1, thread: 0)
    program.builder.lose(7, thread: threads[2])
    program.builder.lose(UInt64(generator.pick(1 << 38...1 << 39)), thread: threads[3])
    for _ in 0..<40 {
      program.churn(20, around: 25, sizes: 1...5000, with: &generator)
      program.builder.lose(UInt64(generator.pick([1, 1, 2, 9, 1 << 30])), thread: generator.pick(threads))
    }
    // Threads that are heard of once.
    for thread in 1000..<1300 { program.builder.deallocate(UInt64(thread), thread: thread) }
    let window = 8
    let delays = program.builder.events.map { _ in generator.oneIn(3) ? generator.pick(0...window) : 0 }
    let lost = Set(program.builder.events.indices.filter { _ in generator.oneIn(12) })
    let arrivals = program.builder.arrivals(delay: { delays[$0] }, isLost: { lost.contains($0) })
    let stream = EventStream(window: window, arrivals, doubled: 150, period: 9, with: &generator) { generator in
      generator.oneIn(4)
        ? Tracker.questions(&generator) : [.anomalies, .liveBytes].map { TrackerVocabulary.word($0) }
    }
    return stream.closed(with: &generator)
  }

  static func late(with generator: inout SeededGenerator) -> Trace {
    var program = ProgramSketch(threads: [1, 2, 3], sites: [1, 2], with: &generator)
    program.churn(300, around: 3, sizes: 1...60, with: &generator)
    let delays = program.builder.events.map { _ in generator.pick([0, 0, 1, 2]) }
    let arrivals = program.builder.arrivals(delay: { delays[$0] })
    let stream = EventStream(window: 2, arrivals, doubled: 6, period: 1, with: &generator) { Tracker.questions(&$0) }
    return stream.closed(with: &generator)
  }

  /// Each thread hands over what it has noted when its buffer is full: all events of a chunk come when the chunk is over.
  static func buffers(with generator: inout SeededGenerator) -> Trace {
    let threads = [1, 2, 3, 4, 5]
    let sites = (0..<20).map { _ in generator.next() }
    var program = ProgramSketch(threads: threads, sites: sites, with: &generator)
    program.churn(5200, around: 120, sizes: 1...3000, with: &generator)
    let chunks = threads.map { _ in generator.pick(300...4096) } + [4096]
    let delays = program.builder.events.enumerated().map { place, event in
      let chunk = chunks[event.thread % chunks.count]
      return min(chunk - 1 - place % chunk, 4096)
    }
    let lost = Set(program.builder.events.indices.filter { _ in generator.oneIn(200) })
    let arrivals = program.builder.arrivals(delay: { delays[$0] }, isLost: { lost.contains($0) })
    let stream = EventStream(window: 4096, arrivals, doubled: 20, period: 300, with: &generator) {
      Tracker.questions(&$0)
    }
    return stream.closed(with: &generator)
  }

  static func crowd(with generator: inout SeededGenerator) -> Trace {
    let sites = (0..<14_000).map { _ in generator.next() >> 16 }
    var program = ProgramSketch(threads: Array(1...16), sites: sites, with: &generator)
    for _ in 0..<70_000 { program.allocate(generator.logarithmic(1...4000), with: &generator) }
    program.churn(6_000, around: 70_000, sizes: 1...4000, with: &generator)
    let delays = program.builder.events.map { _ in generator.oneIn(1000) ? generator.pick(1...200) : 0 }
    let arrivals = program.builder.arrivals(delay: { delays[$0] })
    let stream = EventStream(window: 200, arrivals, period: 38_000, with: &generator) {
      Tracker.questions(&$0, top: 100)
    }
    return stream.closed(with: &generator)
  }

  static func server(with generator: inout SeededGenerator) -> Trace {
    var program = ProgramSketch(threads: Array(1...8), sites: [], with: &generator)
    // Other code runs after a while: most sites are gone for good.
    for _ in 0..<40 {
      program.sites = (0..<1000).map { _ in generator.next() >> 16 }
      program.churn(1500, around: 400, sizes: 8...20_000, with: &generator)
    }
    let delays = program.builder.events.map { _ in generator.oneIn(4) ? generator.pick(1...24) : 0 }
    let lost = Set((0..<60).map { _ in generator.below(60_000) })
    let arrivals = program.builder.arrivals(delay: { delays[$0] }, isLost: { lost.contains($0) })
    let stream = EventStream(window: 64, arrivals, doubled: 60, period: 8_000, with: &generator) {
      Tracker.questions(&$0, top: 20)
    }
    return stream.closed(with: &generator)
  }
}
