package import Exercises
package import Sandbox
import SystemPackage
import Traces
import Vocabularies
import Workloads

/// What came of a checked replay.
package struct CheckedResult: Sendable {
  /// The first thing that was wrong, or nil.
  package var violation: Violation?
  /// Operations whose outcomes were found to be right.
  package var operations = 0
  /// The most bytes of the heap in touched pages at once, as seen between windows.
  package var heapFootprint = 0
  /// The most private memory that the worker gained, less what is allowed for the run-time system.
  package var privateFootprint = 0
  /// What the oracle counted.
  package var measurements: [Measurement] = []
  /// What was enforced on the worker.
  package var enforcement: Enforcement

  /// Bytes that the subject took in all, at the worst.
  package var footprint: Int { heapFootprint + privateFootprint }
}

/// Replays a trace in windows, each verified before the next.
struct CheckedReplay: Sendable {
  /// Private memory that the run-time system may gain without its being counted: pages of its own data that it writes to first.
  static let privateAllowance = 96 << 10

  /// The longest window of a long trace.
  static let longestWindow = 16_384

  let sandbox: WorkerSandbox
  let symbolicator: Symbolicator
  /// Seconds of CPU time for the whole replay.
  var seconds = 2.0

  /// Runs a worker through a trace.
  ///
  /// - Parameters:
  ///   - windowSeed: from which the lengths of the windows are drawn, so that no subject knows when it is looked at.
  ///   - lockstep: windows of one operation.
  func run(
    _ worker: FilePath, _ trace: Trace, oracle: any Oracle, windowSeed: UInt64, lockstep: Bool = false
  ) throws(JudgeError) -> CheckedResult {
    var oracle = oracle
    let operations = trace.operations
    var windows = SeededGenerator(seed: windowSeed, purpose: "windows")
    // Several windows however short the trace is: blocks that come and go within one are never looked at.
    let longest = min(Self.longestWindow, max(64, operations.count / 8))
    let link = try WorkerLink(binary: worker, trace: trace, capacity: longest, sandbox: sandbox)
    var result = CheckedResult(enforcement: link.enforcement)
    let classifier = EndClassifier(link: link, worker: worker, trace: trace, symbolicator: symbolicator)
    let baseline = link.privateBytes
    let budget = link.cpuSeconds + seconds
    var first = 0
    if let end = classifier.violation(link.start, during: "the program's start") {
      result.violation = end
      return result
    }
    if let end = classifier.violation(link.request(.begin, seconds: seconds), during: "init") {
      result.violation = end
      return result
    }
    while first < operations.count {
      var count = lockstep ? 1 : min(windows.logarithmic(64...longest), operations.count - first)
      if let stop = operations[first..<first + count].firstIndex(where: oracle.endsWindow) { count = stop - first + 1 }
      let window = operations[first..<first + count]
      let response = link.request(
        .checked, firstIndex: first, operations: window, seconds: max(budget - link.cpuSeconds, 0.05))
      if let end = classifier.violation(response, during: nil) {
        result.violation = end
        result.operations = first
        return result
      }
      result.heapFootprint = max(result.heapFootprint, link.heap.touchedBytes)
      if first & 0xffff == 0 || first + count == operations.count {
        result.privateFootprint = max(
          result.privateFootprint, link.privateBytes - baseline - Self.privateAllowance)
      }
      let outcomes = link.outcomes(count: count)
      let view = unsafe HeapView(
        base: UnsafeRawPointer(link.heap.bytes.baseAddress.unsafelyUnwrapped), byteCount: link.heapLimit,
        touchedBytes: link.heap.touchedBytes)
      let description = Window(firstIndex: first, damage: link.damage, heap: view, heapEnd: link.heapEnd)
      result.violation = oracle.check(
        operations: operations.span.extracting(first..<first + count), outcomes: outcomes.span, in: description)
      if result.violation == nil, first + count == operations.count { result.violation = oracle.finish(heap: view) }
      if result.violation != nil {
        result.operations = first
        _ = link.end()
        return result
      }
      first += count
    }
    result.operations = operations.count
    result.measurements = oracle.measurements
    _ = link.end()
    return result
  }
}
