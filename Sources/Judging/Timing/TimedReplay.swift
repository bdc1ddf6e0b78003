import Examining
import Histogram
import SystemPackage
import Traces
import Vocabularies

/// Replays a trace flat out, the submission and the reference in turn, until the ratio of their CPU times is known well enough.
///
/// Each replay has a process of its own, which sees the trace once: after a sibling (the same shape under another seed), or the
/// beginning of one, that warms it up. So nothing can be remembered from one replay to the next, and where a process happens to lie in
/// memory, which can make it faster or slower for as long as it lives, is one draw of many.
struct TimedReplay: Sendable {
  var sandbox: WorkerSandbox
  let symbolicator: Symbolicator
  /// The fewest and the most pairs of replays.
  var pairs = 6...40
  /// A process is warm after so many seconds of CPU time, about.
  var warmth = 0.003
  /// Ends after so many seconds of both workers' CPU time, however wide the interval still is.
  var budget = 0.4
  /// What all these replays may sleep, beside what each of them may.
  var sleeping: SleepBudget?
  /// Seconds of CPU time for one replay.
  var limit = 2.0
  /// Whether the judge fills the first blocks itself, before the clock runs: code that may be unsafe knows whether it is timed, and could
  /// leave out whatever nobody looks at then.
  var attends = false

  /// What is replayed: the trace against the clock, its sibling before.
  struct Item {
    let trace: Trace
    let sibling: Trace
    /// How many operations the judge attends to before the rest is timed.
    let attended: Int
    /// Wiped before each process: its pages are the judge's from the first on, and cost nobody a fault later.
    let memory: WorkerLink.Memory
    /// From which the heap's random numbers are drawn, and whether each process may have its own.
    let seed: UInt64
    let mayVary: Bool

    init(
      _ trace: Trace, sibling: Trace, attends: Bool = false, seed: UInt64 = 0, mayVary: Bool = false
    ) throws(JudgeError) {
      (self.seed, self.mayVary) = (seed, mayVary)
      self.trace = attends ? trace.settingParameter(PayloadPattern.silenceParameter, 1) : trace
      self.sibling = sibling
      attended = attends ? min(trace.operations.count / 4, Int.random(in: 200...500)) : 0
      // Nobody is to tell from the channel's size whether what it holds is the whole trace.
      let room = Int.random(in: 1...4096)
      memory = try WorkerLink.Memory(
        for: [trace, sibling], capacity: max(trace.operations.count, sibling.operations.count) + room, slotWords: 1)
    }
  }

  /// One subject, and what is known of its replays.
  struct Side {
    let worker: FilePath
    let arguments: [String]
    let item: Item
    /// Those of the checked replay; empty where nothing is held against them.
    var answers: [UInt64] = []
    /// The outcomes that have been found to be right.
    var verified: [UInt64] = []
    /// And what was answered beside them.
    var verifiedAnswers = Answers()
    var seconds: [Double] = []
    /// How many of the sibling's operations warm a process up; nil for all.
    var warmingCount: Int?
    /// The number of the process, among those that need not answer alike.
    var process = 0
    /// When the operations that are not attended to begin and end, about, in seconds after they are asked for.
    var batch = 0.0...0.0

    /// Another process begins: with other random numbers, unless its answers have to be those of the checked replay.
    mutating func begin() { if item.mayVary { process += 1 } }
  }

  /// - Parameters:
  ///   - answers: the outcomes of the checked replay of the same trace, which come again where the oracle says that they must.
  ///   - processor: which one both run on.
  ///   - isSettled: whether the ratio is known well enough, however wide the interval is.
  ///   - oracle: makes an oracle for the trace; each worker's outcomes are verified by one of their own.
  func run(
    _ worker: FilePath, against reference: FilePath, _ item: Item, answers: [UInt64], processor: Int,
    isSettled: (RatioEstimate) -> Bool, oracle: @escaping () -> any Oracle
  ) throws(JudgeError) -> TimedResult {
    var result = TimedResult()
    var subject = Side(worker: worker, arguments: [], item: item, answers: answers)
    var other = Side(worker: reference, arguments: [], item: item)
    var spent = 0.0
    while subject.seconds.count < pairs.upperBound {
      if let violation = try replay(&subject, processor, oracle) {
        result.violation = violation
        return result
      }
      if let sleeping, sleeping.isOver {
        result.violation = Violation(.hang, at: nil, sleeping.explanation)
        return result
      }
      if let violation = try replay(&other, processor, oracle) {
        throw .reference(exercise: item.trace.name, "is wrong: \(violation.message)")
      }
      spent += (subject.seconds.last ?? 0) + (other.seconds.last ?? 0)
      // By the reference's time, so that both are as warm.
      if other.seconds.count == 1, let seconds = other.seconds.first, seconds > warmth {
        let count = max(1, Int(Double(item.sibling.operations.count) * warmth / seconds))
        (subject.warmingCount, other.warmingCount) = (count, count)
      }
      guard subject.seconds.count >= pairs.lowerBound else { continue }
      let estimate = RatioEstimate(costs: subject.seconds, over: other.seconds)
      if spent > budget || estimate.halfWidth < RatioEstimate.goal || isSettled(estimate) { break }
    }
    result.ratio = RatioEstimate(costs: subject.seconds, over: other.seconds)
    result.seconds = subject.seconds.median
    result.referenceSeconds = other.seconds.median
    result.latency = try latency(subject)
    // Of what may be unsafe, every trace is looked into, whether or not it is timed.
    if !attends { result.violation = try lookInside(&subject, oracle(), &result) }
    return result
  }

  /// Several workers in turn, round after round; the CPU time of each round of each, in seconds.
  ///
  /// - Parameter workers: with the arguments and the trace that each is given. A worker that ends is an error.
  func rounds(
    _ workers: [(worker: FilePath, arguments: [String], trace: Trace)], count: Int
  ) throws(JudgeError) -> [[Double]] {
    var sides: [Side] = []
    for (worker, arguments, trace) in workers {
      sides.append(Side(worker: worker, arguments: arguments, item: try Item(trace, sibling: trace)))
    }
    for _ in 0..<count {
      for place in sides.indices {
        if let violation = try replay(&sides[place], 0, nil) { throw .workerFailed(violation.message) }
      }
    }
    return sides.map(\.seconds)
  }

  /// A process that has replayed the sibling, with the trace in its channel, or the first `count` operations of it.
  ///
  /// - Parameter oracle: attends to the trace's first operations, if any.
  func warm(
    _ side: Side, _ processor: Int?, count: Int? = nil, _ oracle: inout (any Oracle)?
  ) throws(JudgeError) -> (link: WorkerLink, classifier: EndClassifier, violation: Violation?) {
    var sandbox = sandbox
    sandbox.arguments = side.arguments
    let trace = side.item.trace.seeded(from: side.item.seed, process: side.process)
    let sibling = side.item.sibling.seeded(from: ~side.item.seed, process: side.process)
    side.item.memory.wipe()
    let link = try WorkerLink(binary: side.worker, trace: sibling, memory: side.item.memory, sandbox: sandbox)
    let classifier = EndClassifier(link: link, worker: side.worker, trace: trace, symbolicator: symbolicator)
    if let violation = classifier.violation(link.start, during: "the program's start") {
      return (link, classifier, violation)
    }
    if let processor { link.pin(toProcessor: processor) }
    let warming = sibling.operations.prefix(side.warmingCount ?? sibling.operations.count)
    link.load(warming)
    let response = link.repeatRequest(.batch, count: warming.count, seconds: limit)
    if let violation = classifier.violation(response, during: "a replay without checks") {
      return (link, classifier, violation)
    }
    guard link.prepare(for: trace, keepsPages: true, renews: attends) else {
      throw .workerFailed("the worker ended between two replays")
    }
    let count = count ?? trace.operations.count
    let attended = oracle == nil ? 0 : side.item.attended
    if let violation = attend(to: attended, of: trace, before: count, link, classifier, &oracle) {
      return (link, classifier, violation)
    }
    link.load(trace.operations[attended..<count])
    link.spoilOutcomes(count: count - attended)
    return (link, classifier, nil)
  }

  /// Replays the first operations one by one, as the subject's program, and makes all ready for those up to `end`.
  private func attend(
    to count: Int, of trace: Trace, before end: Int, _ link: WorkerLink, _ classifier: EndClassifier,
    _ oracle: inout (any Oracle)?
  ) -> Violation? {
    guard count > 0, var judge = oracle else { return nil }
    judge.attend(secret: .random(in: .min ... .max))
    if let violation = classifier.violation(link.request(.begin, seconds: limit), during: "init") { return violation }
    for index in 0..<count {
      let heap = link.view(touchedBytes: 0)
      let operation = [trace.operations[index]]
      if let violation = judge.prepare(for: operation.span, firstIndex: index, heap: heap) { return violation }
      let response = link.request(.checked, firstIndex: index, operations: operation[...], seconds: limit)
      if let violation = classifier.violation(response, during: nil) { return violation }
      let outcome = link.outcomes(count: 1)
      let window = Window(
        firstIndex: index, damage: nil, heap: heap, heapEnd: link.heapEnd, answers: link.answers(to: operation, outcome)
      )
      if let violation = judge.check(operations: operation.span, outcomes: outcome.span, in: window) {
        return violation
      }
    }
    let rest = trace.operations.span.extracting(count..<end)
    if let violation = judge.prepare(for: rest, firstIndex: count, heap: link.view(touchedBytes: 0)) {
      return violation
    }
    oracle = judge
    return nil
  }

  /// One replay: timed by the kernel, and its outcomes verified unless they are the same as before.
  private func replay(_ side: inout Side, _ processor: Int, _ oracle: (() -> any Oracle)?) throws(JudgeError)
    -> Violation?
  {
    side.begin()
    // Most replays are right as the one before, and need none.
    var attending = side.item.attended > 0 ? oracle?() : nil
    let (link, classifier, violation) = try warm(side, processor, &attending)
    defer {
      sleeping?.add(link.secondsAsleep)
      sandbox.profile.add(secondsAsleep: link.secondsAsleep)
      _ = link.end()
    }
    if let violation { return violation }
    let operations = side.item.trace.operations
    let first = attending == nil ? 0 : side.item.attended
    let count = operations.count - first
    link.settle()
    let before = link.cpuSeconds
    let response = link.repeatRequest(.batch, firstIndex: first, count: count, seconds: limit)
    link.settle()
    var after = link.cpuSeconds
    // On a busy machine the kernel may be later with its books than that; no replay takes nothing.
    for _ in 0..<100 where after <= before && !link.hasExited {
      link.settle()
      after = link.cpuSeconds
    }
    if let violation = classifier.violation(response, during: "a replay without checks") { return violation }
    // Of a process that is gone by now nobody knows how long it took.
    if link.hasExited { return classifier.violation(.ended, during: "a replay without checks") }
    side.seconds.append(after - before)
    guard let oracle else { return nil }
    if link.outcomesAreStill(side.verified), link.answersAreStill(side.verifiedAnswers) { return nil }
    var judge = attending ?? oracle()
    let outcomes = link.outcomes(count: count)
    let answers = link.answers(to: operations[first...], outcomes)
    let window = Window(firstIndex: first, damage: nil, heap: nil, heapEnd: link.heapEnd, answers: answers)
    let wrong =
      judge.check(operations: operations.span.extracting(first..<operations.count), outcomes: outcomes.span, in: window)
      ?? difference(outcomes, from: side.answers.dropFirst(first), judge)
    if wrong == nil { (side.verified, side.verifiedAnswers) = (outcomes, answers) }
    return wrong
  }

  /// The first outcome that is another than in the checked replay: a subject with two faces shows the slow one there.
  ///
  /// - Parameter answers: those of the same operations; their indices are the operations'.
  func difference(_ outcomes: [UInt64], from answers: ArraySlice<UInt64>, _ oracle: any Oracle) -> Violation? {
    guard let mask = oracle.answerMask else { return nil }
    guard let place = zip(outcomes, answers).enumerated().first(where: { $1.0 & mask != $1.1 & mask })?.offset else {
      return nil
    }
    let index = answers.startIndex + place
    return Violation(
      .notRepeatable, at: index,
      "in a replay against the clock, operation \(index) got \(hexadecimal(outcomes[place] & mask)); when every answer was "
        + "checked, \(hexadecimal(answers[index] & mask))")
  }

  private func latency(_ side: Side) throws(JudgeError) -> Latency? {
    var unattended: (any Oracle)?
    let (link, _, violation) = try warm(side, nil, &unattended)
    defer { _ = link.end() }
    let count = side.item.trace.operations.count
    guard violation == nil, link.repeatRequest(.latency, count: count, seconds: limit) == .done else { return nil }
    var histogram = Histogram<UInt32>(highestTrackableValue: 1 << 32, numberOfSignificantValueDigits: .two)
    for cycles in link.outcomes(count: count) { histogram.record(max(1, min(cycles, 1 << 32))) }
    func nanoseconds(_ cycles: UInt64) -> Int { Int(Double(cycles) * CycleClock.nanosecondsPerCycle) }
    return Latency(
      p50: nanoseconds(histogram.valueAtPercentile(50)), p99: nanoseconds(histogram.valueAtPercentile(99)),
      p999: nanoseconds(histogram.valueAtPercentile(99.9)), maximum: nanoseconds(histogram.max))
  }
}
