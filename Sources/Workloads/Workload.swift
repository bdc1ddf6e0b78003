package import Traces

/// A named, seeded generator of a trace.
package struct Workload: Sendable {
  /// Short and unique within an exercise, for example `churn`.
  package let name: String
  /// What it does, in one sentence that students read.
  package let summary: String
  /// Whether it is also replayed flat out, and its time compared with the reference solution's.
  package let isTimed: Bool
  /// Whether it is every sequence up to a bound, and no sample.
  package let isExhaustive: Bool
  /// Whether its memory is compared with the reference solution's: of a few pages, those that any process takes are too large a part.
  package let measuresSpace: Bool
  /// The suite that it belongs to, where the mean utilisation of several is of interest; for example `malloc-lab`.
  package let suite: String?
  /// How many times as much as others it counts: what an exercise is about weighs most.
  package let weight: Double
  /// Where its operations come from.
  package let source: Source

  package enum Source: Sendable {
    /// A pure function of the seed.
    case generated(@Sendable (inout SeededGenerator) -> Trace)
    /// A recorded trace, by its file's name without the ending, and how it becomes a trace for this exercise; its blocks and runs
    /// are then rearranged by the seed.
    case recorded(String, @Sendable (Trace, inout SeededGenerator) -> Trace)
  }

  package init(
    _ name: String, _ summary: String, isTimed: Bool = false, isExhaustive: Bool = false, measuresSpace: Bool = true,
    suite: String? = nil, weight: Double = 1, generate: @escaping @Sendable (inout SeededGenerator) -> Trace
  ) {
    self.name = name
    self.summary = summary
    self.isTimed = isTimed
    self.isExhaustive = isExhaustive
    self.measuresSpace = measuresSpace && !isExhaustive
    self.suite = suite
    self.weight = weight
    source = .generated(generate)
  }

  package init(
    _ name: String, _ summary: String, isTimed: Bool = false, suite: String? = nil, recorded file: String,
    project: @escaping @Sendable (Trace, inout SeededGenerator) -> Trace
  ) {
    self.name = name
    self.summary = summary
    self.isTimed = isTimed
    isExhaustive = false
    measuresSpace = true
    self.suite = suite
    weight = 1
    source = .recorded(file, project)
  }

  /// Whether the trace is a function of the seed alone, so that students can be given it.
  package var isGenerated: Bool {
    if case .generated = source { true } else { false }
  }

  /// The name of the file of a recorded trace, without the ending; nil for one that is generated.
  package var recordedFile: String? {
    if case .recorded(let file, _) = source { file } else { nil }
  }

  /// The trace under that seed; `recording` loads a recorded trace by its file's name.
  package func trace(
    seed: UInt64, recording: (String) throws(TraceError) -> Trace
  ) throws(TraceError) -> Trace {
    var generator = SeededGenerator(seed: seed, purpose: name)
    var trace: Trace
    switch source {
    case .generated(let generate): trace = generate(&generator)
    case .recorded(let file, let project):
      let recorded = try recording(file)
      trace = project(recorded, &generator)
      // As it was recorded it would be the same under every seed.
      trace = Metamorphosis.rearranged.apply(to: trace, with: &generator) { trace, _ in trace } ?? trace
      trace.origin = recorded.origin
    }
    trace.name = name
    trace.seed = seed
    return trace
  }
}
