import Traces

/// The exercises that a judge knows.
package struct Catalogue: Sendable {
  /// In the order of the course.
  package let exercises: [Exercise]
  /// Every kind of violation that may be found, without what usually lies behind it in one exercise.
  package let kinds: [ViolationKind]

  package init(_ definitions: [any ExerciseDefinition.Type]) {
    let exercises = definitions.map { Exercise($0) }
    for exercise in exercises { VocabularyRegistry.add(exercise.vocabulary) }
    let alone = exercises.map { exercise in
      var exercise = exercise
      let others = exercises.filter { $0.assignment == exercise.assignment && $0.id != exercise.id }
      exercise.otherFiles = Set(others.map(\.file)).subtracting([exercise.file])
      exercise.foreignFiles = Set(exercises.map(\.file)).subtracting(exercise.otherFiles).subtracting([exercise.file])
      return exercise
    }
    self.exercises = alone.map { exercise in
      var exercise = exercise
      let all = alone.filter { $0.assignment == exercise.assignment }
      guard let own = all.firstIndex(where: { $0.id == exercise.id }) else { return exercise }
      // What one may import, another may not, and a heap is probed or not.
      exercise.builtTogether = all.enumerated().filter {
        $0.offset % 2 == own % 2 && $0.element.modules == exercise.modules
          && $0.element.probesHeap == exercise.probesHeap
      }.map(\.element)
      return exercise
    }
    let kinds = ViolationKind.allocation + exercises.flatMap(\.kinds) + ViolationKind.frame
    self.kinds = kinds.reduce(into: []) { distinct, kind in
      if !distinct.contains(kind) { distinct.append(kind.withoutCauses) }
    }
  }

  /// The exercise of that id.
  package func exercise(_ id: String) -> Exercise? { exercises.first { $0.id == id } }

  /// The exercises of an assignment, in order.
  package func exercises(ofAssignment name: String) -> [Exercise] { exercises.filter { $0.assignment == name } }

  /// The assignments, in the order in which their first exercises stand.
  package var assignments: [String] {
    exercises.reduce(into: []) { names, exercise in
      if !names.contains(exercise.assignment) { names.append(exercise.assignment) }
    }
  }

  /// The kind of violation of that name, or nil where no exercise can find it.
  package func kind(_ name: String) -> ViolationKind? { kinds.first { $0.rawValue == name } }
}
