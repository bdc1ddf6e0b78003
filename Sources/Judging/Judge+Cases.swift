import Examining
import Traces
import Workloads

extension Judge {
  /// A trace that a submission is to be judged by.
  struct Case {
    let workload: Workload
    let trace: Trace
    let isHidden: Bool
    /// From which the lengths of the windows are drawn.
    let windowSeed: UInt64
    /// How a trace that students have was changed to this one; nil where it was not.
    var change: Metamorphosis?
    /// The trace that was changed.
    var original: Trace?
    /// How the reference solutions of other exercises do on it.
    var companions: [CompanionResult] = []
  }

  /// Of traces of many lives the hidden ones have one in so many.
  private static let hiddenLives = 4

  /// The traces that a work is judged by: those that students have, then those that they do not.
  ///
  /// - Parameters:
  ///   - content: the digest of the files that it was built from.
  ///   - only: the traces of this workload alone; nil for all.
  func cases(of exercise: Exercise, content: String, only name: String? = nil) throws(JudgeError) -> [Case] {
    let draw = draw(exercise, content: content)
    let workloads = exercise.workloads.filter { name == nil || $0.name == name }
    var cases: [Case] = []
    for workload in workloads where workload.isGenerated {
      cases.append(
        Case(
          workload: workload, trace: try trace(workload, seed: Exercise.publicSeed), isHidden: false,
          windowSeed: windowSeed(draw, workload, "public")))
    }
    guard let draw else { return cases }
    let changes = changes(of: cases, exercise, draw)
    for workload in workloads where workload.isGenerated || recordings != nil {
      let whole = try trace(workload, seed: draw.seed(of: workload.name))
      // All sequences are tried in public. With other numbers some of them do.
      let trace = whole.lives(oneIn: Self.hiddenLives)
      cases.append(
        Case(workload: workload, trace: trace, isHidden: true, windowSeed: windowSeed(draw, workload, "hidden")))
    }
    return cases + changes
  }

  /// Changes of the traces that students have.
  private func changes(of cases: [Case], _ exercise: Exercise, _ draw: HiddenDraw) -> [Case] {
    guard let fit = exercise.chaos else { return [] }
    return cases.filter { !$0.workload.isExhaustive }.compactMap { item in
      let change = Metamorphosis.both
      var generator = SeededGenerator(seed: draw.seed("change \(item.workload.name)"))
      guard var trace = change.apply(to: item.trace, with: &generator, resized: fit.resized) else { return nil }
      trace.name = item.workload.name
      trace.seed = nil
      trace.origin = "\(item.trace.origin), changed"
      return Case(
        workload: item.workload, trace: trace, isHidden: true, windowSeed: windowSeed(draw, item.workload, "changed"),
        change: change, original: item.trace)
    }
  }
}
