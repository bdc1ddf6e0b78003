package import Examining
import SystemPackage
import Traces
import Workloads

extension Judge {
  /// How often the yardstick and what is measured by it are replayed in turn, and how many operations the yardstick has at least.
  private static let yardstickRounds = 15
  private static let yardstickLength = 500_000

  /// Measures the reference solutions by a yardstick, on the public traces.
  ///
  /// - Parameters:
  ///   - yardstick: what it was so far; the exercises' figures are put in.
  ///   - progress: told of each workload before it is measured.
  /// - Throws: `JudgeError.reference` where a solution is wrong.
  /// - Complexity: a checked replay for each workload, and some thirty against the clock for each that is timed.
  package func calibrate(
    _ yardstick: inout Yardstick, _ exercises: [Exercise], progress: (String) -> Void
  ) throws(JudgeError) {
    for exercise in exercises {
      let worker = try referenceWorker(exercise)
      var found: [String: Yardstick.Reference] = [:]
      for item in try cases(of: exercise, content: "") where !item.isHidden {
        var reference = Yardstick.Reference()
        if exercise.meters.contains(.space), item.workload.measuresSpace {
          progress("\(exercise.id): \(item.workload.name)")
          reference.footprint = try referenceFigures(exercise, item, worker: worker).footprint
        }
        if exercise.meters.contains(.time), item.workload.isTimed {
          progress("\(exercise.id): \(item.workload.name), against the clock")
          reference.time = try time(of: worker, on: item.trace, by: yardstick)
        }
        if reference != .init() { found[item.workload.name] = reference }
      }
      yardstick.references[exercise.id] = found
    }
  }

  /// The CPU time of a worker's replay over that of the yardstick's. Of each the least counts, which other work on the machine
  /// disturbs least.
  func time(of worker: FilePath, on trace: Trace, by yardstick: Yardstick) throws(JudgeError) -> Double {
    let measured = try timedReplay.rounds(
      [(builder.worker(driver: "AllocationDriver<NullSource>"), [], yardstickTrace(yardstick)), (worker, [], trace)],
      count: Self.yardstickRounds)
    return RatioEstimate.ratio(measured[1].min() ?? 0, measured[0].min() ?? 0)
  }

  private func yardstickTrace(_ yardstick: Yardstick) throws(JudgeError) -> Trace {
    guard
      let workload = catalogue.exercise(yardstick.exercise)?.workloads.first(where: { $0.name == yardstick.workload }),
      workload.isGenerated
    else {
      throw .course(
        "\(Yardstick.fileName): there is no workload \(yardstick.exercise)/\(yardstick.workload) to measure by; "
          + "make it again with `alloclab handout --calibrate`")
    }
    return Benchmark.repeated(try trace(workload, seed: Exercise.publicSeed), atLeast: Self.yardstickLength)
  }
}
