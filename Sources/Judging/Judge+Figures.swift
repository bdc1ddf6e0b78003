import Examining
import SystemPackage
import Traces
import Workloads

extension Judge {
  /// What a right submission takes on one of the traces that students have: for its author; points are for others.
  package struct Figures: Sendable {
    package let workload: String
    /// Median CPU time of an operation, in nanoseconds; nil where the exercise or the workload is not timed.
    package var nanoseconds: Double?
    /// That over the reference solution's; nil where there is none to compare with.
    package var time: RatioEstimate?
    /// Bytes at the worst, heap and private; nil where space is not measured.
    package var footprint: Int?
    /// That over the reference solution's.
    package var space: Double?
    /// Whether the reference solution is not here, and both ratios are what a yardstick makes of them.
    package var isEstimate = false
    /// The peak of live bytes over the footprint; nil where no live bytes are counted.
    package var utilisation: Double?
    /// What the oracle counted, in the order of the exercise's meters; nil where it counted none on this workload.
    package var counted: [Double?] = []
  }

  /// How often a work is replayed against the clock where it is compared with nothing.
  private static let ownReplays = 9

  /// Measures a work on the public traces of which the exercise's meters read anything, against the reference solution where that is to
  /// be had, and otherwise by what a yardstick tells of it.
  ///
  /// - Parameters:
  ///   - judgement: what was found of it; all of it is right.
  ///   - yardstick: nil where there is none either.
  ///   - progress: told of each workload before it is measured.
  /// - Complexity: some half a second of CPU time a timed workload.
  package func figures(
    of work: Work, _ judgement: Judgement, yardstick: Yardstick? = nil, progress: (String) -> Void
  ) throws(JudgeError) -> [Figures] {
    let exercise = work.exercise
    let reference = try hasReference(exercise) ? referenceWorker(exercise) : nil
    var all: [Figures] = []
    for item in try cases(of: exercise, content: work.digest) where !item.isHidden {
      var figures = Figures(workload: item.workload.name)
      let found = judgement.cases.first { $0.workload == item.workload.name }
      let known = reference == nil ? yardstick?.references[exercise.id]?[item.workload.name] : nil
      figures.isEstimate = known != nil
      if !item.workload.isExhaustive {
        figures.counted = exercise.meters.compactMap { meter in
          guard case .counted(let name) = meter else { return nil }
          return .some(found?.measurements.first { $0.name == name }?.value)
        }
      }
      if exercise.meters.contains(.space), item.workload.measuresSpace, let found, found.footprint > 0 {
        figures.footprint = found.footprint
        let live = found.measurements.first { $0.name == "peak live bytes" }?.value
        figures.utilisation = live.map { $0 / Double(found.footprint) }
        if let reference {
          let its = try referenceFigures(exercise, item, worker: reference).footprint
          figures.space = its > 0 ? Double(found.footprint) / Double(its) : nil
        } else if let its = known?.footprint, its > 0 {
          figures.space = Double(found.footprint) / Double(its)
        }
      }
      if exercise.meters.contains(.time), item.workload.isTimed {
        progress(item.workload.name)
        let (taken, ratio) = try seconds(item, work, reference)
        figures.nanoseconds = taken * 1e9 / Double(max(item.trace.operations.count, 1))
        figures.time = ratio
        if let yardstick, let its = known?.time, its > 0 {
          figures.time = RatioEstimate(ratios: [try time(of: work.worker, on: item.trace, by: yardstick) / its])
        }
      }
      let isCounted = figures.counted.contains { $0 != nil }
      if figures.footprint != nil || figures.nanoseconds != nil || isCounted { all.append(figures) }
    }
    return all
  }

  private func hasReference(_ exercise: Exercise) -> Bool {
    references.map { Files.exists($0.appending(exercise.assignment).appending(exercise.file)) } ?? false
  }

  /// The median CPU time of a replay, and its ratio to the reference's.
  private func seconds(
    _ item: Case, _ work: Work, _ reference: FilePath?
  ) throws(JudgeError) -> (seconds: Double, ratio: RatioEstimate?) {
    guard let reference else {
      let rounds = try timedReplay.rounds([(work.worker, [], item.trace)], count: Self.ownReplays)
      return (rounds.first?.median ?? 0, nil)
    }
    let result = try time(item, work, reference, answers: [], processor: 0)
    if let violation = result.violation {
      throw .workerFailed("\(item.workload.name), against the clock: \(violation.message)")
    }
    return (result.seconds, result.ratio)
  }
}
