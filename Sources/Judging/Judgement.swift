package import Examining
package import Sandbox
package import Traces
package import Workloads

/// All that the judge found out about one submission's work on one exercise: evidence, never points.
package struct Judgement: Sendable {
  package let exercise: Exercise
  /// SHA-256 over the files that it was built from.
  package let digest: String
  /// Why nothing was run, where nothing was.
  package var refusal: Refusal?
  /// One for each trace, in order.
  package var cases: [CaseResult] = []
  /// That its budget by the clock ran out, and what that is; nil where it did not.
  package var budgetRanOut: String?
  /// What was enforced on the workers; nil where none ran.
  package var enforcement: Enforcement?

  package init(exercise: Exercise, digest: String, refusal: Refusal? = nil) {
    self.exercise = exercise
    self.digest = digest
    self.refusal = refusal
  }

  /// Takes everything back where code was right while each answer was looked at, and wrong on the same trace while none was: what it does
  /// when it is watched says nothing then.
  package mutating func disbelieve() {
    guard let other = cases.first(where: { $0.inspection == .another }) else { return }
    for place in cases.indices where cases[place].violation == nil {
      cases[place].violation = Violation(
        .notRepeatable, at: nil,
        "right while each answer was looked at; but so it was on \(other.workload), and wrong there while none was")
    }
  }

  /// What a submission was refused for, before anything of it was run.
  package struct Refusal: Sendable {
    package let kind: ViolationKind
    /// What the compiler said, or the check for safe Swift.
    package let messages: String

    package init(_ kind: ViolationKind, _ messages: String) {
      self.kind = kind
      self.messages = messages
    }
  }
}

/// How a submission did on one trace.
package struct CaseResult: Sendable {
  package let workload: String
  package let summary: String
  /// Whether the trace comes from the instructor's seed.
  package let isHidden: Bool
  /// How a trace that students have was changed to this one; nil where it was not.
  package let change: Metamorphosis?
  package let traceHash: String
  package let traceOrigin: String
  /// Operations in the trace.
  package let operationCount: Int
  /// How many times as much as others it counts.
  package let weight: Double
  /// The first thing that was wrong, or nil.
  package var violation: Violation?
  /// Whether it was tried at all: after a few traces that hang, the others are not.
  package var wasRun = true
  /// What a replay as if against the clock has shown; nil where there was none.
  package var inspection: Inspection?
  /// Bytes at the worst: heap pages touched, and private memory gained.
  package var footprint = 0
  /// Of these, the private memory: what the subject keeps outside its heap.
  package var privateFootprint = 0
  /// The outcomes of the checked replay, where the trace is timed too.
  var answers: [UInt64] = []
  /// Bytes of the heap's pages in which blocks lay at some time.
  package var spread = 0
  package var measurements: [Measurement] = []
  /// The meters' readings, as ratios to the reference solution's.
  package var ratios: [MeterReading] = []
  package var time: TimedResult?
  /// The trace, where something was wrong on it.
  package var failing: FailingTrace?

  package init(
    workload: String, summary: String, isHidden: Bool, change: Metamorphosis? = nil, traceHash: String,
    traceOrigin: String, operationCount: Int, weight: Double = 1,
    violation: Violation?
  ) {
    self.weight = weight
    self.workload = workload
    self.summary = summary
    self.isHidden = isHidden
    self.change = change
    self.traceHash = traceHash
    self.traceOrigin = traceOrigin
    self.operationCount = operationCount
    self.violation = violation
  }
}

extension CaseResult {
  /// Whether code that may be unsafe is the same where it is looked at after each answer, and where it is not.
  package enum Inspection: Sendable { case same, another }

  /// Charges what a replay against the clock took beyond what the checked replay of the same trace did: memory off the heap, and blocks
  /// that lie over more pages. A subject that is the same in both is charged nothing.
  package mutating func charge(_ timed: TimedResult) {
    let watched = footprint - privateFootprint
    let heap = Double(watched) * max(1, Double(timed.spread) / Double(max(spread, 1)))
    // Whoever has more in the middle than is ever seen of him has more still by the end: as many times as there are more pages with
    // blocks by then.
    let stopped = timed.stops.filter { $0.heapFootprint > watched }.map {
      Double($0.heapFootprint) * max(1, Double(spread) / Double(max($0.spread, 1)))
    }.max()
    let charged =
      max(spread > 0 ? Int(heap) : watched, timed.heapFootprint, Int(min(stopped ?? 0, 0x1p60)))
      + max(privateFootprint, timed.privateFootprint)
    guard charged > footprint, footprint > 0 else { return }
    let factor = Double(charged) / Double(footprint)
    ratios = ratios.map {
      $0.meter == .space ? MeterReading(meter: .space, ratio: $0.ratio * factor, estimate: $0.estimate) : $0
    }
    privateFootprint = max(privateFootprint, timed.privateFootprint)
    footprint = charged
  }
}

/// A trace on which something was wrong, and how it was looked at.
package struct FailingTrace: Sendable {
  package let trace: Trace
  /// From which the lengths of the windows were drawn.
  package let windowSeed: UInt64

  package init(trace: Trace, windowSeed: UInt64) {
    self.trace = trace
    self.windowSeed = windowSeed
  }
}

/// What a meter reads on one trace.
package struct MeterReading: Sendable, Equatable {
  package let meter: Meter
  /// The submission's figure over the reference solution's; lower is better.
  package let ratio: Double
  /// The interval of the ratio, where it was estimated.
  package let estimate: RatioEstimate?

  package init(meter: Meter, ratio: Double, estimate: RatioEstimate?) {
    self.meter = meter
    self.ratio = ratio
    self.estimate = estimate
  }
}
