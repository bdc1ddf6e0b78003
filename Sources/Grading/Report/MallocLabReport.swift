import Examining
import Judging

/// What is kept of a malloc lab's submission, as JSON.
package struct MallocLabReport: Sendable, Codable {
  package struct TraceReport: Sendable, Codable {
    package let trace: String
    package let operations: Int
    /// The kind of what is wrong; nil where nothing is.
    package let violation: String?
    package let message: String?
    /// What it wrote to standard output and standard error; nil where that is nothing.
    package let printed: String?
    /// From 0 to 1, as mdriver counts it.
    package let utilisation: Double
    package let bytesOutsideHeap: Int
    /// CPU time, in seconds.
    package let seconds: Double
  }

  package let submission: String
  package let lab: String
  package let compiles: Bool
  /// Why nothing was replayed: it does not compile, or keeps too much outside the heap.
  package let refusal: String?
  package let traces: [TraceReport]
  package let meanUtilisation: Double
  package let meanUtilisationWithPrivateMemory: Double
  /// Thousand operations a second; nil where something is wrong.
  package let throughput: Double?
  package let points: Double?
  package let maximum: Double?

  package init(_ submission: String, _ result: MallocLabText) {
    self.submission = submission
    lab = result.lab.name
    compiles = result.refusal == nil
    refusal = result.refusal?.what
    traces = result.results.map {
      TraceReport(
        trace: $0.trace, operations: $0.operations, violation: $0.violation?.kind.rawValue,
        message: $0.violation?.message, printed: $0.printed.isEmpty ? nil : $0.printed,
        utilisation: $0.utilisation, bytesOutsideHeap: $0.privateBytes,
        seconds: $0.seconds)
    }
    meanUtilisation = result.utilisation
    meanUtilisationWithPrivateMemory = result.honestUtilisation
    throughput = result.throughput
    points = result.score?.points
    maximum = result.score?.of
  }
}
