package import Traces
import Vocabularies

/// Writes what a program does whose blocks may be moved: a trace of the compaction vocabulary, in which no field ever refers to a
/// block that has ended, and no pinned block ends.
package struct CompactionTraceBuilder {
  package private(set) var operations: [UInt64] = []
  private var unused: [Int] = []
  private var count = 0
  /// By variable.
  private var sizes: [Int] = []
  private var pins: [Int] = []
  /// By variable and field, what it refers to, or -1.
  private var fields: [[Int]] = []
  /// By variable, the fields that refer to it.
  private var referrers: [[Field]] = []

  private struct Field: Equatable {
    let block: Int
    let number: Int
  }

  package init() {}

  /// A new block, in a variable of its own.
  package mutating func allocate(_ size: Int, references: Int = 0) -> Int {
    let block: Int
    if let last = unused.popLast() {
      block = last
    } else {
      block = count
      count += 1
      sizes.append(0)
      pins.append(0)
      fields.append([])
      referrers.append([])
    }
    let operation = CompactionOperation(allocate: block, size, references: references)
    sizes[block] = operation.size
    fields[block] = Array(repeating: -1, count: references)
    referrers[block] = []
    operations.append(operation.word)
    return block
  }

  /// A request that is too large for any heap: its variable is not used again.
  package mutating func refused(_ size: Int) {
    operations.append(CompactionOperation(allocate: count, size).word)
    count += 1
    sizes.append(0)
    pins.append(0)
    fields.append([])
    referrers.append([])
  }

  /// A block ends, once nobody refers to it or has pinned it.
  package mutating func end(_ block: Int) {
    releasePins(block)
    for field in referrers[block] where field.block != block { refer(field.number, of: field.block, to: nil) }
    for field in fields[block].indices where fields[block][field] >= 0 {
      let (target, place) = (fields[block][field], Field(block: block, number: field))
      referrers[target].removeAll { $0 == place }
    }
    fields[block] = []
    operations.append(CompactionOperation(.deallocate, block).word)
    unused.append(block)
  }

  package mutating func refer(_ field: Int, of block: Int, to target: Int?) {
    let place = Field(block: block, number: field)
    let before = fields[block][field]
    if before >= 0 { referrers[before].removeAll { $0 == place } }
    fields[block][field] = target ?? -1
    if let target { referrers[target].append(place) }
    operations.append(CompactionOperation(.refer, block, target: target, field).word)
  }

  package mutating func pin(_ block: Int) {
    pins[block] += 1
    operations.append(CompactionOperation(.pin, block).word)
  }

  package mutating func unpin(_ block: Int) {
    pins[block] -= 1
    operations.append(CompactionOperation(.unpin, block).word)
  }

  /// Takes back all pins of a block.
  package mutating func releasePins(_ block: Int) {
    while pins[block] > 0 { unpin(block) }
  }

  package mutating func compact() { operations.append(CompactionOperation(.compact).word) }

  package mutating func step(_ budget: Int, times: Int = 1) {
    for _ in 0..<times { operations.append(CompactionOperation(.step, 0, budget).word) }
  }

  /// - Parameter isSettled: whether as little is used as there can be.
  package mutating func look(isSettled: Bool) {
    operations.append(CompactionOperation(.look, 0, isSettled ? 1 : 0).word)
  }

  /// Bytes of a live block.
  package func size(of block: Int) -> Int { sizes[block] }

  /// How many fields a live block has.
  package func references(of block: Int) -> Int { fields[block].count }

  /// What has been written.
  package func trace(heapLimit: Int, parameters: [TraceParameter] = []) -> Trace {
    Trace(
      vocabulary: CompactionVocabulary.name, name: "",
      parameters: [
        TraceParameter(name: "heap.limit", value: heapLimit),
        TraceParameter(name: Channel.answerParameter, value: CompactionVocabulary.answerWords(blocks: count)),
      ] + parameters, slotCount: max(count, 1), operations: operations)
  }
}
