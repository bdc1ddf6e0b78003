package import Examining
package import Sandbox

/// What came of a checked replay: one in windows, each verified before the next.
package struct CheckedResult: Sendable {
  /// The first thing that was wrong, or nil.
  package var violation: Violation?
  /// Operations whose outcomes were found to be right.
  package var operations = 0
  /// The most bytes of the heap in touched pages at once, as seen between windows.
  package var heapFootprint = 0
  /// The most private memory that the worker gained, less what is allowed for the run-time system.
  package var privateFootprint = 0
  /// All outcomes, where they were to be kept.
  var answers: [UInt64] = []
  /// The lists that some operations were answered with, one after the other, where they were to be kept.
  var lists: [UInt64] = []
  /// Bytes of the heap's pages in which blocks lay at some time.
  package var spread = 0
  /// How far the heap reached at the most.
  package var heapEnd = 0
  /// What the oracle counted.
  package var measurements: [Measurement] = []
  /// Of the heap's random numbers, where the subject has drawn any.
  var drawnSeed: UInt64?
  /// What a C allocator of a malloc lab wrote to standard output and standard error.
  package var printed = ""
  /// What was enforced on the worker.
  package var enforcement: Enforcement

  /// Bytes that the subject took in all, at the worst.
  package var footprint: Int { heapFootprint + privateFootprint }
}

extension CheckedResult {
  /// Finds fault with more private memory than an exercise allows, where nothing else is wrong.
  mutating func chargePrivateMemory(by limit: Int?) {
    guard violation == nil, let limit, privateFootprint > limit else { return }
    violation = Violation(
      .privateMemory, at: nil,
      "\(privateFootprint / 1024) KiB were kept outside the heap; at most \(limit / 1024) KiB may be on this trace",
      evidence: ["what counts is what the program gained while it answered: arrays, dictionaries, objects and buffers"])
  }
}
