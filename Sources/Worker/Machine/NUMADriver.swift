public import AllocLab
internal import Vocabularies

/// Drives an allocator of page frames: machine and policies come from the trace's tables, and threads from its operations.
public struct NUMADriver<Subject: NUMAAllocator & ~Copyable>: Driver, ~Copyable {
  private let nodeCount: Int
  private let cpuCount: Int
  private let policies: [MemoryPolicy]
  private var subject: Subject
  /// What the subject calls the block of each slot, and how many pages it has; -1 where none lives.
  private var numbers: [Int] = []
  private var pages: [Int] = []
  private var isRunning: [Bool] = []

  public init(_ session: Session) {
    let machine =
      NUMATopology(words: Array(session.wordTable(NUMAVocabulary.topology)))
      ?? NUMATopology(frames: [0..<0], nodeOfCPU: [], distances: [[10]])
    nodeCount = machine.nodeCount
    cpuCount = machine.nodeOfCPU.count
    let rows = NUMAPolicy.rows(Array(session.wordTable(NUMAVocabulary.policies)), nodeCount: nodeCount) ?? []
    policies = rows.map { row in
      switch row.kind {
      case .local: .local
      case .preferred: .preferred(row.node)
      case .bind: .bind(row.nodes)
      case .interleave: .interleave(row.nodes)
      case .weighted: .weighted(row.weights)
      }
    }
    subject = Subject(
      topology: Topology(frames: machine.frames, nodeOfCPU: machine.nodeOfCPU, distances: machine.distances))
  }

  public mutating func perform(_ operation: UInt64) -> UInt64 {
    switch NUMAVocabulary.Operation(word: operation) {
    case .allocate(let block, let bytes, let policy):
      guard policy < policies.count, !isLive(block) else { return NUMAVocabulary.nothing }
      begin(block, bytes, subject.allocate(Layout(size: bytes), policies[policy]))
      return NUMAVocabulary.done
    case .allocateOn(let block, let bytes, let node):
      guard node < nodeCount, !isLive(block) else { return NUMAVocabulary.nothing }
      guard let number = subject.allocate(Layout(size: bytes), on: node) else { return NUMAVocabulary.none }
      begin(block, bytes, number)
      return NUMAVocabulary.done
    case .deallocate(let block):
      guard isLive(block) else { return NUMAVocabulary.nothing }
      pages[block] = -1
      subject.deallocate(numbers[block])
      return NUMAVocabulary.done
    case .run(let thread, let cpu):
      guard cpu < cpuCount, thread < NUMAVocabulary.threadLimit else { return NUMAVocabulary.nothing }
      while isRunning.count <= thread { isRunning.append(false) }
      isRunning[thread] = true
      subject.run(thread, on: cpu)
      return NUMAVocabulary.done
    case .touch(let block, let page, let thread, let accesses):
      guard isLive(block), page < pages[block], thread < isRunning.count, isRunning[thread], accesses > 0 else {
        return NUMAVocabulary.nothing
      }
      guard let frame = subject.touch(page, of: numbers[block], by: thread, accesses: accesses) else {
        return NUMAVocabulary.none
      }
      return UInt64(truncatingIfNeeded: frame)
    case nil: return NUMAVocabulary.nothing
    }
  }

  private func isLive(_ block: Int) -> Bool { block < pages.count && pages[block] >= 0 }

  private mutating func begin(_ block: Int, _ bytes: Int, _ number: Int) {
    while pages.count <= block {
      pages.append(-1)
      numbers.append(0)
    }
    pages[block] = NUMAVocabulary.pages(bytes)
    numbers[block] = number
  }
}
