package import Vocabularies

/// The lists that a window's operations were answered with, as they were when the judge copied them: claims, like outcomes.
package struct Answers: Sendable, Equatable {
  /// One list after the other, as far as they found room.
  package let all: [UInt64]
  private var taken = 0

  package init(_ words: [UInt64] = []) { all = words }

  /// How many words of the memory for answers some operations have filled, as they say.
  ///
  /// - Parameter room: how many words that memory has.
  package static func words(
    of operations: some Sequence<UInt64>, _ outcomes: some Sequence<UInt64>, _ vocabulary: any Vocabulary.Type,
    room: Int
  ) -> Int {
    var used = 0
    for (operation, outcome) in zip(operations, outcomes) where vocabulary.isAnswered(operation) {
      // One that is too long has filled all there is.
      used += min(room - used, Int(clamping: outcome))
    }
    return used
  }

  /// Whether the memory that these words were copied from still holds them.
  ///
  /// - Complexity: O(words).
  package func areStill(in memory: UnsafeRawBufferPointer) -> Bool {
    guard 8 * all.count <= memory.count else { return false }
    // Safe: the memory has just been found to be as long.
    return all.indices.allSatisfy { unsafe memory.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self) == all[$0] }
  }

  /// The next operation's list; nil where it was too long to find room.
  ///
  /// - Parameter count: how long it is, as the operation's outcome says.
  package mutating func next(_ count: UInt64) -> ArraySlice<UInt64>? {
    guard count <= UInt64(all.count - taken) else {
      taken = all.count
      return nil
    }
    defer { taken += Int(count) }
    return all[taken..<taken + Int(count)]
  }

  /// The next operation's list, or that it was too long.
  ///
  /// - Parameters:
  ///   - index: the operation's, in the trace.
  ///   - vocabulary: names it.
  package mutating func next(
    _ outcome: UInt64, of operation: UInt64, at index: Int, _ vocabulary: any Vocabulary.Type
  ) -> AnswerClaim {
    let room = all.count - taken
    if let words = next(outcome) { return .list(words) }
    return .wrong(
      Violation(
        .answerTooLong, at: index,
        "\(vocabulary.describe(operation: operation)) → \(vocabulary.describe(outcome: outcome, of: operation)): an answer of "
          + "\(outcome) words, and there is room for \(room)"))
  }
}

/// An answer as it was found.
package enum AnswerClaim {
  case list(ArraySlice<UInt64>)
  case wrong(Violation)
}

extension ViolationKind {
  package static let answerTooLong = ViolationKind(
    "answer-too-long", means: "A list was given that is longer than any right one can be.")
  package static let answerUnsteady = ViolationKind(
    "answer-unsteady",
    means: "A list was changed after it had been given. Nothing may go on when an operation has ended.")
}
