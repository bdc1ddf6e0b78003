package import Examining
import SystemPackage
package import Traces
import Vocabularies

/// What a lockstep replay did, operation by operation: all that it takes to walk through it either way.
package struct Walkthrough: Sendable {
  package let trace: Trace
  /// What the judge found, as from any checked replay.
  package let result: CheckedResult
  /// The index of the first operation that was kept; those before it were too many.
  package let first: Int
  /// The outcomes of the operations from `first` on.
  package let outcomes: [UInt64]
  /// The heap's end after each of them.
  package let heapEnds: [Int]
  /// What was live, and where the heap ended, before the first of them.
  package let start: (contents: HeapContents, heapEnd: Int)
  /// Payload bytes that had changed, a block once, in the order in which that was seen.
  package let damage: [Damage]
  /// What the subject said about its own records.
  package let finding: Finding?
  /// Whether the worker ended, or did not answer, at the operation after the last outcome.
  package let endsUnanswered: Bool

  package struct Damage: Sendable {
    /// The index of the operation after which it was first seen.
    package let operation: Int
    package let bytes: DamagedBytes
  }

  /// The operations that can be walked: those with an outcome, and one more where the worker did not answer it.
  package var range: Range<Int> { first..<first + outcomes.count + (endsUnanswered ? 1 : 0) }

  /// The index of the operation at which something showed to be wrong; nil where nothing did, or before the first of all.
  package var failure: Int? { result.violation == nil || range.isEmpty ? nil : range.upperBound - 1 }
}

extension Judge {
  /// Operations that are kept of a long replay: the last ones.
  package static let walkLimit = 200_000
  /// CPU time that is given in any case, in seconds, and the operations that have to be performed in each second more.
  private static let walkSeconds = 5.0
  private static let walkedPerSecond = 20_000.0

  /// Replays a trace in lockstep and keeps what each operation did.
  ///
  /// - Parameters:
  ///   - limit: at most twice as many operations are kept, the last ones.
  ///   - progress: told now and then how many operations have been performed.
  package func walk(
    _ subject: Subject, _ trace: Trace, keeping limit: Int = Judge.walkLimit,
    progress: @escaping (Int) -> Void = { _ in }
  ) throws(JudgeError) -> Walkthrough {
    try Self.refuseUnsound(trace)
    let exercise = subject.exercise
    let oracle = exercise.oracle(trace, try measure(exercise.companions(trace)))
    let session = session(subject)
    // Unless they were asked for, findings are something to see on the way, not its end.
    session.heedsFindings = asksInvariants
    defer { session.end() }
    let recorder = WalkRecorder(trace, HeapContents(asSeenBy: oracle), limit: limit)
    let seconds = Self.walkSeconds + Double(trace.operations.count) / Self.walkedPerSecond
    let result = try session.replay(
      trace, oracle: oracle, windowSeed: Exercise.publicSeed, lockstep: true, seconds: seconds
    ) { observed in
      recorder.observe(observed)
      if observed.window.firstIndex & 0x3ff == 0x3ff { progress(observed.window.firstIndex) }
    }
    return recorder.walkthrough(result)
  }
}

/// Keeps what a replay in lockstep tells.
private final class WalkRecorder {
  private let trace: Trace
  private let limit: Int
  private var first = 0
  private var outcomes: [UInt64] = []
  private var heapEnds: [Int] = []
  private var start: (contents: HeapContents, heapEnd: Int)
  /// What is live now.
  private var contents: HeapContents
  private var damage: [Walkthrough.Damage] = []
  private var finding: Finding?
  /// Payload bytes that may be looked at; more with every operation, so that large heaps are looked at more seldom.
  private var credit = 0

  private static let creditPerOperation = 32 << 10
  /// Damaged blocks that are kept.
  private static let damageLimit = 64

  init(_ trace: Trace, _ empty: HeapContents, limit: Int) {
    self.trace = trace
    self.limit = max(limit, 1)
    start = (empty, 0)
    contents = empty
  }

  func observe(_ observed: ObservedWindow) {
    let window = observed.window
    outcomes += observed.outcomes
    heapEnds += repeatElement(window.heapEnd, count: observed.outcomes.count)
    let index = window.firstIndex + observed.outcomes.count - 1
    if finding == nil, let said = observed.finding() {
      // In lockstep it is known when it was said.
      finding = Finding(operation: index, text: said.text)
    }
    if trace.hasPayloads { follow(observed, at: index) }
    if outcomes.count >= 2 * limit { forget() }
  }

  private func follow(_ observed: ObservedWindow, at index: Int) {
    let window = observed.window
    let report = window.damage
    // The worker knows a block by another number than the trace.
    let slot = trace.operations.indices.contains(index) ? HeapContents.slot(of: trace.operations[index]) ?? 0 : 0
    let before = contents.blocks[slot]
    for (place, outcome) in observed.outcomes.enumerated() {
      let operation = window.firstIndex + place
      contents.perform(trace.operations[operation], outcome, at: operation)
    }
    credit += Self.creditPerOperation
    if let heap = window.heap, credit >= contents.liveBytes || index == trace.operations.count - 1 {
      credit = 0
      for bytes in contents.damage(in: heap, end: window.heapEnd) { note(bytes, at: index) }
    }
    // What the worker's own check found may have ended with this operation.
    if let report, let block = report.kind == .payloadChanged ? before : contents.blocks[slot],
      report.offset < UInt64(block.extent), block.reserved.upperBound < Int.max
    {
      let byte = block.address + Int(report.offset)
      note(DamagedBytes(block: block, bytes: byte..<byte + 1), at: index)
    }
  }

  private func note(_ bytes: DamagedBytes, at index: Int) {
    guard damage.count < Self.damageLimit, !damage.contains(where: { $0.bytes.block == bytes.block }) else { return }
    damage.append(Walkthrough.Damage(operation: index, bytes: bytes))
  }

  /// Lets go of the older half.
  private func forget() {
    for place in 0..<limit {
      start.contents.perform(trace.operations[first + place], outcomes[place], at: first + place)
    }
    start.heapEnd = heapEnds[limit - 1]
    outcomes.removeFirst(limit)
    heapEnds.removeFirst(limit)
    first += limit
  }

  func walkthrough(_ result: CheckedResult) -> Walkthrough {
    let answered = first + outcomes.count
    // What ends before the first operation is told with no operation.
    let began = answered > 0 || result.violation == nil || result.violation?.operation != nil
    return Walkthrough(
      trace: trace, result: result, first: first, outcomes: outcomes, heapEnds: heapEnds, start: start, damage: damage,
      finding: finding, endsUnanswered: began && answered < trace.operations.count && answered == result.operations)
  }
}
