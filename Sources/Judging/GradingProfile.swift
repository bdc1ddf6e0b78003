import Synchronization

/// Where the time of a grading goes. Work is done in two lanes, so the stages' seconds add up to more than the clock's.
package final class GradingProfile: Sendable {
  /// What is done, from a submission to its judgement.
  package enum Stage: String, Sendable, CaseIterable {
    /// What is not safe Swift is looked for, while workers are compiled.
    case reading = "reading for safety"
    /// Workers are compiled and linked.
    case compiling
    /// Traces are drawn from their seeds.
    case drawing
    /// Workers are started and ended.
    case starting
    /// Workers run a window in a checked replay.
    case replaying
    /// Outcomes and heap are verified.
    case judging
    /// Replays against the clock, with their workers' starts.
    case timing
    /// The shortest trace is looked for.
    case shrinking
  }

  /// What a stage took.
  package struct Figures: Sendable {
    package var count = 0
    /// By the clock, all lanes added up.
    package var seconds = 0.0
    /// Of confined processes.
    package var cpuSeconds = 0.0

    package init() {}
  }

  private let figures = Mutex<[Stage: Figures]>([:])

  package init() {}

  /// All stages in order, those too in which nothing was done.
  package var stages: [(stage: Stage, figures: Figures)] {
    let figures = figures.withLock { $0 }
    return Stage.allCases.map { ($0, figures[$0] ?? Figures()) }
  }

  /// How long workers slept, in seconds.
  package var secondsAsleep: Double { asleep.withLock { $0 } }
  private let asleep = Mutex(0.0)

  func add(secondsAsleep seconds: Double) { asleep.withLock { $0 += seconds } }

  /// All stages in which something was done, to be handed from one process to another.
  package var record: [Record] {
    stages.compactMap { stage, figures in
      figures.count > 0 || figures.cpuSeconds > 0
        ? Record(
          stage: stage.rawValue, count: figures.count, seconds: figures.seconds, cpuSeconds: figures.cpuSeconds) : nil
    } + [Record(stage: Self.asleep, count: 0, seconds: secondsAsleep, cpuSeconds: 0)]
  }

  private static let asleep = "asleep"

  /// A stage's figures, as another process counted them.
  package struct Record: Sendable, Codable, Equatable {
    package var stage: String
    package var count: Int
    package var seconds: Double
    package var cpuSeconds: Double
  }

  /// Counts what another process did.
  package func add(_ record: [Record]) {
    for part in record where part.stage == Self.asleep { add(secondsAsleep: part.seconds) }
    figures.withLock { figures in
      for part in record {
        guard let stage = Stage(rawValue: part.stage) else { continue }
        figures[stage, default: Figures()].count += part.count
        figures[stage, default: Figures()].seconds += part.seconds
        figures[stage, default: Figures()].cpuSeconds += part.cpuSeconds
      }
    }
  }

  /// What took longest of what `measure(part:)` counted, the longest first, in seconds by the clock.
  package func dearestParts(_ count: Int) -> [(name: String, seconds: Double)] {
    let parts = parts.withLock { $0 }
    return Array(parts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(count)).map { ($0.key, $0.value) }
  }
  private let parts = Mutex<[String: Double]>([:])

  /// Does `work`, and counts its time under a name, in whatever stages it is spent.
  package func measure<T, E: Error>(part name: String, _ work: () throws(E) -> T) throws(E) -> T {
    let start = ContinuousClock.now
    defer {
      let seconds = (ContinuousClock.now - start).inSeconds
      parts.withLock { $0[name, default: 0] += seconds }
    }
    return try work()
  }

  /// Does `work`, and counts its time.
  package func measure<T, E: Error>(_ stage: Stage, _ work: () throws(E) -> T) throws(E) -> T {
    let start = ContinuousClock.now
    defer { add(stage, since: start) }
    return try work()
  }

  /// Counts the time since `start`.
  func add(_ stage: Stage, since start: ContinuousClock.Instant) {
    let seconds = (ContinuousClock.now - start).inSeconds
    figures.withLock {
      $0[stage, default: Figures()].count += 1
      $0[stage, default: Figures()].seconds += seconds
    }
  }

  /// Counts the time of processes that have ended.
  func add(cpuSeconds: Double, to stage: Stage) {
    figures.withLock { $0[stage, default: Figures()].cpuSeconds += cpuSeconds }
  }
}
