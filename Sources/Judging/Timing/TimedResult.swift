package import Examining

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
  /// Private memory that the submission had gained where a timed replay was cut short.
  package var privateFootprint = 0
  /// Bytes of the heap's pages that it had touched by then, where that is known.
  package var heapFootprint = 0
  /// Bytes of the heap's pages in which it had placed blocks by then.
  package var spread = 0
  /// What it had where nobody watched and it was stopped in the middle.
  package var stops: [Stop] = []

  /// Memory as it was when a replay was stopped in the middle.
  package struct Stop: Sendable {
    /// Bytes of the heap's pages that it had touched.
    package let heapFootprint: Int
    /// Bytes of the heap's pages in which it had placed blocks by then.
    package let spread: Int

    package init(heapFootprint: Int, spread: Int) {
      self.heapFootprint = heapFootprint
      self.spread = spread
    }
  }

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
