package import Traces
import Vocabularies

/// How traces of misuse are made shorter: whole programs are left out, then blocks, then single operations; then numbers become smaller.
package struct MisuseReductions: Reductions {
  package init() {}

  package var granularities: Int { 3 }

  /// By program, by block, one by one.
  package func parts(of trace: Trace, granularity: Int) -> Parts {
    guard granularity < 2 else { return Parts(oneByOne: trace) }
    var life = 0
    var parts: [[Int]: Int32] = [:]
    let numbers = trace.operations.map { word -> Int32 in
      let operation = MisuseOperation(word: word)
      defer { if operation.kind == .shutDown { life += 1 } }
      guard granularity == 0 || operation.isAboutName else { return -1 }
      let key = granularity == 0 ? [life] : [life, operation.name]
      let number = parts[key] ?? Int32(parts.count)
      parts[key] = number
      return number
    }
    return Parts(ofOperation: numbers, count: parts.count)
  }

  /// What is about names without an address is left out as well.
  package func trace(_ trace: Trace, keeping isKept: (Int) -> Bool) -> Trace {
    var kept = trace
    var known: Set<Int> = []
    kept.operations = trace.operations.indices.filter(isKept).map { trace.operations[$0] }.filter { word in
      let operation = MisuseOperation(word: word)
      switch operation.kind {
      case .allocate: known.insert(operation.name)
      case .shutDown: known.removeAll()
      case .forge, .check: break
      case .reallocate:
        guard known.contains(operation.name) else { return false }
        known.insert(operation.target)
      default: return known.contains(operation.name)
      }
      return true
    }
    return kept
  }

  package func simplify(_ search: ShrinkSearch) {
    renumber(search)
    // Codes say their lines themselves, where it does not hang on those that the table has.
    if !search.best.tables.isEmpty {
      var candidate = search.best
      candidate.tables = []
      search.attempt(candidate)
    }
    let hasTable = !search.best.tables.isEmpty
    search.simplifyEach { simpler($0, $1, hasTable: hasTable) }
  }

  /// Names in the order in which they come first; what is reallocated into the next name keeps a name for it.
  private func renumber(_ search: ShrinkSearch) {
    var names: [Int: Int] = [:]
    var count = 0
    var candidate = search.best
    let hasPairs = Set(
      search.best.operations.map { MisuseOperation(word: $0) }.filter { $0.kind == .reallocate && $0.target != $0.name }
        .map(\.name))
    candidate.operations = candidate.operations.map { word in
      let operation = MisuseOperation(word: word)
      guard operation.isAboutName else { return word }
      if names[operation.name] == nil {
        names[operation.name] = count
        if hasPairs.contains(operation.name) { names[operation.name + 1] = count + 1 }
        count += hasPairs.contains(operation.name) ? 2 : 1
      }
      return operation.renamed(names[operation.name] ?? 0).word
    }
    candidate.slotCount = max(count, 1)
    search.attempt(candidate)
  }

  /// The same operations with something simpler in one of them. What was meant from a block's end on stays there.
  private func simpler(_ operations: [UInt64], _ index: Int, hasTable: Bool) -> [[UInt64]] {
    let operation = MisuseOperation(word: operations[index])
    func replaced(_ new: MisuseOperation) -> [UInt64] {
      var changed = operations
      changed[index] = new.word
      return changed
    }
    let number = operation.number
    var found: [[UInt64]] = []
    switch operation.kind {
    case .allocate, .reallocate:
      let size = operation.size
      found = [0, 1, 8, 16, 24, 64, 1024, size / 2, size - 1].filter { $0 >= 0 && $0 < size }.map { new in
        var changed = replaced(
          MisuseOperation(
            operation.kind, operation.name, new, family: operation.family, site: operation.site))
        for place in changed.indices.dropFirst(index + 1) {
          let later = MisuseOperation(word: changed[place])
          guard later.isAboutName, later.name == operation.target else { continue }
          if later.kind == .allocate || later.kind == .reallocate { break }
          changed[place] = later.moved(from: size, to: new).word
        }
        return changed
      }
    case .write:
      found = [1, 2, operation.count / 2].filter { $0 > 0 && $0 < operation.count }
        .map { replaced(MisuseOperation(.write, operation.name, at: number, count: $0)) }
    case .deallocate, .forge:
      found = [0, 1, 8, 16, number / 2].filter { $0.magnitude < number.magnitude }.map {
        replaced(
          MisuseOperation(operation.kind, operation.name, $0, family: operation.family, site: operation.site))
      }
    case .check, .shutDown, .reallocateInner: break
    }
    // A line that says where in the trace it is.
    let plain = SiteCode(0, index + 1)
    if !hasTable, operation.hasSite, operation.site != plain {
      found.append(replaced(operation.moved(to: plain)))
    }
    return found
  }

  package func complexity(of trace: Trace) -> [Int] {
    var names: Set<Int> = []
    var (sum, sites) = (0, 0)
    for (index, word) in trace.operations.enumerated() {
      let operation = MisuseOperation(word: word)
      if operation.isAboutName { names.insert(operation.name) }
      switch operation.kind {
      case .allocate, .reallocate: sum += min(operation.size, 1 << 32)
      case .write: sum += operation.count + Int(operation.number.magnitude)
      default: sum += Int(operation.number.magnitude)
      }
      if operation.hasSite, operation.site != SiteCode(0, index + 1) { sites += 1 }
    }
    return [names.count, sum, trace.tables.count, sites, trace.slotCount]
  }
}

extension MisuseOperation {
  fileprivate var isAboutName: Bool { kind != .forge && kind != .check && kind != .shutDown }

  /// The same about another name.
  fileprivate func renamed(_ name: Int) -> MisuseOperation {
    MisuseOperation(word: word & ~(0x3_ffff << 5) | UInt64(name) << 5)
  }

  /// Whether it says where in the program it is.
  var hasSite: Bool { kind != .write && kind != .reallocateInner }

  /// The same on another line.
  func moved(to site: SiteCode) -> MisuseOperation {
    MisuseOperation(word: word & ~(0xffff << 23) | site.bits << 23)
  }

  /// The same where its block has another size.
  fileprivate func moved(from size: Int, to new: Int) -> MisuseOperation {
    guard size < 1 << 30 else { return self }
    if kind == .write, number >= size { return MisuseOperation(.write, name, at: number - size + new, count: count) }
    if kind == .write, number + count == size, new >= count {
      return MisuseOperation(.write, name, at: new - count, count: count)
    }
    if kind == .deallocate, number >= size {
      return MisuseOperation(.deallocate, name, number - size + new, family: family, site: site)
    }
    return self
  }
}
