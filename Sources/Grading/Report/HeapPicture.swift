import Examining
import Judging
import Traces

/// The blocks that are live after a short trace, as its outcomes say: what a heap map is drawn from.
package struct HeapPicture: Sendable, Codable, Equatable {
  package struct Block: Sendable, Codable, Equatable {
    /// As the listing calls it.
    package var name: String
    package var address: Int
    /// Bytes that were asked for.
    package var size: Int
  }

  /// By address. Wrong ones may overlap, and lie outside of the heap.
  package var blocks: [Block]
  /// The name of the block that the last operation is about; nil where it is about none.
  package var subject: String?

  /// So many blocks are drawn, those that were made last.
  static let limit = 64

  /// Nil where the trace is about no blocks, or leaves none.
  init?(_ found: Counterexample) {
    let trace = found.trace
    guard trace.hasPayloads else { return nil }
    var contents = HeapContents(asSeenBy: found.subject.exercise.oracle(trace))
    for (index, (word, outcome)) in zip(trace.operations, found.outcomes).enumerated() {
      // What was ended in vain is still to be seen.
      if index == trace.operations.count - 1, contents.block(madeBy: word, outcome, at: index) == nil { break }
      contents.perform(word, outcome, at: index)
    }
    let newest = contents.blocks.values.sorted { $0.origin > $1.origin }.prefix(Self.limit)
    guard !newest.isEmpty else { return nil }
    blocks = newest.sorted { ($0.address, $0.slot) < ($1.address, $1.slot) }.map {
      Block(name: OperationNames.letter($0.slot), address: $0.address, size: $0.size)
    }
    let slot = trace.operations.last.flatMap { HeapContents.slot(of: $0) }
    subject = slot.map { OperationNames.letter($0) }.flatMap { name in blocks.contains { $0.name == name } ? name : nil
    }
  }
}
