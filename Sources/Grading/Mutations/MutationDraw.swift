package import Judging
import Workloads

/// In which order the mutations of an exercise's solutions are tried: drawn from a seed, so that all kinds and all solutions come up
/// equally often for as long as they last. How many are wanted changes nothing about the order.
package struct MutationDraw {
  /// One mutation, and the number of the solution that it is of.
  package struct Candidate: Equatable {
    package let solution: Int
    package let mutation: Mutation

    package init(solution: Int, mutation: Mutation) {
      self.solution = solution
      self.mutation = mutation
    }
  }

  /// All candidates of an exercise, in that order.
  package static func order(_ candidates: [Candidate], of exercise: String, seed: UInt64) -> [Candidate] {
    var left: [String: [Int: [Candidate]]] = [:]
    for candidate in candidates {
      left[candidate.mutation.kind, default: [:]][candidate.solution, default: []].append(candidate)
    }
    var generator = SeededGenerator(seed: seed, purpose: "mutations of \(exercise)")
    // In a fixed order first: that of a dictionary is another in each process.
    var kinds = left.keys.sorted()
    kinds.shuffle(using: &generator)
    var solutions = Set(candidates.map(\.solution)).sorted()
    solutions.shuffle(using: &generator)
    for kind in kinds {
      for solution in solutions {
        // Of its own, so that no other kind, exercise or solution changes this one's order.
        var generator = SeededGenerator(seed: seed, purpose: "\(kind) of \(exercise), \(solution)")
        left[kind]?[solution]?.shuffle(using: &generator)
      }
    }
    var drawn: [Int: Int] = [:]
    var order: [Candidate] = []
    while order.count < candidates.count {
      for kind in kinds {
        // The one that came up least often, of those that have one left.
        let having = solutions.filter { left[kind]?[$0]?.isEmpty == false }
        guard let solution = having.min(by: { drawn[$0, default: 0] < drawn[$1, default: 0] }),
          let candidate = left[kind]?[solution]?.popLast()
        else { continue }
        drawn[solution, default: 0] += 1
        order.append(candidate)
      }
    }
    return order
  }

  /// How many mutations each of some exercises has of so many: as many as the others, or one more.
  package static func shares(of count: Int, among exercises: Int) -> [Int] {
    (0..<exercises).map { count / exercises + ($0 < count % exercises ? 1 : 0) }
  }
}
