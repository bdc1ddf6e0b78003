import Traces
import Vocabularies

/// An allocator of frames that never does wrong: it has no lists, but asks all pages of all blocks each time, and never moves one.
struct HonestNUMA {
  private struct Block {
    var policy: NUMAPolicy
    var reserved: Int?
    var frames: [Int?]
    var shares: [Int]
  }

  private let machine: NUMATopology
  private let policies: [NUMAPolicy]
  private var blocks: [Int: Block] = [:]
  private var threads: [Int: Int] = [:]

  init(_ tables: [NamedTable]) {
    machine =
      NUMATopology(words: tables.words(NUMAVocabulary.topology) ?? [])
      ?? NUMATopology(frames: [0..<0], nodeOfCPU: [], distances: [[10]])
    policies = NUMAPolicy.rows(tables.words(NUMAVocabulary.policies) ?? [], nodeCount: machine.nodeCount) ?? []
  }

  private func free(_ node: Int) -> [Int] {
    let taken = Set(blocks.values.flatMap { $0.frames.compactMap(\.self) })
    let reserved = blocks.values.filter { $0.reserved == node }.reduce(0) { $0 + $1.frames.count { $0 == nil } }
    return Array(machine.frames[node].filter { !taken.contains($0) }.dropLast(reserved))
  }

  private func nearest(to node: Int, among nodes: [Int]? = nil) -> Int? {
    machine.nearest(to: node).first { nodes?.contains($0) != false && !free($0).isEmpty }
  }

  mutating func perform(_ word: UInt64) -> UInt64 {
    switch NUMAVocabulary.Operation(word: word) {
    case .allocate(let name, let bytes, let row):
      guard blocks[name] == nil, policies.indices.contains(row) else { return NUMAVocabulary.nothing }
      begin(name, bytes, policies[row], reserved: nil)
    case .allocateOn(let name, let bytes, let node):
      guard blocks[name] == nil, machine.frames.indices.contains(node) else { return NUMAVocabulary.nothing }
      guard free(node).count >= NUMAVocabulary.pages(bytes) else { return NUMAVocabulary.none }
      begin(name, bytes, NUMAPolicy(.local, weights: []), reserved: node)
    case .deallocate(let name):
      guard blocks.removeValue(forKey: name) != nil else { return NUMAVocabulary.nothing }
    case .run(let thread, let cpu):
      guard machine.nodeOfCPU.indices.contains(cpu) else { return NUMAVocabulary.nothing }
      threads[thread] = machine.nodeOfCPU[cpu]
    case .touch(let name, let page, let thread, let accesses):
      guard let block = blocks[name], block.frames.indices.contains(page), let node = threads[thread], accesses > 0
      else { return NUMAVocabulary.nothing }
      return touch(page, name, block, node)
    case nil: return NUMAVocabulary.nothing
    }
    return NUMAVocabulary.done
  }

  private mutating func begin(_ name: Int, _ bytes: Int, _ policy: NUMAPolicy, reserved: Int?) {
    let weights = policy.weights.map { policy.kind == .interleave ? min($0, 1) : $0 }
    let frames = [Int?](repeating: nil, count: NUMAVocabulary.pages(bytes))
    blocks[name] = Block(policy: policy, reserved: reserved, frames: frames, shares: weights)
  }

  private mutating func touch(_ page: Int, _ name: Int, _ before: Block, _ node: Int) -> UInt64 {
    if let frame = before.frames[page] { return UInt64(frame) }
    var block = before
    if let reserved = block.reserved {
      // One of those that are counted as reserved, so one more than `free` says.
      block.frames[page] = machine.frames[reserved].first { frame in
        !blocks.values.contains { $0.frames.contains(frame) }
      }
    } else {
      let home: Int?
      switch block.policy.kind {
      case .local: home = nearest(to: node)
      case .preferred: home = nearest(to: block.policy.node)
      case .bind: home = nearest(to: node, among: block.policy.nodes)
      case .interleave, .weighted:
        let open = block.policy.nodes.filter { !free($0).isEmpty }
        if open.isEmpty {
          home = nearest(to: node)
        } else {
          if open.allSatisfy({ block.shares[$0] == 0 }) {
            block.shares = block.policy.weights.map { block.policy.kind == .interleave ? min($0, 1) : $0 }
          }
          home = open.first { block.shares[$0] > 0 }
          if let home { block.shares[home] -= 1 }
        }
      }
      guard let home else { return NUMAVocabulary.none }
      block.frames[page] = free(home).first
    }
    blocks[name] = block
    return block.frames[page].map { UInt64($0) } ?? NUMAVocabulary.none
  }
}
