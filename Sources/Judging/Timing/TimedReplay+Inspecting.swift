import Examining
import SystemPackage
import Traces
import Vocabularies

/// Looking into replays that nobody can tell from timed ones: what a subject shows only while it is watched, it does not show there.
extension TimedReplay {
  /// The most processes of either kind that are stopped in the middle of a replay, and how many of them have to have been caught there.
  private static let (mostStops, wantedStops) = (16, 2)

  /// What shows when a replay that nobody can tell from a timed one is cut short.
  func inspect(
    _ worker: FilePath, _ item: Item, answers: [UInt64], oracle: () -> any Oracle
  ) throws(JudgeError) -> TimedResult {
    var result = TimedResult()
    var side = Side(worker: worker, arguments: [], item: item, answers: answers)
    result.violation = try lookInside(&side, oracle(), &result)
    // Once more without: what a subject gives back while it is watched, it may keep where it is not.
    if attends, result.violation == nil {
      result.violation = try lookInside(&side, oracle(), isAttended: false, &result)
    }
    // Half of them for the bytes, of blocks that the judge has filled before; and half for the pages, of code that was never watched.
    for isForBytes in [true, false] where attends {
      var caught = 0
      for _ in 0..<Self.mostStops where caught < Self.wantedStops && result.violation == nil {
        let stop = try interrupt(&side, oracle(), isAttended: isForBytes, &result)
        if stop == .inside { caught += 1 }
      }
    }
    return result
  }

  /// One more replay that nobody can tell from those that are timed, of a part of the trace: what is found then has to stand up to what
  /// the checked replay of the same trace has shown.
  func lookInside(
    _ side: inout Side, _ oracle: any Oracle, isAttended: Bool = true, _ result: inout TimedResult
  ) throws(JudgeError) -> Violation? {
    let whole = side.item.trace.operations
    let count = max(1, Int.random(in: whole.count / 3...whole.count))
    var attending = isAttended ? oracle : nil
    side.begin()
    let (link, classifier, violation) = try warm(side, nil, count: count, &attending)
    defer { _ = link.end() }
    if let violation { return violation }
    let first = isAttended ? side.item.attended : 0
    let start = ContinuousClock.now
    let response = link.repeatRequest(.batch, firstIndex: first, count: count - first, seconds: limit)
    let seconds = (ContinuousClock.now - start).inSeconds * Double(whole.count - first) / Double(max(1, count - first))
    side.batch = 0...max(min(seconds, isAttended ? .infinity : side.batch.upperBound), 1e-6)
    if let violation = classifier.violation(response, during: "a replay without checks") { return violation }
    var privateMemory = PrivateMemory(of: link, isInBatch: true)
    privateMemory.measure(link, isCertain: true)
    result.privateFootprint = max(result.privateFootprint, privateMemory.charged)
    if attends { result.heapFootprint = max(result.heapFootprint, link.heapBytesOfItsOwn - Self.mappedAround) }
    var judge = attending ?? oracle
    let outcomes = link.outcomes(count: count - first)
    // Blocks that were there when the clock began to run hold what nobody but the judge knows.
    let window = Window(
      firstIndex: first, damage: nil, heap: first > 0 ? link.view(touchedBytes: 0) : nil, heapEnd: link.heapEnd,
      answers: link.answers(to: whole[first..<count], outcomes))
    let wrong = judge.check(operations: whole.span.extracting(first..<count), outcomes: outcomes.span, in: window)
    result.spread = max(result.spread, judge.spread)
    return wrong ?? (first > 0 ? judge.finish(heap: window.heap) : nil)
      ?? difference(outcomes, from: side.answers.dropFirst(first), judge)
  }

  /// One more replay of the whole trace, stopped at a moment that nobody inside can know: its bytes and its pages are as they are then,
  /// not as they are where a subject can see that somebody will look.
  ///
  /// - Parameter isAttended: whether the oracle attends to the first operations; where it does not, only pages are looked at.
  private func interrupt(
    _ side: inout Side, _ oracle: any Oracle, isAttended: Bool, _ result: inout TimedResult
  ) throws(JudgeError) -> WorkerLink.Stop {
    let (trace, first) = (side.item.trace, isAttended ? side.item.attended : 0)
    let operations = trace.operations.span
    var attending = isAttended ? oracle : nil
    side.begin()
    let (link, _, violation) = try warm(side, nil, &attending)
    defer { _ = link.end() }
    if let violation {
      result.violation = violation
      return .before
    }
    let batch = side.batch
    // Late, where what happens once is the more likely to have happened; or early, where most blocks from before are still untouched.
    let isEarly = isAttended && Bool.random()
    let share = Double.random(in: 0...1) * (isEarly ? Double.random(in: 0...0.2) : 1)
    let delay = batch.lowerBound + share * (batch.upperBound - batch.lowerBound)
    var (glanced, pages, privateMemory) = (Violation?.none, 0, PrivateMemory(of: link, isInBatch: true))
    var outcomes: [UInt64] = []
    let stop = link.interrupt(.batch, firstIndex: first, count: operations.count - first, after: delay) { done in
      pages = link.heapBytesOfItsOwn
      privateMemory.measure(link, isCertain: true)
      outcomes = link.outcomes(count: done)
      glanced = attending?.glance(
        operations: operations.extracting(first..<operations.count), outcomes: outcomes.span,
        firstIndex: first, heap: link.view(touchedBytes: 0))
    }
    switch stop {
    // Not far: one that hides how far it has come would be looked at where it is done, at last.
    case .before: side.batch = min((batch.lowerBound + delay) / 2, batch.upperBound / 4)...batch.upperBound
    case .inside: break
    case .after: side.batch = batch.lowerBound...(batch.upperBound + delay) / 2
    }
    if isAttended || outcomes.isEmpty {
      result.heapFootprint = max(result.heapFootprint, pages - Self.mappedAround)
    } else {
      var oracle = oracle
      // Only where blocks lay is of interest here: whether they may is told by replays that are looked at to their end.
      _ = oracle.check(
        operations: operations.extracting(0..<outcomes.count), outcomes: outcomes.span,
        in: Window(firstIndex: 0, damage: nil, heap: nil, heapEnd: link.heapEnd))
      result.stops.append(TimedResult.Stop(heapFootprint: pages - Self.mappedAround, spread: oracle.spread))
    }
    result.privateFootprint = max(result.privateFootprint, privateMemory.charged)
    result.violation = glanced.map {
      Violation(
        $0.kind, at: $0.operation, $0.message,
        evidence: $0.evidence + ["it was so when a replay without checks was stopped in the middle"])
    }
    return stop
  }

  /// What a worker may have of its heap without having touched it: the kernel maps sixteen pages where one is read.
  private static let mappedAround = 128 << 10
}
