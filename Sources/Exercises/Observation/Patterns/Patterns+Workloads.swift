import Examining
import Traces
import Vocabularies
import Workloads

/// Each says which promise of the protocol it reaches; what is drawn never decides what is tested.
extension Patterns {
  static let workloads: [Workload] = [
    Workload("first-steps", "A few blocks of three sites, and every question after every event.") {
      firstSteps(with: &$0)
    },
    Workload("leaks", "Sites that grow over 7 intervals or 8, and give back a quarter or more.", weight: 2) {
      Patterns.leaks(with: &$0)
    },
    Workload("ramps", "Sites that grow by as much, twice as much, and one byte more than that.") {
      Patterns.ramps(with: &$0)
    },
    Workload("plateaus", "Sites that stay above seven eighths of their peak, or fall below it for an event.", weight: 2)
    {
      Patterns.plateaus(with: &$0)
    },
    Workload("temporaries", "Sites whose blocks live for 32 events or 33, nine in ten of them or fewer.", weight: 2) {
      Patterns.temporaries(with: &$0)
    },
    Workload("growth", "Arrays that grow by factors and differences at all bounds of both.", weight: 2) {
      Patterns.growth(with: &$0)
    },
    Workload("shares", "Sites where 3 or 4 arrays have been tried, and 3 in 4 of them have grown or fewer.") {
      Patterns.shares(with: &$0)
    },
    Workload("hand-over", "Blocks that another thread ends: 64 of them or 63, and 3 in 4 or fewer.") {
      Patterns.handOver(with: &$0)
    },
    Workload("impossible", "Everything that can be said of four addresses, possible or not.", weight: 2) {
      Patterns.impossible(with: &$0)
    },
    Workload("quantiles", "1 to 1000 lifetimes, alike, in their order, and at random.", weight: 2) {
      Patterns.quantiles(with: &$0)
    },
    Workload("program", "Thirty sites that do all of it at once.", weight: 2) { Patterns.program(with: &$0) },
    Workload("service", "A service of 3,000 sites, many threads, and requests that come and go.", isTimed: true) {
      Patterns.service(with: &$0)
    },
    Workload("long-run", "Few sites, and 70,000 lifetimes: sketches are bounded.", isTimed: true) {
      Patterns.longRun(with: &$0)
    },
  ]

  static let patterns = PatternVocabulary.patterns.indices.dropFirst()
  static let permilles = [0, 1, 20, 250, 500, 501, 900, 990, 999, 1000]

  /// All that can be asked of patterns, and a lifetime of each of these sites.
  static func questions(_ sites: [UInt64], _ generator: inout SeededGenerator) -> [UInt64] {
    var questions = patterns.map { PatternVocabulary.showing($0) }
    questions += sites.map { PatternVocabulary.lifetime(generator.pick(permilles), site: $0) }
    questions.shuffle(using: &generator)
    return questions
  }

  /// A stream of these events, asked about every so many of them.
  static func asked(
    _ builder: EventStreamBuilder, interval: Int, period: Int, with generator: inout SeededGenerator,
    asking questions: (inout SeededGenerator) -> [UInt64]
  ) -> EventStream {
    var stream = EventStream(
      window: 0, builder.events, period: period, with: &generator, asking: questions)
    (stream.vocabulary, stream.interval) = (PatternVocabulary.name, interval)
    return stream
  }

  /// So many sites, each of them even.
  static func drawnSites(_ count: Int, with generator: inout SeededGenerator) -> [UInt64] {
    var sites: Set<UInt64> = []
    while sites.count < count { sites.insert(generator.next() >> 18 & ~1 | 2) }
    return sites.sorted().shuffled(using: &generator)
  }

  /// Intervals of what these sites do.
  static func played(
    _ count: Int, interval: Int, _ behaviours: [SiteActor.Behaviour], with generator: inout SeededGenerator
  ) -> PatternScript {
    let sites = drawnSites(behaviours.count, with: &generator)
    var actors = zip(sites, behaviours).map { SiteActor($0, $1) }
    var script = PatternScript(interval: interval, with: &generator)
    for number in 1...count { script.play(number, &actors) }
    return script
  }
}

extension EventStream {
  /// The stream, all questions about it at its end, and room for the answers.
  func closed(asking sites: [UInt64], with generator: inout SeededGenerator) -> Trace {
    var stream = self
    stream.steps += Patterns.questions(sites, &generator).map { .other($0) }
    let lists = stream.steps.count {
      if case .other(let word) = $0 { PatternVocabulary.isAnswered(word) } else { false }
    }
    let sites = Set(stream.events.lazy.map(\.site)).count
    // What is too long by a little is seen, and what is left of a stream may have more to tell than the whole.
    if sites <= 64 {
      stream.room = 2 * PatternVocabulary.recordWords * lists * sites + 256
    } else {
      var words = 0
      _ = PatternTruth(of: stream, countingAnswers: &words)
      stream.room = 2 * words + 80 * lists + 256
    }
    return stream.trace
  }
}

private func firstSteps(with generator: inout SeededGenerator) -> Trace {
  let sites: [UInt64] = [0, 5, 1 << 46 - 1]
  var program = ProgramSketch(threads: [0, 65_535], sites: sites, with: &generator)
  program.churn(120, around: 4, sizes: 1...200, with: &generator)
  let stream = Patterns.asked(
    program.builder, interval: generator.pick(1...4), period: 1, with: &generator
  ) { Patterns.questions(sites + [1], &$0) }
  return stream.closed(asking: sites, with: &generator)
}
