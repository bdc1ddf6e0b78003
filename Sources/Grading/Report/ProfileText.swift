package import Judging

/// Where the time of a grading went, as a table.
package enum ProfileText {
  /// - Parameter clock: seconds from start to end.
  package static func text(_ profile: GradingProfile, clock: Double, style: TerminalStyle) -> String {
    var table = TextTable([
      TextTable.Column("stage"), TextTable.Column("times", .right), TextTable.Column("seconds", .right),
      TextTable.Column("of these, CPU in the sandbox", .right),
    ])
    var sum = GradingProfile.Figures()
    for (stage, figures) in profile.stages where figures.count > 0 {
      table.append([
        stage.rawValue, "\(figures.count)", rounded(figures.seconds),
        figures.cpuSeconds > 0 ? rounded(figures.cpuSeconds) : "–",
      ])
      sum.seconds += figures.seconds
      sum.cpuSeconds += figures.cpuSeconds
    }
    table.append(["all, in two lanes", "", rounded(sum.seconds), rounded(sum.cpuSeconds)])
    return table.text(style: style)
      + "by the clock: \(rounded(clock)) s; workers slept \(rounded(profile.secondsAsleep)) s\n"
      + dearest(profile)
  }

  /// The submissions that took longest, where several were verified.
  private static func dearest(_ profile: GradingProfile) -> String {
    let parts = profile.dearestParts(8)
    return parts.isEmpty
      ? "" : "longest: " + parts.map { "\($0.name) \(rounded($0.seconds)) s" }.joined(separator: ", ") + "\n"
  }

  private static func rounded(_ seconds: Double) -> String { Score.fixed(seconds) }
}
