import Traces
import Vocabularies

extension AllocationReductions {
  /// How long blocks live, in operations.
  func disorder(of trace: Trace) -> Int {
    let blocks = BlockLifetimes(trace)
    var begin = Array(repeating: 0, count: blocks.count)
    var sum = 0
    for (index, word) in trace.operations.enumerated() {
      let operation = AllocationOperation(word: word)
      let block = Int(blocks.ofOperation[index])
      guard block >= 0 else { continue }
      if operation.allocates { begin[block] = index } else { sum += index - begin[block] }
    }
    return sum
  }

  /// Frees where they are easiest to follow: at once, or all together; in short traces each as early as it can be.
  func simplifyOrder(_ search: ShrinkSearch) {
    for order in [FreeOrder.atOnce, .oldestFirst, .newestFirst] {
      if let candidate = ordered(search.best, order) { search.attempt(candidate) }
    }
    if search.best.operations.count > Self.readable {
      for pairsFirst in [true, false] {
        if let candidate = reshaped(search.best, pairsFirst: pairsFirst) { search.attempt(candidate) }
      }
    }
    guard search.best.operations.count <= 64, search.affords(20) else { return }
    var index = 1
    while index < search.best.operations.count, !search.isOver {
      for place in Self.earlierPlaces(of: index, in: search.best) {
        if search.attempt(move(search.best, from: index, to: place)) { break }
      }
      index += 1
    }
  }

  /// Tries frees in another order, which may let more be left out.
  func useOtherOrders(_ search: ShrinkSearch) {
    let count = search.best.operations.count
    guard count > 6, search.affords(count) else { return }
    for order in [FreeOrder.newestFirst, .oldestFirst, .atOnce] {
      if let candidate = ordered(search.best, order) { search.explore(candidate, isCoarse: count > 600) }
    }
  }

  enum FreeOrder { case atOnce, oldestFirst, newestFirst }

  /// The same operations with the frees moved, but none across an operation that is about no block. The last operation stays the last.
  ///
  /// - Parameter first: only those before this operation.
  func ordered(_ trace: Trace, _ order: FreeOrder, first: Int = .max) -> Trace? {
    let blocks = BlockLifetimes(trace)
    guard trace.operations.count > 2, blocks.count > 1 else { return nil }
    var result: [(word: UInt64, block: Int32)] = []
    var kept: [(word: UInt64, block: Int32)] = []
    var frees: [(word: UInt64, block: Int32)] = []
    func closeSegment() {
      let ordered = frees.sorted { order == .newestFirst ? $0.block > $1.block : $0.block < $1.block }
      if order == .atOnce {
        // Behind the last other operation of the same block, or in front of all where that lies in an earlier segment.
        var freeOfBlock: [Int32: UInt64] = [:]
        for free in ordered { freeOfBlock[free.block] = free.word }
        var lastUse: [Int32: Int] = [:]
        for (index, step) in kept.enumerated() { lastUse[step.block] = index }
        result += ordered.filter { lastUse[$0.block] == nil }
        for (index, step) in kept.enumerated() {
          result.append(step)
          if lastUse[step.block] == index, let word = freeOfBlock[step.block] { result.append((word, step.block)) }
        }
      } else {
        result += kept + ordered
      }
      kept.removeAll()
      frees.removeAll()
    }
    for (index, word) in trace.operations.enumerated() {
      let operation = AllocationOperation(word: word)
      let step = (word: word, block: blocks.ofOperation[index])
      if index >= first || index == trace.operations.count - 1 || !operation.namesBlock || operation.kind == .hostile {
        closeSegment()
        result.append(step)
      } else if operation.kind == .deallocate {
        frees.append(step)
      } else {
        kept.append(step)
      }
    }
    closeSegment()
    return BlockLifetimes.trace(trace, result)
  }

  /// As many allocations and frees as in a trace that has nothing else: the oldest blocks are freed, each at once and before all that
  /// stay, or after all but the last allocation.
  private func reshaped(_ trace: Trace, pairsFirst: Bool) -> Trace? {
    let operations = trace.operations.map { AllocationOperation(word: $0) }
    guard let last = operations.last, operations.allSatisfy({ $0.allocates || $0.kind == .deallocate }) else {
      return nil
    }
    let allocations = operations.filter(\.allocates)
    let frees = (0..<(operations.count - allocations.count)).map { block in
      (word: AllocationOperation(.deallocate).word, block: Int32(block))
    }
    var steps = allocations.enumerated().map { (word: $1.word, block: Int32($0)) }
    if pairsFirst {
      let pairs = zip(steps, frees).flatMap { [$0, $1] }
      steps = pairs + steps[frees.count...]
    } else {
      steps.insert(contentsOf: frees, at: last.allocates ? steps.count - 1 : steps.count)
    }
    return BlockLifetimes.trace(trace, steps)
  }

  /// Where else an operation about a block that lives could stand: the earliest place first.
  private static func earlierPlaces(of index: Int, in trace: Trace) -> [Int] {
    let operation = AllocationOperation(word: trace.operations[index])
    guard operation.kind == .deallocate || operation.kind == .reallocate else { return [] }
    let blocks = BlockLifetimes(trace)
    let block = blocks.ofOperation[index]
    guard let before = (0..<index).last(where: { blocks.ofOperation[$0] == block }) else { return [] }
    let earliest = before + 1
    return earliest < index
      ? [earliest, (earliest + index) / 2, index - 1].reduce(into: []) { places, place in
        if place < index, places.last != place { places.append(place) }
      } : []
  }

  private func move(_ trace: Trace, from index: Int, to place: Int) -> Trace {
    let blocks = BlockLifetimes(trace)
    var steps = trace.operations.indices.map { (word: trace.operations[$0], block: blocks.ofOperation[$0]) }
    steps.insert(steps.remove(at: index), at: place)
    return BlockLifetimes.trace(trace, steps)
  }
}
