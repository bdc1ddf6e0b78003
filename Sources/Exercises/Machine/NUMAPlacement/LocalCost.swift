package import Vocabularies

/// What pages that may move cost: accesses and moves, each times its distance.
struct LocalCost {
  private(set) var paid = 0
  /// Of pages that have ended.
  private(set) var least = 0

  mutating func access(_ distance: Int, _ times: Int) { paid += distance * times }

  mutating func move(_ distance: Int) { paid += distance * NUMAVocabulary.accessesOfMove }

  mutating func end(_ costs: [Int]) { least += costs.min() ?? 0 }

  private static let never = Int.max / 4

  /// What a page costs at least by the node on which it lies, after accesses from a node; `before` is empty where these are its first.
  ///
  /// The offline optimum of page migration, by dynamic programming (Black and Sleator 1989). It may begin anywhere.
  ///
  /// - Complexity: O(nodes²).
  static func least(after before: [Int], from node: Int, times: Int, on machine: NUMATopology) -> [Int] {
    machine.frames.indices.map { memory in
      guard !machine.frames[memory].isEmpty else { return never }
      var cheapest = before.isEmpty ? 0 : before[memory]
      for (other, cost) in before.enumerated() where cost < never {
        cheapest = min(cheapest, cost + machine.distances[memory][other] * NUMAVocabulary.accessesOfMove)
      }
      return cheapest + machine.distances[node][memory] * times
    }
  }
}

/// The least that the accesses of a small trace and its moves can cost, with as many frames as there are: all placements of all pages are
/// tried, by dynamic programming over them.
package enum ExactLocalCost {
  /// The most placements that are looked at after each operation.
  private static let placementLimit = 20_000

  /// Nil where there are too many placements, or policies other than `local`.
  ///
  /// - Complexity: O(operations × nodes × placements), of which there are (nodes + 1)^pages.
  package static func least(
    _ operations: [UInt64], on machine: NUMATopology, policies: [NUMAPolicy]
  ) -> Int? {
    guard let pages = touchedPages(operations, policies) else { return nil }
    let base = machine.nodeCount + 1
    var weights = [1]
    for _ in 0..<pages.count {
      let next = weights[weights.count - 1] * base
      guard next <= placementLimit else { return nil }
      weights.append(next)
    }
    // A placement is a number with a digit for each page: 0 where it has no frame, else its node and 1. What each costs that can be.
    let (placements, never) = (weights.removeLast(), Int.max)
    var costs = Array(repeating: never, count: placements)
    costs[0] = 0
    var nodes: [Int: Int] = [:]
    let order = machine.frames.indices.map(machine.nearest)
    let room = machine.frames.map(\.count)
    var free = room
    for word in operations {
      var next = Array(repeating: never, count: placements)
      switch NUMAVocabulary.Operation(word: word) {
      case .run(let thread, let cpu):
        if machine.nodeOfCPU.indices.contains(cpu) { nodes[thread] = machine.nodeOfCPU[cpu] }
        continue
      case .deallocate(let block):
        let ended = pages.filter { $0.key.block == block }.map { weights[$0.value] }
        for placement in costs.indices where costs[placement] < never {
          let rest = ended.reduce(placement) { $0 - placement / $1 % base * $1 }
          next[rest] = min(next[rest], costs[placement])
        }
      case .touch(let block, let page, let thread, let accesses):
        guard let digit = pages[PageName(block: block, page: page)], let node = nodes[thread] else { continue }
        let own = weights[digit]
        for placement in costs.indices where costs[placement] < never {
          for memory in room.indices { free[memory] = room[memory] }
          for weight in weights where placement / weight % base > 0 { free[placement / weight % base - 1] -= 1 }
          let old = placement / own % base - 1
          func place(_ memory: Int, _ way: Int) {
            let new = placement + (memory - old) * own
            next[new] = min(next[new], costs[placement] + way + machine.distances[node][memory] * accesses)
          }
          if old < 0 {
            // Where a page comes first, it has no choice.
            if let memory = order[node].first(where: { free[$0] > 0 }) {
              place(memory, 0)
            } else {
              next[placement] = min(next[placement], costs[placement])
            }
            continue
          }
          place(old, 0)
          for memory in order[node] where memory != old && free[memory] > 0 {
            place(memory, machine.distances[memory][old] * NUMAVocabulary.accessesOfMove)
          }
        }
      default: continue
      }
      costs = next
    }
    return costs.min()
  }

  private struct PageName: Hashable {
    let block: Int
    let page: Int
  }

  /// The pages that are touched, with a number for each; nil where other policies are asked for.
  private static func touchedPages(_ operations: [UInt64], _ policies: [NUMAPolicy]) -> [PageName: Int]? {
    var pages: [PageName: Int] = [:]
    for word in operations {
      switch NUMAVocabulary.Operation(word: word) {
      case .allocate(_, _, let policy):
        guard policies.indices.contains(policy), policies[policy].kind == .local else { return nil }
      case .allocateOn, nil: return nil
      case .touch(let block, let page, _, _):
        let name = PageName(block: block, page: page)
        if pages[name] == nil { pages[name] = pages.count }
        if pages.count > 16 { return nil }
      case .run, .deallocate: break
      }
    }
    return pages
  }
}
