package import Examining

/// What the kinds of violation mean, as students read it.
package enum ExplanationText {
  /// Those kinds of violation, a line each.
  package static func list(_ kinds: [ViolationKind], _ style: TerminalStyle) -> String {
    var table = TextTable([TextTable.Column("kind"), TextTable.Column("what it means")])
    for kind in kinds {
      let sentence = kind.explanation.split(separator: ". ").first.map(String.init) ?? ""
      table.append([kind.rawValue, sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence])
    }
    return table.text(style: style)
  }

  /// One kind, and its causes in each of the exercises that know some.
  package static func text(_ kind: ViolationKind, _ exercises: [Exercise], _ style: TerminalStyle) -> String {
    var text =
      style.bold(kind.rawValue) + "\n" + CheckText.indented(CheckText.wrapped(kind.explanation, width: 96), by: 4)
      + "\n"
    for exercise in exercises {
      guard let causes = exercise.causes(of: kind) else { continue }
      text += "\n  in \(exercise.id):\n" + CheckText.indented(CheckText.wrapped(causes, width: 96), by: 4) + "\n"
    }
    return text
  }
}
