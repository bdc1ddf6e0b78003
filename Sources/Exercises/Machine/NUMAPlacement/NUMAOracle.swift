package import Examining
package import Traces
import Vocabularies

/// Checks where an allocator of frames puts pages. Truth: whose frame a number is, says the machine, and how many are free, say the frames
/// that were handed out.
package struct NUMAOracle: Oracle {
  /// The measurement that counts.
  package static let meter = "cost / least"

  private let trace: Trace
  private var truth: NUMATruth
  /// What was paid at the end, and the least that could be: asked for twice, and not quickly found.
  private var finalCost: (paid: Int, least: Int)?

  package init(for trace: Trace) {
    self.trace = trace
    let machine =
      NUMATopology(words: trace.tables.words(NUMAVocabulary.topology) ?? [])
      ?? NUMATopology(frames: [0..<0], nodeOfCPU: [], distances: [[10]])
    let rows = NUMAPolicy.rows(
      trace.tables.words(NUMAVocabulary.policies) ?? [], nodeCount: machine.nodeCount)
    truth = NUMATruth(machine: machine, policies: rows ?? [])
  }

  package mutating func check(operations: Span<UInt64>, outcomes: Span<UInt64>, in window: Window) -> Violation? {
    for place in operations.indices {
      let (word, outcome) = (operations[place], outcomes[place])
      guard let operation = NUMAVocabulary.Operation(word: word), truth.means(operation),
        let wrong = check(operation, outcome)
      else { continue }
      let text = NUMAVocabulary.describer(of: trace.tables)(word)
      return Violation(
        wrong.kind, at: window.firstIndex + place,
        "\(text) → \(NUMAVocabulary.describe(outcome: outcome, of: word)): \(wrong.message)",
        evidence: evidence(operation))
    }
    return nil
  }

  private typealias Wrong = (kind: ViolationKind, message: String)

  private mutating func check(_ operation: NUMAVocabulary.Operation, _ outcome: UInt64) -> Wrong? {
    switch operation {
    case .allocate(let block, let bytes, let policy): truth.begin(block, bytes: bytes, policy: policy)
    case .allocateOn(let block, let bytes, let node):
      let (pages, free) = (NUMAVocabulary.pages(bytes), truth.free[node])
      guard outcome == (pages <= free ? NUMAVocabulary.done : NUMAVocabulary.none) else {
        return (.wrongReservation, "it has \(pages) pages, and node \(node) has \(free) free frames")
      }
      if pages <= free { truth.reserve(block, bytes: bytes, on: node) }
    case .deallocate(let block): truth.end(block)
    case .run(let thread, let cpu): truth.run(thread, on: cpu)
    case .touch(let name, let page, let thread, let accesses):
      guard let block = truth.blocks[name], let node = truth.nodeOfThread[thread] else { return nil }
      if let old = block.pages[page].frame {
        if let wrong = checkLater(old, outcome, block) { return wrong }
        if outcome != old, let memory = truth.node(of: outcome) { truth.move(page, of: name, to: outcome, on: memory) }
      } else {
        if let wrong = checkFirst(outcome, block, from: node) { return wrong }
        guard let memory = truth.node(of: outcome) else { return nil }
        truth.place(page, of: name, in: outcome, on: memory)
      }
      truth.access(page, of: name, from: node, times: accesses)
    }
    return nil
  }

  /// A frame that no page may get, whatever its policy.
  private func checkFrame(_ frame: UInt64) -> Wrong? {
    if truth.node(of: frame) == nil { return (.noSuchFrame, "no node has a frame of this number") }
    return truth.isTaken(frame) ? (.frameInUse, "another page lies in this frame") : nil
  }

  private func checkFirst(_ outcome: UInt64, _ block: NUMATruth.Block, from node: Int) -> Wrong? {
    let (now, emptied) = truth.places(of: block, from: node)
    if outcome == NUMAVocabulary.none {
      return now.isEmpty ? nil : (.refusedWithFreeFrames, "there is a free frame on node \(Self.list(now))")
    }
    if let wrong = checkFrame(outcome) { return wrong }
    guard let memory = truth.node(of: outcome) else { return nil }
    if block.reservedNode == nil, truth.free[memory] == 0 {
      return (.frameInUse, "all frames of node \(memory) that are no page's are reserved")
    }
    if now.contains(memory) { return nil }
    let wanted =
      now.isEmpty ? "it must be nil, since no frame is free that the policy allows" : "right is node \(Self.list(now))"
    let message = "this is on node \(memory); \(wanted)"
    switch block.policy.kind {
    case .bind where !block.policy.nodes.contains(memory): return (.spilledBinding, message)
    case .interleave where block.policy.nodes.contains(memory), .weighted where block.policy.nodes.contains(memory):
      return (.unevenPages, message)
    default: return (emptied == now ? .wrongNode : .wrongFallback, message)
    }
  }

  private func checkLater(_ old: UInt64, _ outcome: UInt64, _ block: NUMATruth.Block) -> Wrong? {
    if outcome == old { return nil }
    if outcome == NUMAVocabulary.none { return (.pageLost, "the page lies in frame \(old)") }
    if !block.isLocal { return (.pageMoved, "the page lies in frame \(old), and this policy lets none move") }
    if let wrong = checkFrame(outcome) { return wrong }
    guard let memory = truth.node(of: outcome), truth.free[memory] == 0 else { return nil }
    return (.frameInUse, "all frames of node \(memory) that are no page's are reserved")
  }

  private static func list(_ nodes: [Int]) -> String { nodes.map { "\($0)" }.joined(separator: " or ") }

  /// The machine as it was before.
  private func evidence(_ operation: NUMAVocabulary.Operation) -> [String] {
    let machine = truth.machine
    var lines: [String] = []
    if case .touch(let name, _, let thread, _) = operation, let node = truth.nodeOfThread[thread] {
      lines.append(
        "t\(thread) runs on node \(node), whose distances are \(machine.distances[node].map { "\($0)" }.joined(separator: " "))"
      )
      if let block = truth.blocks[name], block.reservedNode == nil, block.policy.kind == .preferred {
        let row = machine.distances[block.policy.node].map { "\($0)" }.joined(separator: " ")
        lines.append("those of node \(block.policy.node) are \(row)")
      }
      if let block = truth.blocks[name], block.policy.takesTurns {
        lines.append("shares that are left of the round: \(block.shares.map { "\($0)" }.joined(separator: " "))")
      }
    }
    for (node, frames) in machine.frames.enumerated().prefix(8) {
      let numbers =
        frames.isEmpty
        ? "no memory" : "frames \(frames.lowerBound) to \(frames.upperBound - 1), \(truth.free[node]) free"
      lines.append("node \(node): \(numbers)")
    }
    return lines
  }

  // MARK: What it costs

  /// The least that can be: exactly where the trace is small, or else of each page by itself.
  private var localCost: (paid: Int, least: Int) {
    let cost = truth.localCost
    guard trace.operations.count <= 2000 else { return cost }
    let exact = ExactLocalCost.least(trace.operations, on: truth.machine, policies: truth.policies)
    return (cost.paid, max(cost.least, min(exact ?? 0, cost.paid)))
  }

  package var measurements: [Measurement] {
    // Where nothing is promised nobody has a choice: all machines are full, or nothing is touched twice.
    guard trace.parameter(NUMAVocabulary.promise) != nil else { return [] }
    let (paid, least) = finalCost ?? localCost
    guard least > 0 else { return [] }
    return [
      Measurement("cost", Double(paid), ""), Measurement("least cost", Double(least), ""),
      Measurement(Self.meter, Double(paid) / Double(least), "×"),
    ]
  }

  package mutating func finish(heap: HeapView?) -> Violation? {
    guard let promise = trace.parameter(NUMAVocabulary.promise) else { return nil }
    let (paid, least) = localCost
    finalCost = (paid, least)
    guard least > 0, Double(paid) * 1000 > Double(least) * Double(promise) else { return nil }
    func thousandths(_ value: Int) -> String {
      let digits = String(value % 1000)
      return "\(value / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
    }
    return Violation(
      .farFromMemory, at: nil,
      "accesses and moves cost \(paid), \(thousandths(Int(Double(paid) * 1000 / Double(least)))) times the least, \(least); at most "
        + "\(thousandths(max(promise, 0))) times is promised here",
      evidence: [
        "of pages that may move, each access costs its distance, and a move as much as \(NUMAVocabulary.accessesOfMove) accesses"
      ])
  }
}
