import Examining
import Judging

/// What a student reads: nothing that tells a hidden trace, or hangs on the seed but through what was measured.
///
/// A submission chooses much of what is told of it: how much it touches, in which way it fails, at which operation. So of a hidden
/// trace there is left whether it passed, the general kind of what was wrong, and ratios to two digits.
extension Report {
  package var concealed: Report {
    var report = self
    report.provenance.hiddenSeed = nil
    report.assignments = report.assignments.map { assignment in
      var assignment = assignment
      assignment.exercises = assignment.exercises.map(\.concealed)
      return assignment
    }
    return report
  }
}

extension ExerciseReport {
  fileprivate var concealed: ExerciseReport {
    var report = self
    report.cases = cases.map { $0.isHidden ? $0.concealed : $0 }
    let open = cases.filter { !$0.isHidden }.compactMap(\.violation?.kind)
    let hidden = cases.filter(\.isHidden).compactMap(\.violation?.kind)
    report.findings = findings.reduce(into: []) { told, kind in
      let kind = hidden.contains(kind) && !open.contains(kind) ? kind.general : kind
      if !told.contains(kind) { told.append(kind) }
    }
    if counterexample?.isHidden == true { report.counterexample = nil }
    report.arithmetic = arithmetic.map { part in
      var part = part
      part.share = Score.rounded(part.share)
      return part
    }
    return report
  }
}

extension CaseReport {
  fileprivate var concealed: CaseReport {
    var report = self
    report.operations = nil
    report.trace = nil
    report.violation = violation.map {
      ViolationReport(kind: $0.kind.general, explanation: $0.kind.general.explanation, evidence: [])
    }
    // What has no ratio is a figure of the trace's.
    report.meters = meters.compactMap { meter in
      meter.ratio.map { ratio in
        CountedMeter(
          name: meter.name, unit: meter.unit, ratio: Score.twoDigits(ratio), share: meter.share.map(Score.rounded))
      }
    }
    report.timing = timing.map { timing in
      CaseTiming(ratio: timing.ratio.rounded, share: timing.share.map(Score.rounded))
    }
    return report
  }
}

extension ViolationKind {
  /// The kind that is told where telling more would tell of the trace.
  fileprivate var general: ViolationKind {
    switch self {
    case .overfitted: self
    case .hang, .flood, .outOfMemory: .hiddenLimit
    case .strayAccess, .crash, .earlyExit: .hiddenEnd
    default: .hiddenFault
    }
  }
}

extension RatioEstimate {
  fileprivate var rounded: RatioEstimate {
    RatioEstimate(
      median: Score.twoDigits(median), low: Score.twoDigits(low), high: Score.twoDigits(high), pairs: pairs,
      isUneven: isUneven)
  }
}
