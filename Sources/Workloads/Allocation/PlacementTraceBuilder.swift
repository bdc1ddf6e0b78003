package import Traces
import Vocabularies

/// Writes what a program does with blocks that it uses together: a trace of the placement vocabulary.
package struct PlacementTraceBuilder {
  package private(set) var operations: [UInt64] = []
  /// Variables that are not in use, the one that was given back first in front.
  private var unused: [Int] = []
  private var firstUnused = 0
  private var count = 0
  /// By variable, the size of its block.
  private var sizes: [Int] = []

  package init() {}

  /// A new block, in a variable of its own.
  ///
  /// - Parameter near: the variable with the hint.
  package mutating func allocate(_ size: Int, alignment: Int = 1, near: Int? = nil, thread: Int = 0) -> Int {
    let block: Int
    // Late again, so that for a while a hint may be of a block that has ended.
    if unused.count - firstUnused > 64 {
      block = unused[firstUnused]
      firstUnused += 1
      sizes[block] = size
    } else {
      block = count
      count += 1
      sizes.append(size)
    }
    operations.append(
      PlacementOperation(allocate: block, size, alignment: alignment, near: near, thread: thread).word)
    return block
  }

  /// Ends a block, and gives its variable back.
  package mutating func end(_ block: Int, thread: Int = 0) {
    operations.append(PlacementOperation(.deallocate, block, thread: thread).word)
    unused.append(block)
  }

  /// Reads bytes of a block; all of it where nothing else is said.
  package mutating func read(_ block: Int, at offset: Int = 0, _ count: Int? = nil, thread: Int = 0) {
    operations.append(
      PlacementOperation(.read, block, at: offset, count ?? sizes[block] - offset, thread: thread).word)
  }

  /// Writes bytes of a block.
  package mutating func write(_ block: Int, at offset: Int = 0, _ count: Int? = nil, thread: Int = 0) {
    operations.append(
      PlacementOperation(.write, block, at: offset, count ?? sizes[block] - offset, thread: thread).word)
  }

  /// Reads the first bytes of block after block: a walk along pointers.
  package mutating func walk(_ blocks: some Sequence<Int>, _ count: Int, thread: Int = 0) {
    for block in blocks { read(block, at: 0, count, thread: thread) }
  }

  /// What has been written.
  package func trace(heapLimit: Int, parameters: [TraceParameter] = []) -> Trace {
    Trace(
      vocabulary: PlacementVocabulary.name, name: "",
      parameters: [
        TraceParameter(name: "heap.limit", value: heapLimit),
        TraceParameter(name: Channel.answerParameter, value: PlacementVocabulary.answerWords),
      ] + parameters, slotCount: max(count, 1), operations: operations)
  }
}
