package import Examining
package import Judging

/// An exercise's points, with the arithmetic: a pure function of the judgement and the rubric's row.
package struct Score: Sendable, Codable, Equatable {
  /// One criterion's part.
  package struct Part: Sendable, Codable, Equatable {
    /// `correctness`, or a meter's name.
    package let criterion: String
    /// From 0 to 1.
    package var share: Double
    package let points: Double
    package let maximum: Double
    /// How the share came about.
    package let arithmetic: String
  }

  package let points: Double
  package let maximum: Double
  package let parts: [Part]
  /// What is wrong, each kind once, in the order in which it was met; `slow` and `wasteful` for what is right at a high price.
  package let findings: [ViolationKind]
  /// How much better the public traces went than slight changes of them; nil where there are none.
  package let overfit: OverfitGap?

  /// From this gap on a submission is called overfitted.
  static let overfitGap = 0.25

  /// A submission that is otherwise right is called slow or wasteful if a meter's share is below this on any trace.
  static let poorShare = 0.5

  package init(_ judgement: Judgement, by row: Rubric.Row) {
    var budget = Budget(row)
    let correctness = Self.correctness(judgement, row, maximum: budget.spend(row.correctness))
    var parts = [correctness]
    var findings: [ViolationKind] = judgement.refusal.map { [$0.kind] } ?? []
    for item in judgement.cases {
      if let kind = item.violation?.kind, !findings.contains(kind) { findings.append(kind) }
    }
    var prices: [(kind: ViolationKind, lost: Double)] = []
    for meter in judgement.exercise.meters {
      guard let rule = row.meters[meter.name] else { continue }
      let (part, worst) = Self.part(
        meter, rule, judgement, correctness: correctness.share, maximum: budget.spend(rule.weight))
      parts.append(part)
      guard worst < Self.poorShare else { continue }
      if meter == .time { prices.append((.slow, part.maximum - part.points)) }
      if meter == .space { prices.append((.wasteful, part.maximum - part.points)) }
    }
    // Of what is right, every price that is too high, the dearest first.
    if findings.isEmpty { findings = prices.sorted { $0.lost > $1.lost }.map(\.kind) }
    if judgement.exercise.meters.contains(.space), judgement.cases.contains(where: \.keepsRecordsOffHeap) {
      findings.append(.recordsOffHeap)
    }
    overfit = OverfitGap(judgement)
    if let overfit, overfit.isTold, !findings.contains(.overfitted) { findings.append(.overfitted) }
    self.parts = parts
    self.findings = findings
    maximum = Self.rounded(row.points)
    self.points = Self.rounded(parts.reduce(0) { $0 + $1.points })
  }

  /// An exercise's points, given to one criterion after the other in hundredths that add up to them, however the weights divide.
  private struct Budget {
    private let row: Rubric.Row
    private let weights: Double
    private var weight = 0.0
    private var spent = 0.0

    init(_ row: Rubric.Row) {
      self.row = row
      weights = row.correctness + row.meters.values.reduce(0) { $0 + $1.weight }
    }

    /// The most points of a criterion of that weight.
    mutating func spend(_ more: Double) -> Double {
      weight += more
      let before = spent
      spent = weights > 0 ? Score.rounded(row.points * weight / weights) : 0
      return Score.rounded(spent - before)
    }
  }

  private static func correctness(_ judgement: Judgement, _ row: Rubric.Row, maximum: Double) -> Part {
    guard judgement.refusal == nil, !judgement.cases.isEmpty else {
      return Part(
        criterion: "correctness", share: 0, points: 0, maximum: rounded(maximum), arithmetic: "nothing could be run")
    }
    func weight(_ item: CaseResult) -> Double {
      item.weight * (item.isHidden && item.change == nil ? row.hiddenWeight : 1)
    }
    let all = judgement.cases.reduce(0) { $0 + weight($1) }
    let right = judgement.cases.filter { $0.violation == nil }.reduce(0) { $0 + weight($1) }
    let share = all > 0 ? right / all : 0
    let publicCases = judgement.cases.filter { !$0.isHidden }
    let hiddenCases = judgement.cases.filter { $0.isHidden && $0.change == nil }
    let changedCases = judgement.cases.filter { $0.change != nil }
    let changed =
      changedCases.isEmpty ? "" : " + \(passed(changedCases)) changed × 1"
    let arithmetic =
      "(\(passed(publicCases)) public × 1 + \(passed(hiddenCases)) hidden × "
      + "\(short(row.hiddenWeight))\(changed)) ÷ \(short(all)) × \(short(maximum))"
    return Part(
      criterion: "correctness", share: share, points: rounded(share * maximum), maximum: rounded(maximum),
      arithmetic: arithmetic)
  }

  /// How many passed, of how many; what counts several times is counted so.
  private static func passed(_ cases: [CaseResult]) -> String {
    let passed = cases.filter { $0.violation == nil }.reduce(0) { $0 + $1.weight }
    return "\(short(passed)) of \(short(cases.reduce(0) { $0 + $1.weight }))"
  }

  /// The mean over the traces that the meter reads; one whose outcomes were wrong counts as 0. Of that, the share that is right: what
  /// is wrong and cheap for it shall not pay.
  private static func part(
    _ meter: Meter, _ rule: Rubric.MeterRule, _ judgement: Judgement, correctness: Double, maximum: Double
  ) -> (Part, worst: Double) {
    var terms: [(text: String, share: Double)] = []
    var failed = 0
    for item in judgement.cases
    where item.isHidden && item.change == nil && judgement.exercise.reads(meter, on: item.workload) {
      if let reading = item.ratios.first(where: { $0.meter == meter }) {
        let share = rule.share(of: reading)
        terms.append(("\(item.workload) \(short(twoDigits(reading.charged)))× → \(short(share))", share))
      } else if item.violation != nil {
        failed += 1
      }
    }
    let count = terms.count + failed
    let share = count == 0 ? 0 : terms.reduce(0) { $0 + $1.share } / Double(count) * correctness
    let right = correctness < 1 ? " × \(short(correctness)) right" : ""
    let arithmetic =
      count == 0 ? "nothing was measured" : "mean of [\(listed(terms, failed: failed))]\(right) × \(short(maximum))"
    let part = Part(
      criterion: meter.name, share: share, points: rounded(share * maximum), maximum: rounded(maximum),
      arithmetic: arithmetic)
    return (part, failed > 0 ? 0 : terms.map(\.share).min() ?? 1)
  }

  /// The traces that cost something, by name and the dearest first, and how many others there are.
  private static func listed(_ terms: [(text: String, share: Double)], failed: Int) -> String {
    let failures = failed > 0 ? ["\(failed) failed → 0"] : []
    var texts = failures + terms.filter { $0.share < 1 }.sorted { $0.share < $1.share }.map(\.text)
    let others = terms.filter { $0.share >= 1 }.count
    if others > 0 { texts.append("\(others) \(texts.isEmpty ? "" : others == 1 ? "other " : "others ")→ 1") }
    return texts.joined(separator: ", ")
  }

  /// To hundredths, as points are given.
  package static func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }

  /// To two digits: as much as is told of what was measured on a hidden trace.
  static func twoDigits(_ value: Double) -> Double {
    guard value.isFinite, value > 0 else { return value }
    var scale = 1.0
    while value * scale < 10, scale < 1e12 { scale *= 10 }
    while value * scale >= 100 { scale /= 10 }
    return (value * scale).rounded() / scale
  }

  /// As points are shown below each other: with two digits behind the point.
  package static func fixed(_ value: Double) -> String {
    let scaled = (value * 100).rounded()
    guard let hundredths = Int(exactly: scaled) else { return "\(value)" }
    let fraction = hundredths.magnitude % 100
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
  }

  /// As arithmetic shows it: to hundredths, without what is not needed.
  package static func short(_ value: Double) -> String {
    let value = rounded(value)
    return Int(exactly: value).map { "\($0)" } ?? "\(value)"
  }
}

extension MeterReading {
  /// The ratio that points are lost for.
  package var charged: Double { estimate?.charged ?? ratio }
}

extension CaseResult {
  /// Whether a good part of what the subject takes lies outside the heap; a little may be the run-time system's.
  fileprivate var keepsRecordsOffHeap: Bool {
    violation == nil && privateFootprint > 64 << 10 && Double(privateFootprint) * 5 > Double(footprint)
  }
}
