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

  /// The same with about one in `count` of its lives, evenly spread over all of them, and always the same ones: the first, and those
  /// whose numbers, times the golden ratio, have a fractional part below 1/`count`. (No fixed distance, which may always meet the same
  /// letter of an alphabet.)
  package func lives(oneIn count: Int) -> Trace {
    guard hasLives, count > 1 else { return self }
    var trace = self
    trace.operations = []
    var (number, isKept) = (UInt64(0), true)
    for (place, word) in operations.enumerated() {
      if place > 0, Self.begins(word) {
        number += 1
        isKept = number &* 0x9e37_79b9_7f4a_7c15 < UInt64.max / UInt64(count)
      }
      if isKept { trace.operations.append(word) }
    }
    trace.origin = "\(origin), \(trace.lifeCount) of \(lifeCount)"
    return trace
  }

  private static func begins(_ word: UInt64) -> Bool { AllocationOperation(word: word).hostility == .restart }
}
