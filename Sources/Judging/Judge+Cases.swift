import Examining
import Traces
import Workloads

extension Judge {
  /// A trace that a submission is to be judged by.
  struct Case {
    let workload: Workload
    let trace: Trace
    let isHidden: Bool
    /// How a trace that students have was changed to this one; nil where it was not.
    var change: Metamorphosis?
    /// The trace that was changed.
    var original: Trace?
    /// How the reference solutions of other exercises do on it.
    var companions: [CompanionResult] = []
  }

  /// The traces of an exercise: those that students have, then those that they do not.
  func cases(of exercise: Exercise) throws(JudgeError) -> [Case] {
    var cases: [Case] = []
    for workload in exercise.workloads where workload.isGenerated {
      cases.append(Case(workload: workload, trace: try trace(workload, seed: Exercise.publicSeed), isHidden: false))
    }
    guard let hiddenSeed else { return cases }
    // Where reference solutions have to be measured on each trace, all students have the same.
    let seed = exercise.hasCompanions ? hiddenSeed : studentSeed ?? hiddenSeed
    let changes = changes(of: cases, exercise, seed: hiddenSeed)
    for workload in exercise.workloads where workload.isGenerated || recordings != nil {
      cases.append(Case(workload: workload, trace: try trace(workload, seed: seed), isHidden: true))
    }
    return cases + changes
  }

  /// Changes of the traces that students have: the same for everyone, since what is compared is how the reference takes them.
  private func changes(of cases: [Case], _ exercise: Exercise, seed: UInt64) -> [Case] {
    guard let fit = exercise.chaos else { return [] }
    return cases.compactMap { item in
      let change = Metamorphosis.both
      var generator = SeededGenerator(seed: seed, purpose: "\(exercise.id) \(item.workload.name) changed")
      guard var trace = change.apply(to: item.trace, with: &generator, resized: fit.resized) else { return nil }
      trace.name = item.workload.name
      trace.seed = nil
      trace.origin = "\(item.trace.origin), changed"
      return Case(workload: item.workload, trace: trace, isHidden: true, change: change, original: item.trace)
    }
  }
}
