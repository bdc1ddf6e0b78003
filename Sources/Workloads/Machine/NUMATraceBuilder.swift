package import Traces
package import Vocabularies

/// Writes what a program with several threads asks of an allocator of frames.
package struct NUMATraceBuilder {
  package let machine: NUMATopology
  private var operations: [UInt64] = []
  private var policies: [NUMAPolicy] = []
  private var freeSlots: [Int] = []
  private var blockCount = 0
  /// Live blocks with the number of their pages.
  package private(set) var live: [Int: Int] = [:]

  package init(_ machine: NUMATopology) { self.machine = machine }

  /// Policies of this machine.
  package var local: NUMAPolicy { NUMAPolicy(.local, weights: zeros) }
  package func preferred(_ node: Int) -> NUMAPolicy { NUMAPolicy(.preferred, node: node, weights: zeros) }
  package func bind(_ nodes: [Int]) -> NUMAPolicy { NUMAPolicy(.bind, weights: ones(nodes)) }
  package func interleave(_ nodes: [Int]) -> NUMAPolicy { NUMAPolicy(.interleave, weights: ones(nodes)) }
  package func weighted(_ weights: [Int]) -> NUMAPolicy { NUMAPolicy(.weighted, weights: weights) }

  private var zeros: [Int] { Array(repeating: 0, count: machine.nodeCount) }
  private func ones(_ nodes: [Int]) -> [Int] { machine.frames.indices.map { nodes.contains($0) ? 1 : 0 } }

  /// A block of so many bytes; its name.
  package mutating func allocate(bytes: Int, _ policy: NUMAPolicy) -> Int {
    let row = policies.firstIndex(of: policy) ?? policies.count
    if row == policies.count { policies.append(policy) }
    let block = newBlock(bytes)
    add(.allocate(block: block, bytes: bytes, policy: row))
    return block
  }

  /// A block of so many pages, the last of which may be filled in part.
  package mutating func allocate(_ pages: Int, _ policy: NUMAPolicy, with generator: inout SeededGenerator) -> Int {
    allocate(bytes: Self.bytes(pages, with: &generator), policy)
  }

  /// A block whose frames are reserved on a node. Where it is refused, what is asked about it means nothing.
  package mutating func allocate(bytes: Int, on node: Int) -> Int {
    let block = newBlock(bytes)
    add(.allocateOn(block: block, bytes: bytes, node: node))
    return block
  }

  package static func bytes(_ pages: Int, with generator: inout SeededGenerator) -> Int {
    max(0, pages * NUMAVocabulary.pageBytes - (generator.oneIn(3) ? 0 : generator.below(NUMAVocabulary.pageBytes)))
  }

  private mutating func newBlock(_ bytes: Int) -> Int {
    let block = freeSlots.popLast() ?? blockCount
    blockCount = max(blockCount, block + 1)
    live[block] = NUMAVocabulary.pages(bytes)
    return block
  }

  package mutating func deallocate(_ block: Int) {
    guard live.removeValue(forKey: block) != nil else { return }
    add(.deallocate(block: block))
    freeSlots.append(block)
  }

  /// A thread runs on one of a node's processors.
  package mutating func run(_ thread: Int, on node: Int, with generator: inout SeededGenerator) {
    let cpus = machine.nodeOfCPU.indices.filter { machine.nodeOfCPU[$0] == node }
    guard !cpus.isEmpty else { return }
    add(.run(thread: thread, cpu: generator.pick(cpus)))
  }

  package mutating func touch(_ page: Int, of block: Int, by thread: Int, _ accesses: Int = 1) {
    add(.touch(block: block, page: page, thread: thread, accesses: accesses))
  }

  /// All pages of a block, one after the other.
  package mutating func touchAll(_ block: Int, by thread: Int, _ accesses: Int = 1) {
    for page in 0..<(live[block] ?? 0) { touch(page, of: block, by: thread, accesses) }
  }

  private mutating func add(_ operation: NUMAVocabulary.Operation) { operations.append(operation.word) }

  /// - Parameter promise: the most that it may cost, in thousandths of the least; nil where nothing is promised.
  package func trace(promise: Int? = nil) -> Trace {
    Trace(
      vocabulary: NUMAVocabulary.name, name: "numa", origin: "generated",
      parameters: promise.map { [TraceParameter(name: NUMAVocabulary.promise, value: $0)] } ?? [],
      tables: [
        NamedTable(NUMAVocabulary.topology, words: machine.words),
        NamedTable(NUMAVocabulary.policies, words: policies.flatMap(\.words)),
      ], operations: operations)
  }
}
