import ArgumentParser
import Examining
import Exercises

/// Whether students' own checkers run.
struct InvariantOptions: ParsableArguments {
  @Flag(help: "Call invariantViolations() after every operation; the type must conform to InvariantChecking. Slow.")
  var invariants = false

  /// Whether to ask, or an error where none of the exercises has something to ask.
  func isAsked(of exercises: [Exercise]) throws -> Bool {
    guard invariants else { return false }
    guard exercises.contains(where: { $0.invariantDriver != nil }) else {
      let others = Catalogue.all.exercises.filter { $0.invariantDriver != nil }.map(\.id).joined(separator: ", ")
      throw ValidationError(
        "--invariants has nothing to ask in \(exercises.map(\.id).joined(separator: ", ")); it is for \(others).")
    }
    return true
  }
}
