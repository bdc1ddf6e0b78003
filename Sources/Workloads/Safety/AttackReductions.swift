package import Traces
import Vocabularies

/// How traces of attacks are made shorter: whole processes are left out, then blocks, then single operations; then numbers become smaller.
package struct AttackReductions: Reductions {
  package init() {}

  package var granularities: Int { 3 }

  /// By process, by block, one by one.
  package func parts(of trace: Trace, granularity: Int) -> Parts {
    guard granularity < 2 else { return Parts(oneByOne: trace) }
    var life = 0
    var parts: [[Int]: Int32] = [:]
    let numbers = trace.operations.map { word -> Int32 in
      let operation = AttackOperation(word: word)
      if operation.kind == .restart { life += 1 }
      guard granularity == 0 || operation.isAboutName else { return -1 }
      let key = granularity == 0 ? [life] : [life, operation.name]
      let number = parts[key] ?? Int32(parts.count)
      parts[key] = number
      return number
    }
    return Parts(ofOperation: numbers, count: parts.count)
  }

  package func trace(_ trace: Trace, keeping isKept: (Int) -> Bool) -> Trace {
    var kept = trace
    var known: Set<Int> = []
    kept.operations = trace.operations.indices.filter(isKept).map { trace.operations[$0] }.filter { word in
      let operation = AttackOperation(word: word)
      switch operation.kind {
      case .allocate: known.insert(operation.name)
      case .restart: known.removeAll()
      case .forge: break
      case nil: return false
      default: return known.contains(operation.name)
      }
      return true
    }
    return kept
  }

  package func simplify(_ search: ShrinkSearch) {
    renumber(search)
    search.simplifyEach { simpler($0, $1) }
  }

  /// Names in the order in which they come first.
  private func renumber(_ search: ShrinkSearch) {
    var names: [Int: Int] = [:]
    var candidate = search.best
    candidate.operations = candidate.operations.map { word in
      let operation = AttackOperation(word: word)
      guard operation.isAboutName else { return word }
      let new = names[operation.name] ?? names.count
      names[operation.name] = new
      return operation.renamed(new).word
    }
    candidate.slotCount = max(names.count, 1)
    search.attempt(candidate)
  }

  /// The same operations with a smaller number in one of them, the smallest first. What was meant from a block's end on stays there.
  private func simpler(_ operations: [UInt64], _ index: Int) -> [[UInt64]] {
    let operation = AttackOperation(word: operations[index])
    func replaced(_ new: AttackOperation) -> [UInt64] {
      var changed = operations
      changed[index] = new.word
      return changed
    }
    switch operation.kind {
    case .allocate:
      let (name, size) = (operation.name, operation.size)
      let smaller = [1, 8, 16, 64, 1024, 16 << 10, size / 2, size - 1].filter { $0 > 0 && $0 < size }
        .map { new in
          var changed = replaced(AttackOperation(allocate: name, size: new, alignment: operation.alignment))
          for place in changed.indices.dropFirst(index + 1) {
            let later = AttackOperation(word: changed[place])
            guard later.isAboutName, later.name == name else { continue }
            if later.kind == .allocate { break }
            changed[place] = later.moved(from: size, to: new).word
          }
          return changed
        }
      let plain = operation.alignment == 1 ? [] : [replaced(AttackOperation(allocate: name, size: size))]
      return plain + smaller
    case .scribble:
      return [1, 8, operation.count / 2].filter { $0 > 0 && $0 < operation.count }
        .map { replaced(AttackOperation(scribble: operation.name, at: operation.offset, $0)) }
    case .deallocate, .forge, .touch:
      guard let kind = operation.kind else { return [] }
      return [0, 1, 8, 16, operation.number / 2].filter { $0.magnitude < operation.number.magnitude }
        .map { replaced(AttackOperation(kind, operation.name, $0)) }
    default: return []
    }
  }

  package func complexity(of trace: Trace) -> [Int] {
    var names: Set<Int> = []
    var sum = 0
    for word in trace.operations {
      let operation = AttackOperation(word: word)
      if operation.isAboutName { names.insert(operation.name) }
      switch operation.kind {
      case .allocate: sum += min(operation.size, 1 << 32) + operation.alignment
      case .scribble: sum += operation.count + Int(operation.offset.magnitude)
      default: sum += Int(min(operation.number.magnitude, 1 << 32))
      }
    }
    return [names.count, sum, trace.slotCount]
  }
}

extension AttackOperation {
  fileprivate var isAboutName: Bool { kind != nil && kind != .forge && kind != .restart }

  /// The same about another name.
  fileprivate func renamed(_ name: Int) -> AttackOperation {
    AttackOperation(word: word & ~(0xffff << 4) | UInt64(name) << 4)
  }

  /// The same where its block has another size.
  fileprivate func moved(from size: Int, to new: Int) -> AttackOperation {
    if kind == .scribble, offset >= size { return AttackOperation(scribble: name, at: offset - size + new, count) }
    if kind == .scribble, offset + count == size, new >= count {
      return AttackOperation(scribble: name, at: new - count, count)
    }
    if kind == .touch, number >= size - 1, let kind { return AttackOperation(kind, name, number - size + new) }
    return self
  }
}
