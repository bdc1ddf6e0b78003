package import Examining
package import Judging
import Workloads

/// How the judge's findings on an assignment become points.
package struct Rubric: Sendable, Codable, Equatable {
  package var assignment: String
  package var title: String
  package var exercises: [Row]

  /// One exercise's row.
  package struct Row: Sendable, Codable, Equatable {
    package var exercise: String
    /// The most points that the exercise gives.
    package var points: Double
    /// The percent of the points that correctness gives; with the meters' weights they are 100.
    package var correctness: Double
    /// How many times a hidden trace counts, where a public one counts once.
    package var hiddenWeight: Double
    /// What each meter gives, by its name.
    package var meters: [String: MeterRule]
    /// Traces of real programs, by the names of their files in the course's `traces/` without `.trace`: hidden ones, besides the
    /// exercise's own workloads.
    package var recorded: [String]?

    /// The exercise with the recorded traces that it is judged by in this course.
    package func extended(_ exercise: Exercise) -> Exercise { exercise.adding(recorded: recorded ?? []) }
  }

  /// How a ratio to the reference solution becomes a share: all up to `full`, nothing from `zero` on, logarithmic in between.
  package struct MeterRule: Sendable, Codable, Equatable {
    /// In percent of the exercise's points.
    package var weight: Double
    package var full: Double
    package var zero: Double

    /// What a reading gives, from 0 to 1.
    package func share(of reading: MeterReading) -> Double { share(ofRatio: reading.charged) }

    /// From 0 to 1.
    package func share(ofRatio ratio: Double) -> Double {
      guard ratio.isFinite, ratio > full else { return ratio.isNaN ? 0 : ratio <= full ? 1 : 0 }
      guard ratio < zero else { return 0 }
      return 1 - Logarithm.natural(ratio / full) / Logarithm.natural(zero / full)
    }
  }

  /// What is wrong with the rubric of an assignment: exercises, meters or traces that there are not, or numbers that make no sense.
  ///
  /// - Parameter traces: the names of the recorded traces that there are, without `.trace`; nil where nobody is judged by any.
  package func problems(
    asOf assignment: String, in catalogue: Catalogue, traces: [String]?
  ) -> [CourseProblem] {
    var problems: [CourseProblem] = []
    if self.assignment != assignment {
      problems.append(
        CourseProblem(
          [.name("assignment")], "course.json names this rubric for \(assignment); write \(assignment) here"))
    }
    var names: Set<String> = []
    for (number, row) in exercises.enumerated() {
      let path: [JSONKey] = [.name("exercises"), .index(number)]
      guard let exercise = catalogue.exercise(row.exercise) else {
        let guess = closestMatch(to: row.exercise, in: catalogue.exercises.map(\.id))
        problems.append(
          CourseProblem(
            path + [.name("exercise")],
            "there is no exercise \(row.exercise)" + (guess.map { "; did you mean \($0)?" } ?? "")))
        continue
      }
      if exercise.assignment != assignment {
        problems.append(
          CourseProblem(path + [.name("exercise")], "\(row.exercise) belongs to \(exercise.assignment)"))
      }
      if !names.insert(row.exercise).inserted {
        problems.append(CourseProblem(path + [.name("exercise")], "\(row.exercise) has a row already; remove one"))
      }
      problems += (row.problems(exercise) + row.problems(ofRecorded: traces, exercise)).map {
        CourseProblem(path + $0.path, $0.text)
      }
    }
    return problems
  }
}

extension Rubric.Row {
  /// What is wrong with the row; paths are from the row.
  fileprivate func problems(_ exercise: Exercise) -> [CourseProblem] {
    var problems: [CourseProblem] = []
    for (key, value) in [("points", points), ("correctness", correctness), ("hiddenWeight", hiddenWeight)]
    where value < 0 {
      problems.append(CourseProblem([.name(key)], "\(self.exercise): \(key) is not negative"))
    }
    let meters = meters.sorted { $0.key < $1.key }
    for (name, rule) in meters {
      let path: [JSONKey] = [.name("meters"), .name(name)]
      if !exercise.meters.contains(where: { $0.name == name }) {
        let known = exercise.meters.map(\.name)
        let guess = closestMatch(to: name, in: known).map { "; did you mean \($0)?" } ?? ""
        problems.append(
          CourseProblem(
            path,
            "\(self.exercise): the exercise has no meter \(name)\(guess)"
              + (guess.isEmpty && !known.isEmpty ? "; it has \(known.joined(separator: ", "))" : "")))
      }
      if rule.weight < 0 || rule.full <= 0 || rule.zero <= rule.full {
        problems.append(
          CourseProblem(path, "\(self.exercise): \(name): a weight is not negative, and 0 < full < zero"))
      }
    }
    let weights = [correctness] + meters.map(\.value.weight)
    if !isHundred(weights.reduce(0, +)) {
      let names = ["correctness"] + meters.map(\.key)
      problems.append(
        CourseProblem(
          [.name("correctness")],
          "\(self.exercise): the weights of \(names.joined(separator: ", ")), \(added(weights)); make them 100"))
    }
    return problems
  }

  /// What is wrong with the recorded traces that the row names; paths are from the row.
  fileprivate func problems(ofRecorded traces: [String]?, _ exercise: Exercise) -> [CourseProblem] {
    let recorded = recorded ?? []
    return recorded.enumerated().compactMap { number, name in
      let text: String
      if exercise.chaos == nil {
        text = "no program's trace can become one of \(self.exercise): it is not about allocation"
      } else if let traces, !traces.contains(name) {
        let guess = closestMatch(to: name, in: traces).map { "; did you mean \($0)?" } ?? ""
        text = "there is no trace traces/\(name).trace\(guess)"
      } else if recorded.prefix(number).contains(name)
        || exercise.workloads.contains(where: { $0.recordedFile == name })
      {
        text = "\(self.exercise) is judged by \(name) already"
      } else {
        return nil
      }
      return CourseProblem([.name("recorded"), .index(number)], text)
    }
  }
}
