import Examining
import Judging

extension MutationVerification {
  /// How many of some mutations died, of those that somebody could tell from the solution.
  package struct Tally: Sendable, Equatable {
    package var count = 0
    package var killed = 0
    /// Of these, by the public half.
    package var killedPublicly = 0
    package var equivalent = 0

    package init(_ rows: some Sequence<Row>) {
      for row in rows {
        switch row.fate {
        case .equivalent:
          equivalent += 1
          continue
        case .killed(_, let isPublic):
          killed += 1
          if isPublic { killedPublicly += 1 }
        case .costly: killed += 1
        case .survived: break
        }
        count += 1
      }
    }

    package var survivors: Int { count - killed }

    /// The shares that are wanted: of all that died, and of those that the public half killed.
    package static let wanted = (killed: 0.95, killedPublicly: 0.85)

    package var holds: Bool {
      Double(killed) >= Self.wanted.killed * Double(count)
        && Double(killedPublicly) >= Self.wanted.killedPublicly * Double(count)
    }

    fileprivate func cells(_ name: String) -> [String] {
      [
        name, "\(count)", "\(killed)", Self.percent(killed, of: count), "\(killedPublicly)",
        Self.percent(killedPublicly, of: count), "\(survivors)", "\(equivalent)",
      ]
    }

    private static func percent(_ part: Int, of all: Int) -> String {
      all == 0 ? "–" : Score.fixed(Double(part) / Double(all) * 100) + " %"
    }
  }

  /// Tables by exercise and by kind, and a line for all.
  package static func text(_ results: [Result], style: TerminalStyle) -> String {
    let rows = results.flatMap(\.rows)
    var text = ""
    let exercises = results.map { ($0.exercise, $0.rows) }
    let kinds = Dictionary(grouping: rows, by: \.mutation.kind).sorted { $0.key < $1.key }
    for (title, groups) in [("exercise", exercises), ("kind", kinds.map { ($0.key, $0.value) })] {
      var table = TextTable([
        TextTable.Column(title), TextTable.Column("mutations", .right), TextTable.Column("killed", .right),
        TextTable.Column("", .right), TextTable.Column("by the public half", .right), TextTable.Column("", .right),
        TextTable.Column("survivors", .right), TextTable.Column("equivalent", .right),
      ])
      for (name, rows) in groups { table.append(Tally(rows).cells(name)) }
      if title == "kind" { table.append(Tally(rows).cells("all")) }
      text += table.text(style: style) + "\n"
    }
    let missing = results.reduce(0) { $0 + $1.wanted - $1.rows.count }
    let refused = results.reduce(0) { $0 + $1.refused }
    text +=
      "\(rows.count) mutations that compile, \(refused) drawn besides that do not"
      + (missing > 0 ? "; \(missing) fewer than wanted, since there are no more or others were asked for" : "") + "\n"
    return text
  }
}

extension MutationVerification.Result {
  /// What became of each mutation that survived, or was expected to, with what it changes.
  package func text(style: TerminalStyle) -> String {
    var text = ""
    for row in rows {
      switch row.fate {
      case .survived: text += row.text(row.fateText, style: style) + row.listing
      case .equivalent: break
      case .killed, .costly:
        guard row.isListed else { continue }
        text += row.text(
          "is listed as equivalent, and was killed: \(row.fateText); take it out of grading/mutations/equivalent.json",
          style: style)
      }
    }
    for entry in stale {
      text +=
        "\(style.red("✗")) grading/mutations/equivalent.json: \(entry.exercise), \(entry.design ?? "the reference solution"), "
        + "\(entry.file): the text of an entry does not occur exactly once any more; mend it or take it out:\n"
      text += entry.find.split(separator: "\n").map { "    \(printable(String($0), maximumBytes: 200))\n" }.joined()
    }
    return text
  }

  /// Whether the list of equivalent mutations is as it should be.
  package var listHolds: Bool {
    stale.isEmpty
      && !rows.contains { row in
        guard row.isListed else { return false }
        if case .equivalent = row.fate { return false }
        return true
      }
  }
}

extension MutationVerification.Row {
  /// What became of it, in a few words.
  package var fateText: String {
    switch fate {
    case .killed(let kind, let isPublic): "\(kind.rawValue) on a \(isPublic ? "public" : "hidden") trace"
    case .costly(let share): "\(Score.fixed(share * 100)) % of the points lost"
    case .survived(let share): "survived" + (share > 0 ? ", at \(Score.fixed(share * 100)) % of the points" : "")
    case .equivalent(let reason): "equivalent: \(reason)"
    }
  }

  /// Where it is, and the lines that it changes, as they were and as they are.
  func text(_ what: String, style: TerminalStyle) -> String {
    let lines = MutationLines(mutation, of: bytes)
    var text =
      "\(style.red("✗")) \(style.bold(name)) \(what)\n"
      + "    \(mutation.kind) in \(mutation.declaration) of \(design ?? "the reference solution"), "
      + "\(mutation.file):\(lines.number)\n"
    for (sign, bytes) in [("-", lines.before), ("+", lines.after)] {
      for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false) {
        text += "    \(sign) \(line)\n"
      }
    }
    return text
  }

  /// The line that would list it as equivalent.
  fileprivate var listing: String {
    let entry = EquivalentMutations.Entry(mutation, of: bytes, exercise: exercise, design: design)
    guard let document = try? JSONReportEncoder().encode(entry) else { return "" }
    return "    listed as equivalent by: \(document.text(.compact))\n"
  }
}
