import Exercises
package import Judging
import SystemPackage
import Traces
import Workloads

extension ExerciseReport {
  /// - Parameter revealsHidden: show what is known about hidden traces too; for instructors.
  package init(_ judgement: Judgement, by row: Rubric.Row, revealsHidden: Bool) {
    let score = Score(judgement, by: row)
    self.init(
      exercise: judgement.exercise.id, title: judgement.exercise.title, digest: judgement.digest,
      points: score.points, maximum: score.maximum, findings: score.findings,
      compilerMessages: judgement.compilerMessages.map { printable($0, maximumBytes: 16_384, keepsLines: true) },
      overfit: score.overfit, cases: judgement.cases.map { CaseReport($0, revealsHidden: revealsHidden) },
      arithmetic: score.parts)
  }
}

extension CaseReport {
  package init(_ result: CaseResult, revealsHidden: Bool) {
    let isConcealed = result.isHidden && !revealsHidden
    self.init(
      workload: result.workload, summary: result.summary, isHidden: result.isHidden,
      change: result.change?.rawValue,
      verdict: result.violation == nil ? "passed" : "failed", operations: result.operationCount,
      trace: TraceSummary(hash: result.traceHash, origin: result.traceOrigin),
      violation: result.violation.map { ViolationReport($0, isConcealed: isConcealed) },
      meters: Self.meters(result), timing: Self.timing(result))
  }

  private static func meters(_ result: CaseResult) -> [CountedMeter] {
    guard result.violation == nil else { return [] }
    func ratio(_ meter: Meter) -> Double? {
      result.ratios.first { $0.meter == meter }.map { ($0.ratio * 1e4).rounded() / 1e4 }
    }
    let counted = result.measurements.map {
      CountedMeter(
        name: $0.name, value: ($0.value * 1e6).rounded() / 1e6, unit: $0.unit, ratio: ratio(.counted($0.name)))
    }
    guard result.footprint > 0 else { return counted }
    return counted + [
      CountedMeter(name: "footprint", value: Double(result.footprint), unit: "B", ratio: ratio(.space))
    ]
  }

  private static func timing(_ result: CaseResult) -> CaseTiming? {
    guard let time = result.time, let ratio = time.ratio else { return nil }
    let scale = 1e9 / Double(max(result.operationCount, 1))
    return CaseTiming(
      ratio: ratio, nanosecondsPerOperation: time.seconds * scale,
      referenceNanosecondsPerOperation: time.referenceSeconds * scale, latencyNanoseconds: time.latency)
  }
}

extension CounterexampleReport {
  init(_ found: Counterexample) {
    let listing = CounterexampleListing(found)
    self.init(
      workload: printable(found.workload), kind: found.violation.kind, operationsBefore: found.operationsBefore,
      operations: listing.operations, steps: listing.steps, circumstances: listing.circumstances,
      listing: listing.lines, evidence: listing.evidence,
      trace: found.file?.lastComponent.map { printable($0.string) })
  }
}

extension ViolationReport {
  init(_ violation: Violation, isConcealed: Bool) {
    // Messages quote what a submission printed and named, so they are made harmless here, once.
    self.init(
      kind: violation.kind, explanation: violation.kind.explanation,
      operation: isConcealed ? nil : violation.operation,
      message: isConcealed ? nil : printable(violation.message),
      evidence: isConcealed ? [] : violation.evidence.map { printable($0, maximumBytes: 4096, keepsLines: true) })
  }
}

extension SubmissionSummary {
  init(_ handIn: HandIn) {
    self.init(
      name: printable(handIn.name),
      files: handIn.parts.flatMap { part in
        part.submission.files.map { file in
          var hash = SHA256.Hasher()
          hash.update(file.bytes)
          let place = part.assignment.map { "\($0)/" } ?? ""
          return FileDigest(
            name: printable(place + file.name), sha256: SHA256.hexadecimal(digest: hash.finalize()))
        }
      })
  }
}
