package import Examining
package import Judging

extension CheckText {
  /// What a right submission takes on the public workloads, as a table, and how a grade would take it.
  ///
  /// - Parameter row: the exercise's in the course's rubric; nil where there is none here.
  package static func figures(
    _ figures: [Judge.Figures], _ exercise: Exercise, by row: Rubric.Row?, style: TerminalStyle
  ) -> String {
    guard !figures.isEmpty else { return "    nothing of it is measured: \(exercise.id) counts correctness alone\n" }
    let isCompared = figures.contains { $0.time != nil || $0.space != nil }
    let hasTime = figures.contains { $0.nanoseconds != nil }
    let hasSpace = figures.contains { $0.footprint != nil }
    let isEstimate = figures.contains(where: \.isEstimate)
    let ratio = TextTable.Column(isEstimate ? "≈ × reference" : "× reference", .right)
    var columns = [TextTable.Column("workload")]
    if hasTime { columns += [TextTable.Column("ns an operation", .right)] + (isCompared ? [ratio] : []) }
    if hasSpace {
      columns += [TextTable.Column("KiB at the peak", .right)] + (isCompared ? [ratio] : [])
      columns.append(TextTable.Column("utilisation", .right))
    }
    let counted = exercise.meters.compactMap { meter in if case .counted(let name) = meter { name } else { nil } }
    // Several long names side by side would leave no room.
    let heads = counted.count > 1 ? counted.indices.map { "[\($0 + 1)]" } : counted
    columns += heads.map { TextTable.Column($0, .right) }
    var table = TextTable(columns)
    for item in figures {
      var cells = [item.workload]
      if hasTime {
        cells.append(item.nanoseconds.map { Score.fixed($0) } ?? "–")
        if isCompared { cells.append(item.time.map { Score.fixed($0.charged) } ?? "–") }
      }
      if hasSpace {
        cells.append(item.footprint.map { grouped($0 / 1024) } ?? "–")
        if isCompared { cells.append(item.space.map { Score.fixed($0) } ?? "–") }
        cells.append(item.utilisation.map { Score.fixed($0 * 100) + " %" } ?? "–")
      }
      cells += heads.indices.map { place in
        item.counted.indices.contains(place) ? item.counted[place].map { Score.fixed($0) } ?? "–" : "–"
      }
      table.append(cells)
    }
    var text = table.text(style: style, indent: 4)
    if counted.count > 1 {
      text += zip(heads, counted).map { style.dim("    \($0) \($1)") + "\n" }.joined()
    }
    let rules = exercise.meters.compactMap { meter in
      row?.meters[meter.name].map {
        "\(meter.name): all up to \(Score.short($0.full))×, none from \(Score.short($0.zero))× on"
      }
    }
    if !rules.isEmpty {
      text +=
        style.dim(
          "    a grade's points, by the reference solution on traces of its own: \(rules.joined(separator: "; "))")
        + "\n"
    }
    if isEstimate {
      text +=
        style.dim(
          "    ≈ an estimate: the reference solution is not here, and was measured on another machine, beside a yardstick that was "
            + "measured here, too") + "\n"
    }
    if !isCompared, hasTime || hasSpace {
      text +=
        style.dim("    the reference solution is not here; these figures tell whether a change of yours helps") + "\n"
    }
    return text
  }
}
