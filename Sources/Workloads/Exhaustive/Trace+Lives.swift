package import Traces
import Vocabularies

/// Traces of many lives: short sequences, each with a subject of its own.
extension Trace {
  /// Whether it is one.
  package var hasLives: Bool { operations.first.map(Self.begins) ?? false && vocabulary == AllocationVocabulary.name }

  /// How many lives there are; 0 where it is no such trace.
  package var lifeCount: Int { hasLives ? operations.reduce(0) { $0 + (Self.begins($1) ? 1 : 0) } : 0 }

  /// The life to which an operation belongs, as a trace of its own.
  package func life(around operation: Int) -> Trace? {
    guard hasLives, operations.indices.contains(operation) else { return nil }
    // The first operation begins a life.
    let start = operations[...operation].lastIndex(where: Self.begins) ?? 0
    let end = operations[(start + 1)...].firstIndex(where: Self.begins) ?? operations.endIndex
    var life = self
    life.operations = Array(operations[start + 1..<end])
    life.slotCount = 1 + (life.operations.map { AllocationOperation(word: $0).slot }.max() ?? 0)
    life.seed = nil
    return life
  }

  /// Its first lives, so many that they have `count` operations together at most, but one at least.
  package func firstLives(operations count: Int) -> Trace {
    guard hasLives, operations.count > max(count, 1) else { return self }
    // Behind the first operation, which begins the first life.
    let start = operations[1...max(count, 1)].lastIndex(where: Self.begins)
    let end = start ?? operations[1...].firstIndex(where: Self.begins) ?? operations.endIndex
    var trace = self
    trace.operations = Array(operations[..<end])
    trace.origin = "\(origin), the first \(trace.lifeCount) of \(lifeCount)"
    return trace
  }

  private static func begins(_ word: UInt64) -> Bool { AllocationOperation(word: word).hostility == .restart }
}
