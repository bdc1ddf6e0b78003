package import Traces
import Workloads

/// From where the random numbers go on that a subject gets of its heap in one process.
///
/// They are drawn from what the judge draws the windows from, which is hidden and another one for each trace and each work that is handed in,
/// and from the process' number among those that replay the trace. So the same work gets the same numbers each time that it is graded, two
/// processes get different ones, and neither trace nor channel shows them before they are drawn.
///
/// Where a subject has drawn some and something is wrong, its trace is given the seed as a parameter: whoever replays that, in whatever process,
/// sees the same again, and so do all who make the trace shorter.
extension Trace {
  /// The parameter of a trace that brings its seed along.
  static let heapSeedParameter = "heap.seed"

  /// The same trace for a process of its own.
  ///
  /// - Parameters:
  ///   - windowSeed: from which the windows of the replay are drawn.
  ///   - process: the number of the process among those that are not meant to have the same random numbers.
  func seeded(from windowSeed: UInt64, process: Int = 0) -> Trace {
    guard parameter(Self.heapSeedParameter) == nil else { return self }
    var generator = SeededGenerator(seed: windowSeed, purpose: "heap \(process) \(name)")
    return seeded(with: generator.next())
  }

  /// The same trace, which brings its seed along.
  func seeded(with seed: UInt64) -> Trace {
    settingParameter(Self.heapSeedParameter, Int(truncatingIfNeeded: seed))
  }

  /// Of the heap's random numbers.
  var heapSeed: UInt64 { UInt64(truncatingIfNeeded: parameter(Self.heapSeedParameter) ?? 0) }
}

extension CheckedResult {
  /// The trace of this replay as it shows the same again.
  package func reproducible(_ trace: Trace) -> Trace { drawnSeed.map { trace.seeded(with: $0) } ?? trace }
}
