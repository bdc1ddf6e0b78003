package import Traces

/// Every exercise there is. A new exercise adds its row here.
package enum Catalogue {
  package static let exercises: [Exercise] = [.pool, .slab, .buddy, .comparison, .pageReplacement, .heapChecker]

  /// The exercise of that id.
  package static func exercise(_ id: String) -> Exercise? { exercises.first { $0.id == id } }

  /// The exercises of an assignment, in order.
  package static func exercises(ofAssignment name: String) -> [Exercise] { exercises.filter { $0.assignment == name } }

  /// The assignments, in the order in which their first exercises stand.
  package static var assignments: [String] {
    exercises.reduce(into: []) { names, exercise in
      if !names.contains(exercise.assignment) { names.append(exercise.assignment) }
    }
  }
}

extension Trace {
  /// The most bytes that the subject's heap may hold.
  package var heapLimit: Int { parameter("heap.limit") ?? Exercise.defaultHeapLimit }
}
