import Examining
package import Judging
import SystemPackage
import Traces
import Workloads

extension ExerciseReport {
  /// All that is known, for instructors; what students may read of it is `concealed`.
  package init(_ judgement: Judgement, by row: Rubric.Row) {
    let score = Score(judgement, by: row)
    self.init(
      exercise: judgement.exercise.id, title: judgement.exercise.title, digest: judgement.digest, rubric: row.digest,
      points: score.points, maximum: score.maximum, findings: score.findings,
      compilerMessages: judgement.refusal.map { printable($0.messages, maximumBytes: 16_384, keepsLines: true) },
      budget: judgement.budgetRanOut, overfit: score.overfit, cases: judgement.cases.map { CaseReport($0, by: row) },
      arithmetic: score.parts)
  }

  /// Of an exercise whose file was not handed in.
  init(missing exercise: Exercise, by row: Rubric.Row) {
    let nothing = SHA256.hexadecimal(digest: SHA256.Hasher().finalize())
    self.init(
      Judgement(exercise: exercise, digest: nothing, refusal: .init(.missing, "\(exercise.file) was not handed in")),
      by: row)
  }
}

extension CaseReport {
  init(_ result: CaseResult, by row: Rubric.Row) {
    self.init(
      workload: result.workload, summary: result.summary, isHidden: result.isHidden,
      change: result.change?.rawValue,
      verdict: result.violation == nil ? "passed" : "failed", operations: result.operationCount,
      trace: TraceSummary(hash: result.traceHash, origin: result.traceOrigin),
      violation: result.violation.map { ViolationReport($0) },
      meters: Self.meters(result, row), timing: Self.timing(result, row))
  }

  private static func meters(_ result: CaseResult, _ row: Rubric.Row) -> [CountedMeter] {
    guard result.violation == nil else { return [] }
    // What is no number cannot be told in JSON, and says nothing.
    func counted(_ meter: Meter, _ name: String, _ value: Double, _ unit: String) -> CountedMeter? {
      guard value.isFinite else { return nil }
      let reading = result.ratios.first { $0.meter == meter }
      let share = reading.flatMap { reading in row.meters[meter.name].map { $0.share(of: reading) } }
      return CountedMeter(
        name: name, value: decimals(value, 6), unit: unit,
        reference: reading.flatMap { $0.ratio > 0 ? told(value / $0.ratio, unit == "B" ? 0 : 6) : nil },
        ratio: reading.flatMap { told($0.ratio, 4) }, share: share.map { decimals($0, 4) })
    }
    let figures = result.measurements.compactMap { counted(.counted($0.name), $0.name, $0.value, $0.unit) }
    guard result.footprint > 0, let space = counted(.space, "footprint", Double(result.footprint), "B") else {
      return figures
    }
    return figures + [space]
  }

  /// A figure that cannot be below 0; nil where it is, or is no number.
  private static func told(_ value: Double, _ count: Int) -> Double? {
    value.isFinite && value >= 0 ? decimals(value, count) : nil
  }

  private static func decimals(_ value: Double, _ count: Int) -> Double {
    var scale = 1.0
    for _ in 0..<count { scale *= 10 }
    // There is nothing behind the point in numbers so large that they cannot be scaled.
    return (value * scale).isFinite ? (value * scale).rounded() / scale : value
  }

  private static func timing(_ result: CaseResult, _ row: Rubric.Row) -> CaseTiming? {
    guard let time = result.time, let ratio = time.ratio else { return nil }
    let scale = 1e9 / Double(max(result.operationCount, 1))
    let share = row.meters[Meter.time.name]?.share(ofRatio: ratio.charged)
    return CaseTiming(
      ratio: ratio, nanosecondsPerOperation: told(time.seconds * scale, 6) ?? 0,
      referenceNanosecondsPerOperation: told(time.referenceSeconds * scale, 6) ?? 0,
      share: share.map { decimals($0, 4) },
      latencyNanoseconds: time.latency)
  }

  /// What a meter reads here, and what that gives; nil where it reads nothing, or no points hang on it.
  func reading(of criterion: String) -> (ratio: Double, share: Double)? {
    if criterion == Meter.time.name { return timing.flatMap { time in time.share.map { (time.ratio.charged, $0) } } }
    let name = criterion == Meter.space.name ? "footprint" : criterion
    guard let meter = meters.first(where: { $0.name == name }), let ratio = meter.ratio, let share = meter.share else {
      return nil
    }
    return (ratio, share)
  }
}

extension Rubric.Row {
  /// SHA-256 over the row, by which a report tells whether its points still hold.
  package var digest: String {
    let text = (try? JSONReportEncoder().encode(self).text(.compact)) ?? ""
    var hash = SHA256.Hasher()
    hash.update(Array(text.utf8))
    return SHA256.hexadecimal(digest: hash.finalize())
  }
}

extension CounterexampleReport {
  /// - Parameter isHidden: whether students do not have the trace that it was made from.
  init(_ found: Counterexample, isHidden: Bool) {
    let listing = CounterexampleListing(found)
    self.init(
      workload: printable(found.workload), kind: found.violation.kind, isHidden: isHidden,
      operationsBefore: found.operationsBefore,
      operations: listing.operations, steps: listing.steps, circumstances: listing.circumstances,
      listing: listing.lines, evidence: listing.evidence,
      trace: found.file?.lastComponent.map { printable($0.string) }, heap: HeapPicture(found))
  }
}

extension ViolationReport {
  init(_ violation: Violation) {
    // Messages quote what a submission printed and named, so they are made harmless here, once.
    self.init(
      kind: violation.kind, explanation: violation.kind.explanation,
      operation: violation.operation, message: printable(violation.message),
      evidence: violation.evidence.map { printable($0, maximumBytes: 4096, keepsLines: true) })
  }
}

extension SubmissionSummary {
  init(_ portfolio: Portfolio) {
    self.init(
      name: printable(portfolio.name),
      files: portfolio.parts.flatMap { part in
        part.submission.files.map { file in
          var hash = SHA256.Hasher()
          hash.update(file.bytes)
          let place = part.assignment.map { "\($0)/" } ?? ""
          return FileDigest(
            name: printable(place + file.name), sha256: SHA256.hexadecimal(digest: hash.finalize()))
        }
      }, unread: Self.unread(portfolio))
  }

  /// So many of what could not be read are listed.
  private static let unreadLimit = 20

  private static func unread(_ portfolio: Portfolio) -> [UnreadFile]? {
    let all =
      portfolio.leftOut.map { UnreadFile(name: printable($0.name), reason: printable($0.reason)) }
      + portfolio.parts.flatMap { part in
        part.submission.unusable.sorted { $0.key < $1.key }.map { file in
          UnreadFile(
            name: printable((part.assignment.map { "\($0)/" } ?? "") + file.key), reason: printable(file.value))
        }
      }
    guard all.count > unreadLimit else { return all.isEmpty ? nil : all }
    return all.prefix(unreadLimit) + [UnreadFile(name: "…", reason: "and \(all.count - unreadLimit) more")]
  }
}
