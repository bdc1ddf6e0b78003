/// What heads a `.rep` file. Only the counts of ids and operations are believed, and those only to be compared.
package enum RepDialect: String, Sendable, CaseIterable {
  /// Suggested heap size, ids, operations, weight.
  case suggestedHeap = "suggested heap, ids, operations, weight"
  /// Weight, ids, operations, whether to ignore ranges.
  case ignoredRanges = "weight, ids, operations, ignored ranges"
  /// Weight, ids, operations, largest payload.
  case largestPayload = "weight, ids, operations, largest payload"
  /// Ids, operations.
  case counts = "ids, operations"
  /// No header at all: scripts with `#` comments.
  case bare = "no header"
  /// Some other number of integers, which are ignored.
  case unknown = "unknown header"
}

/// Something in a `.rep` file that is not as the grammar has it.
package struct RepOddity: Hashable, Sendable, CustomStringConvertible {
  /// Counted from 1.
  package var line: Int
  /// What is odd.
  package var finding: String
  /// What was made of it.
  package var remedy: String

  package var description: String { "line \(line): \(finding); \(remedy)" }
}

/// A `.rep` file as it was read.
package struct RepScript: Sendable {
  package var trace: Trace
  package var dialect: RepDialect
  package var oddities: [RepOddity]
}
