package import Examining

/// How the judge's findings on an assignment become points.
package struct Rubric: Sendable, Codable, Equatable {
  package var assignment: String
  package var title: String
  /// Points beyond the course's full marks.
  package var isExtraCredit: Bool?
  package var exercises: [Row]

  /// One exercise's row.
  package struct Row: Sendable, Codable, Equatable {
    package var exercise: String
    /// The most points that the exercise gives.
    package var points: Double
    /// The share of correctness; the meters' weights are of the same unit.
    package var correctness: Double
    /// How many times a hidden trace counts, where a public one counts once.
    package var hiddenWeight: Double
    /// The share of each meter, by its name.
    package var meters: [String: MeterRule]
  }

  /// How a ratio to the reference solution becomes a share: all up to `full`, nothing from `zero` on, logarithmic in between.
  package struct MeterRule: Sendable, Codable, Equatable {
    package var weight: Double
    package var full: Double
    package var zero: Double

    /// From 0 to 1.
    package func share(ofRatio ratio: Double) -> Double {
      guard ratio.isFinite, ratio > full else { return ratio.isNaN ? 0 : ratio <= full ? 1 : 0 }
      guard ratio < zero else { return 0 }
      return 1 - Logarithm.natural(ratio / full) / Logarithm.natural(zero / full)
    }
  }

  /// What is wrong with the rubric: exercises or meters that there are not, or numbers that make no sense.
  package func problems(in catalogue: Catalogue) -> [String] {
    var problems: [String] = []
    for row in exercises {
      guard let exercise = catalogue.exercise(row.exercise) else {
        let guess = closestMatch(to: row.exercise, in: catalogue.exercises.map(\.id))
        problems.append("there is no exercise \(row.exercise)" + (guess.map { "; did you mean \($0)?" } ?? ""))
        continue
      }
      if exercise.assignment != assignment { problems.append("\(row.exercise) belongs to \(exercise.assignment)") }
      if row.points < 0 || row.correctness < 0 { problems.append("\(row.exercise): points are not negative") }
      for (name, rule) in row.meters.sorted(by: { $0.key < $1.key }) {
        if !exercise.meters.contains(where: { $0.name == name }) {
          problems.append("\(row.exercise): the exercise has no meter \(name)")
        }
        if rule.weight < 0 || rule.full <= 0 || rule.zero <= rule.full {
          problems.append("\(row.exercise): \(name): a weight is not negative, and 0 < full < zero")
        }
      }
    }
    return problems
  }
}
