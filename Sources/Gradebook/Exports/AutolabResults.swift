package import Grading

/// What an autograder prints for Autolab: feedback, and in the last line the scores.
///
/// The grader's own fault is told without scores, which Autolab takes for a failed job, and gives no points.
///
/// Source: docs.autolabproject.com, "Guide for lab authors".
package struct AutolabResults: Sendable {
  private struct Scores: Encodable {
    let scores: [String: Double]
  }

  private struct Presentation: Encodable {
    let _presentation = "semantic"
    let stages: [String]
    let groups: [String: [String: Step]]

    struct Step: Encodable {
      let passed: Bool
      let hint: String?
    }

    private struct Key: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }

      init(_ name: String) { stringValue = name }
      init?(stringValue: String) { self.init(stringValue) }
      init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(_presentation, forKey: Key("_presentation"))
      try container.encode(stages, forKey: Key("stages"))
      for name in stages { try container.encode(groups[name], forKey: Key(name)) }
    }
  }

  /// The lines; problems are called as exercises are.
  package let text: String

  package init(_ result: StudentResult) throws(JSONError) {
    var lines = result.remarks.map { printable($0) }
    for part in result.parts {
      let exercise = part.exercise
      lines.append("\(exercise.exercise): \(Score.short(exercise.points)) of \(Score.short(exercise.maximum))")
      lines += part.lines.flatMap { $0.split(separator: "\n").map { "  \(printable(String($0)))" } }
    }
    guard result.state != .failed else {
      text = lines.map { $0 + "\n" }.joined()
      return
    }
    let groups = TestCases(result).groups
    let presentation = Presentation(
      stages: groups.map(\.name),
      groups: groups.reduce(into: [:]) { all, group in
        all[group.name] = group.cases.reduce(into: [:]) { steps, item in
          steps[item.name] = .init(
            passed: item.outcome == .passed,
            hint: item.message.isEmpty ? nil : printable(item.message, maximumBytes: 400))
        }
      })
    let scores = Scores(
      scores: result.parts.reduce(into: [:]) { $0[$1.exercise.exercise, default: 0] += $1.exercise.points })
    let encoder = JSONReportEncoder()
    lines.append(try encoder.encode(presentation).text(.compact))
    lines.append(try encoder.encode(scores).text(.compact))
    text = lines.map { $0 + "\n" }.joined()
  }
}
