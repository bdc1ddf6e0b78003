package import Traces
import Vocabularies

/// How traces of blocks that move are made shorter: whole blocks are left out, then single operations; then sizes become smaller. What is left
/// keeps to the program's rules.
package struct CompactionReductions: Reductions {
  package init() {}

  package var granularities: Int { 2 }

  /// By block, then one by one.
  package func parts(of trace: Trace, granularity: Int) -> Parts {
    guard granularity == 0 else { return Parts(oneByOne: trace) }
    // A variable may hold one block after the other: each of them is a part. What is about all blocks is one by itself.
    var parts: [Int: Int32] = [:]
    var count: Int32 = 0
    let numbers = trace.operations.map { word -> Int32 in
      let operation = CompactionOperation(word: word)
      guard let kind = operation.kind else { return -1 }
      if kind == .allocate || operation.isAboutAll {
        defer { count += 1 }
        if kind == .allocate { parts[operation.block] = count }
        return count
      }
      return parts[operation.block] ?? -1
    }
    return Parts(ofOperation: numbers, count: Int(count))
  }

  package func trace(_ trace: Trace, keeping isKept: (Int) -> Bool) -> Trace {
    var kept = trace
    var program = KeptProgram()
    kept.operations = trace.operations.indices.filter(isKept).compactMap {
      program.keeps(CompactionOperation(word: trace.operations[$0])) ? trace.operations[$0] : nil
    }
    return kept
  }

  package func simplify(_ search: ShrinkSearch) {
    renumber(search)
    search.simplifyEach { operations, index in
      let operation = CompactionOperation(word: operations[index])
      guard operation.kind == .allocate || operation.kind == .step else { return [] }
      let least = operation.kind == .allocate ? 8 * operation.references : 0
      let number = operation.number
      return [least, 1, 16, 64, 1024, 4096, number / 2, number - 1].filter { $0 >= least && $0 < number }.map {
        var changed = operations
        changed[index] = operation.numbered($0).word
        return changed
      }
    }
  }

  /// Variables in the order in which they come first.
  private func renumber(_ search: ShrinkSearch) {
    var numbers: [Int: Int] = [:]
    func number(_ block: Int) -> Int {
      if let known = numbers[block] { return known }
      numbers[block] = numbers.count
      return numbers.count - 1
    }
    var candidate = search.best
    candidate.operations = candidate.operations.map { word in
      let operation = CompactionOperation(word: word)
      guard operation.kind != nil, !operation.isAboutAll else { return word }
      let block = number(operation.block)
      return operation.moved(
        to: block, target: operation.kind == .refer ? operation.target.map(number) : operation.target
      ).word
    }
    candidate.slotCount = max(numbers.count, 1)
    search.attempt(candidate)
  }

  package func complexity(of trace: Trace) -> [Int] {
    var blocks: Set<Int> = []
    var sum = 0
    for word in trace.operations {
      let operation = CompactionOperation(word: word)
      if !operation.isAboutAll { blocks.insert(operation.block) }
      if operation.kind == .allocate { sum += min(operation.number, 1 << 32) + operation.references }
    }
    return [blocks.count, sum, trace.slotCount]
  }
}

/// What a program that was cut has done so far: which operations it may still do.
private struct KeptProgram {
  /// By live block: its fields, and how often it is pinned.
  private var blocks: [Int: (fields: [Int], pins: Int)] = [:]

  mutating func keeps(_ operation: CompactionOperation) -> Bool {
    let number = operation.block
    guard let kind = operation.kind else { return false }
    if operation.isAboutAll { return true }
    guard let block = blocks[number] else {
      guard kind == .allocate else { return false }
      blocks[number] = (Array(repeating: -1, count: operation.references), 0)
      return true
    }
    switch kind {
    case .deallocate:
      // Where what took the reference away was left out, the block lives on.
      guard block.pins == 0, !blocks.contains(where: { $0.key != number && $0.value.fields.contains(number) }) else {
        return false
      }
      blocks[number] = nil
    case .refer:
      guard operation.number < block.fields.count, operation.target.map({ blocks[$0] != nil }) ?? true else {
        return false
      }
      blocks[number]?.fields[operation.number] = operation.target ?? -1
    case .pin: blocks[number]?.pins += 1
    case .unpin:
      guard block.pins > 0 else { return false }
      blocks[number]?.pins -= 1
    case .allocate, .compact, .step, .look: return false
    }
    return true
  }
}
