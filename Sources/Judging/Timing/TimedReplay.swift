package import Examining
import Histogram
import SystemPackage
import Traces
import Vocabularies

/// What came of a timed replay of a submission against a reference.
package struct TimedResult: Sendable {
  /// What was wrong with the outcomes, or how the worker ended; nothing was measured then.
  package var violation: Violation?
  /// CPU time of the submission over that of the reference.
  package var ratio: RatioEstimate?
  /// The median CPU time of a replay of the submission, in seconds.
  package var seconds = 0.0
  /// The same of the reference.
  package var referenceSeconds = 0.0
  /// How long single operations took.
  package var latency: Latency?

  package init(ratio: RatioEstimate? = nil, seconds: Double = 0, referenceSeconds: Double = 0, latency: Latency? = nil)
  {
    self.ratio = ratio
    self.seconds = seconds
    self.referenceSeconds = referenceSeconds
    self.latency = latency
  }
}

/// Percentiles of the time that single operations took, in nanoseconds of the clock, the counter's own cost included.
///
/// The worker's loop writes them down, so they inform and carry no points.
package struct Latency: Sendable, Equatable, Codable {
  package let p50: Int
  package let p99: Int
  package let p999: Int
  package let maximum: Int
}

/// Replays a trace flat out, the submission and the reference in turn, until the ratio of their CPU times is known well enough.
struct TimedReplay: Sendable {
  let sandbox: WorkerSandbox
  let symbolicator: Symbolicator
  /// The fewest and the most pairs of replays of one sitting.
  var pairs = 7...20
  /// A sitting ends after so many seconds of both workers' CPU time, however wide the interval still is.
  var budget = 0.08
  /// Seconds of CPU time for one replay.
  var limit = 2.0

  /// One worker with the trace in its channel.
  private struct Side {
    let link: WorkerLink
    let classifier: EndClassifier
    let trace: Trace
    /// The outcomes that have been found to be right.
    var verified: [UInt64] = []
    var seconds: [Double] = []
    /// CPU time up to the last response: what a worker does between two replays is charged to the next.
    var accounted: Double
  }

  /// - Parameter oracle: makes an oracle for the trace; each worker's outcomes are verified by one of their own.
  func run(
    _ worker: FilePath, against reference: FilePath, _ trace: Trace, oracle: @escaping () -> any Oracle
  ) throws(JudgeError) -> TimedResult {
    var result = TimedResult()
    var sittings: [Sitting] = []
    // Where a process lies in memory can make it faster or slower for as long as it lives, so no process is trusted alone.
    while sittings.count < 2 || sittings.count < 3 && Sitting.disagree(sittings) {
      let sitting = try sit(worker, reference, trace, processor: sittings.count, oracle)
      if let violation = sitting.violation {
        result.violation = violation
        return result
      }
      sittings.append(sitting)
    }
    result.ratio = RatioEstimate(ratios: sittings.flatMap(\.ratios))
    result.seconds = sittings.flatMap(\.seconds).median
    result.referenceSeconds = sittings.flatMap(\.referenceSeconds).median
    result.latency = sittings[0].latency
    return result
  }

  /// One process of each worker, both on the same processor, replaying in turn.
  private struct Sitting {
    var violation: Violation?
    var seconds: [Double] = []
    var referenceSeconds: [Double] = []
    var latency: Latency?

    var ratios: [Double] { zip(seconds, referenceSeconds).map { $0 / $1 } }

    /// Whether the medians of two sittings are a twentieth apart or more.
    static func disagree(_ sittings: [Sitting]) -> Bool {
      let medians = sittings.map(\.ratios.median)
      guard let low = medians.min(), let high = medians.max() else { return false }
      return high > low * 1.05
    }
  }

  private func sit(
    _ worker: FilePath, _ reference: FilePath, _ trace: Trace, processor: Int, _ oracle: @escaping () -> any Oracle
  ) throws(JudgeError) -> Sitting {
    var result = Sitting()
    var subject = try start(worker, trace)
    var other = try start(reference, trace)
    defer {
      _ = subject.link.end()
      _ = other.link.end()
    }
    subject.link.pin(toProcessor: processor)
    other.link.pin(toProcessor: processor)
    var spent = 0.0
    for round in 0...pairs.upperBound {
      result.violation = try replay(&subject, oracle)
      if result.violation != nil { return result }
      if let violation = try replay(&other, oracle) {
        throw .reference(exercise: trace.name, "is wrong: \(violation.message)")
      }
      // The first replay of each touches the pages, and is not counted.
      guard round > 0, let mine = subject.seconds.last, let its = other.seconds.last else { continue }
      result.seconds.append(mine)
      result.referenceSeconds.append(its)
      spent += mine + its
      guard round >= pairs.lowerBound else { continue }
      if spent > budget || RatioEstimate(ratios: result.ratios).halfWidth < RatioEstimate.goal { break }
    }
    if processor == 0 { result.latency = latency(subject) }
    return result
  }

  /// Several workers in turn, round after round; the CPU time of each round of each, in seconds.
  ///
  /// - Parameter workers: with the arguments and the trace that each is given. A worker that ends is an error.
  func rounds(
    _ workers: [(worker: FilePath, arguments: [String], trace: Trace)], count: Int
  ) throws(JudgeError) -> [[Double]] {
    var sides: [Side] = []
    defer { for side in sides { _ = side.link.end() } }
    for (worker, arguments, trace) in workers { sides.append(try start(worker, trace, arguments)) }
    for side in sides { side.link.pin(toProcessor: 0) }
    for _ in 0...count {
      for place in sides.indices {
        if let violation = try replay(&sides[place], nil) { throw .workerFailed(violation.message) }
      }
    }
    return sides.map { Array($0.seconds.dropFirst()) }
  }

  private func start(_ worker: FilePath, _ trace: Trace, _ arguments: [String] = []) throws(JudgeError) -> Side {
    var sandbox = sandbox
    sandbox.arguments = arguments
    let link = try WorkerLink(binary: worker, trace: trace, capacity: trace.operations.count, sandbox: sandbox)
    link.load(trace.operations)
    return Side(
      link: link,
      classifier: EndClassifier(link: link, worker: worker, trace: trace, symbolicator: symbolicator), trace: trace,
      accounted: link.cpuSeconds)
  }

  /// One replay: timed by the kernel, and its outcomes verified unless they are the same as before.
  private func replay(_ side: inout Side, _ oracle: (() -> any Oracle)?) throws(JudgeError) -> Violation? {
    let link = side.link
    let count = side.trace.operations.count
    if let violation = side.classifier.violation(link.start, during: "the program's start") { return violation }
    link.zeroHeap()
    link.spoilOutcomes(count: count)
    let response = link.repeatRequest(.batch, count: count, seconds: limit)
    link.settle()
    let after = link.cpuSeconds
    if let violation = side.classifier.violation(response, during: "a replay without checks") { return violation }
    side.seconds.append(after - side.accounted)
    side.accounted = after
    guard let oracle else { return nil }
    if link.outcomesAreStill(side.verified) { return nil }
    let outcomes = link.outcomes(count: count)
    var judge = oracle()
    let window = Window(firstIndex: 0, damage: nil, heap: nil, heapEnd: link.heapEnd)
    if let violation = judge.check(operations: side.trace.operations.span, outcomes: outcomes.span, in: window) {
      return violation
    }
    side.verified = outcomes
    return nil
  }

  private func latency(_ side: Side) -> Latency? {
    let count = side.trace.operations.count
    side.link.zeroHeap()
    guard side.link.repeatRequest(.latency, count: count, seconds: limit) == .done else { return nil }
    var histogram = Histogram<UInt32>(highestTrackableValue: 1 << 32, numberOfSignificantValueDigits: .two)
    for cycles in side.link.outcomes(count: count) { histogram.record(max(1, min(cycles, 1 << 32))) }
    func nanoseconds(_ cycles: UInt64) -> Int { Int(Double(cycles) * CycleClock.nanosecondsPerCycle) }
    return Latency(
      p50: nanoseconds(histogram.valueAtPercentile(50)), p99: nanoseconds(histogram.valueAtPercentile(99)),
      p999: nanoseconds(histogram.valueAtPercentile(99.9)), maximum: nanoseconds(histogram.max))
  }
}

extension [Double] {
  /// The middle value, or 0 where there is none.
  var median: Double {
    guard !isEmpty else { return 0 }
    let sorted = sorted()
    return count % 2 == 1 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2
  }
}
