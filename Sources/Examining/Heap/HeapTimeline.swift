/// The contents of a heap before each operation of a replay; can be moved either way.
///
/// Each operation's change is kept when it is first performed, so that a step back costs as little as one forward.
package struct HeapTimeline: Sendable {
  package private(set) var contents: HeapContents
  /// Operations performed so far: `contents` is what is live before the operation of that number, counted from `first`.
  package private(set) var position = 0
  /// The index, in the trace, of the first operation.
  private let first: Int
  private let operations: ArraySlice<UInt64>
  private let outcomes: [UInt64]
  /// One for each operation that was ever performed.
  private var changes: [HeapContents.Change?] = []

  /// - Parameters:
  ///   - operations: whose indices are those of the trace.
  ///   - outcomes: of the first of them, or of all.
  package init(from start: HeapContents, operations: ArraySlice<UInt64>, outcomes: [UInt64]) {
    contents = start
    first = operations.startIndex
    self.operations = operations
    self.outcomes = outcomes
    precondition(outcomes.count <= operations.count)
  }

  /// Moves to the moment before operation `target`, or as near to it as there are outcomes.
  ///
  /// - Complexity: O(distance).
  package mutating func move(to target: Int) {
    let target = min(max(target, 0), outcomes.count)
    while position < target {
      let change = contents.perform(operations[first + position], outcomes[position], at: first + position)
      if position == changes.count { changes.append(change) }
      position += 1
    }
    while position > target {
      position -= 1
      if let change = changes[position] { contents.revert(change) }
    }
  }
}
