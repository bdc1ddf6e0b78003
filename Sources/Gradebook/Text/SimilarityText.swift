package import Grading

/// What `alloclab similarity` shows on a terminal.
package enum SimilarityText {
  package static func text(_ report: SimilarityReport, style: TerminalStyle) -> String {
    var text =
      "\(report.handIns) hand-ins, \(report.files) files, \(report.tokens) tokens; what two share is found from "
      + "\(report.guarantee) tokens in a row on\n"
    text += "left out: what everybody was given, and what more than \(report.commonFrom) hand-ins have "
    text += "(\(report.commonFingerprints) fingerprint\(report.commonFingerprints == 1 ? "" : "s"))\n\n"
    let bound = Score.short(report.least)
    if report.pairs.isEmpty {
      text += "no two share \(bound) % or more\n"
    } else {
      let count = report.pairCount == 1 ? "1 pair shares" : "\(report.pairCount) pairs share"
      let shown = report.pairs.count < report.pairCount ? "; the first \(report.pairs.count):" : ":"
      text += "\(count) \(bound) % or more of a hand-in or of one of its files\(shown)\n"
    }
    for pair in report.pairs {
      let part = printable(pair.file.map { "\(pair.of)'s \($0)" } ?? "all of \(pair.of)'s")
      text += "\n\(style.bold("\(printable(pair.first)) · \(printable(pair.second))"))  "
      text += "\(Score.short(pair.share)) % of \(part) (\(pair.shared) of \(pair.fingerprints) fingerprints)\n"
      var table = TextTable([.init(""), .init(""), .init("", .right)])
      for place in pair.places {
        table.append([lines(place.first), lines(place.second), "\(place.tokens) tokens"])
      }
      text += table.text(style: style, indent: 4)
    }
    text += list(
      "What many have, makes up most of these, so they may share more than is told; --common sets the bound:",
      report.common.map { "\(printable($0.name)): \(Score.short($0.share)) %" }, style)
    text += list(
      "Nothing of their own beyond what everybody was given, in:", report.nothingOwn.map { printable($0) }, style)
    text += list("Not compared:", report.unread.map { printable($0) }, style)
    return text
      + "\nA list to look at, and no verdict: people who learn the same things write the same things.\n"
  }

  private static func lines(_ lines: SimilarityReport.Lines) -> String {
    printable(lines.file) + (lines.from == lines.to ? ":\(lines.from)" : ":\(lines.from)-\(lines.to)")
  }

  private static func list(_ title: String, _ lines: [String], _ style: TerminalStyle) -> String {
    lines.isEmpty ? "" : "\n\(style.bold(title))\n" + lines.map { "  \($0)\n" }.joined()
  }
}
