package import Examining
package import Judging

/// What a malloc lab's driver would print, of one allocator on all traces: validity, utilisation, throughput, and the lab's own score.
package struct MallocLabText: Sendable {
  package let name: String
  package let lab: CSAppLab
  package let results: [CSAppResult]
  /// Why nothing was replayed, if so.
  package let refusal: Refusal?

  /// As it is told to whoever handed it in, and in a few words.
  package struct Refusal: Sendable {
    package let text: String
    package let what: String

    package init(_ refusal: Judgement.Refusal, of exercise: Exercise, style: TerminalStyle) {
      text = CheckText.text(Judgement(exercise: exercise, digest: "", refusal: refusal), style: style)
      what = CheckText.what(refusal.kind)
    }
  }

  package init(name: String, lab: CSAppLab, results: [CSAppResult], refusal: Refusal? = nil) {
    self.name = name
    self.lab = lab
    self.results = results
    self.refusal = refusal
  }

  /// Whether it is right on all traces.
  package var isAllRight: Bool { refusal == nil && results.allSatisfy { $0.violation == nil } }

  /// The mean of the traces' utilisations, from 0 to 1, as mdriver counts it; what is wrong counts as nothing.
  package var utilisation: Double { mean(\.utilisation) }

  /// The same with what is kept outside the heap counted as heap.
  package var honestUtilisation: Double { mean(\.utilisationWithPrivateMemory) }

  /// All operations over all seconds, in thousands a second; nil where something is wrong.
  package var throughput: Double? {
    let seconds = results.reduce(0) { $0 + $1.seconds }
    guard isAllRight, seconds > 0 else { return nil }
    return Double(results.reduce(0) { $0 + $1.operations }) / seconds / 1000
  }

  /// The lab's score: its points, and the most that there can be here; no points where something is wrong, as with the labs' drivers.
  package var score: (points: Double, of: Double)? {
    guard let score = lab.score else { return nil }
    let most = score.points(utilisation: 1, throughput: .infinity).of
    guard let throughput else { return (0, most) }
    return score.points(utilisation: honestUtilisation, throughput: throughput)
  }

  private func mean(_ value: (CSAppResult) -> Double) -> Double {
    results.isEmpty ? 0 : results.reduce(0) { $0 + value($1) } / Double(results.count)
  }

  package func text(style: TerminalStyle) -> String {
    if let refusal { return refusal.text }
    var table = TextTable([
      .init("trace"), .init("right"), .init("utilisation", .right), .init("outside", .right),
      .init("operations", .right),
      .init("Kop/s", .right),
    ])
    for result in results {
      let isRight = result.violation == nil
      table.append([
        printable(result.trace), isRight ? style.green("yes") : style.red(result.violation?.kind.rawValue ?? "no"),
        isRight ? "\(Score.short(result.utilisation * 100)) %" : "–",
        isRight && result.privateBytes > 0 ? "\(result.privateBytes / 1024) KiB" : "–", grouped(result.operations),
        isRight && result.seconds > 0 ? grouped(Int(Double(result.operations) / result.seconds / 1000)) : "–",
      ])
    }
    var text = "\(style.bold(name)), by the conventions of \(lab.name)\n" + table.text(style: style, indent: 2)
    let rate = throughput.map { ", \(grouped(Int($0))) Kop/s of CPU time over all" } ?? ""
    text += "  mean utilisation \(Score.short(utilisation * 100)) % as mdriver counts it\(rate)\n"
    let free = "\(PrivateMemory.allowance / 1024) KiB outside the heap are free"
    if honestUtilisation < utilisation - 0.0005 {
      text +=
        "  with what is kept outside the heap counted as heap: \(Score.short(honestUtilisation * 100)) % (\(free))\n"
    } else {
      text += "  \(free)\(lab.globalsLimit.map { ", of globals \($0) bytes" } ?? "")\n"
    }
    let huge = results.reduce(0) { $0 + $1.hugeRequests }
    if huge > 0 { text += "  \(grouped(huge)) requests were above 512 MiB, which may be refused\n" }
    if let score {
      let rest = score.of < 99.95 ? ", since throughput is measured against that lab's own reference" : ""
      text += "  \(lab.name)'s score: \(Score.short(score.points)) of \(Score.short(score.of))\(rest)\n"
    }
    for result in results where !result.printed.isEmpty {
      text += "  printed on \(printable(result.trace)):\n"
      text += CheckText.printed(result.printed, lines: 3).map { "      \($0)\n" }.joined()
    }
    for result in results {
      guard let violation = result.violation else { continue }
      let place = violation.operation.map { " at operation \(grouped($0))" } ?? ""
      text += "  \(style.red("✗")) \(printable(result.trace))\(place): \(printable(violation.message))\n"
      if let first = violation.evidence.first {
        text += "      " + printable(first, maximumBytes: 512) + "\n"
      }
    }
    return text
  }

  /// One line for each of several allocators.
  package static func table(_ all: [(who: String, result: MallocLabText)], style: TerminalStyle) -> String {
    var table = TextTable([
      .init("submission"), .init("right", .right), .init("utilisation", .right), .init("Kop/s", .right),
      .init("score", .right),
    ])
    for (who, result) in all {
      let right = result.results.count { $0.violation == nil }
      table.append([
        printable(who),
        result.refusal == nil ? "\(right)/\(result.results.count)" : style.red(result.refusal?.what ?? ""),
        result.refusal == nil ? "\(Score.short(result.honestUtilisation * 100)) %" : "–",
        result.throughput.map { grouped(Int($0)) } ?? "–",
        result.score.map { "\(Score.short($0.points))/\(Score.short($0.of))" } ?? "–",
      ])
    }
    return table.text(style: style)
  }
}
