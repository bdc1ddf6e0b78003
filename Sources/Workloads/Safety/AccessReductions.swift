package import Traces
import Vocabularies

/// How traces of accesses are made shorter: whole objects are left out, then single operations, then numbers become smaller.
package struct AccessReductions: Reductions {
  package init() {}

  package var granularities: Int { 2 }

  /// By object: all that is done by addresses made of its own. Then one by one.
  package func parts(of trace: Trace, granularity: Int) -> Parts {
    guard granularity == 0 else { return Parts(oneByOne: trace) }
    var flow = AccessFlow()
    let objects = trace.operations.map { flow.perform(AccessOperation(word: $0)) ?? -1 }
    return Parts(ofOperation: objects.map { Int32($0) }, count: flow.objectCount)
  }

  package func trace(_ trace: Trace, keeping isKept: (Int) -> Bool) -> Trace {
    var kept = trace
    kept.operations = trace.operations.indices.filter(isKept).map { trace.operations[$0] }
    return meaningful(kept)
  }

  /// Without what is about names that hold no address.
  private func meaningful(_ trace: Trace) -> Trace {
    var (trace, flow) = (trace, AccessFlow())
    trace.operations = trace.operations.filter { flow.perform(AccessOperation(word: $0)) != nil }
    return trace
  }

  package func simplify(_ search: ShrinkSearch) {
    renumber(search)
    useOriginals(search)
    var index = 0
    while index < search.best.operations.count, search.best.operations.count <= 64, !search.isOver {
      for simpler in AccessOperation(word: search.best.operations[index]).simpler {
        var candidate = search.best
        candidate.operations[index] = simpler.word
        if search.attempt(candidate) { break }
      }
      index += 1
    }
    for limit in [1 << 16, 1 << 20] where (search.best.parameter("heap.limit") ?? 0) > limit {
      if search.attempt(search.best.settingParameter("heap.limit", limit), mayBeLonger: true) { break }
    }
  }

  /// An address that was made of another, where that may stand itself.
  private func useOriginals(_ search: ShrinkSearch) {
    guard search.best.operations.count <= 256 else { return }
    var index = 0
    while index < search.best.operations.count, !search.isOver {
      let point = AccessOperation(word: search.best.operations[index])
      if point.kind == .point {
        var candidate = search.best
        candidate.operations = candidate.operations.enumerated().compactMap { place, word in
          guard place >= index else { return word }
          if place == index { return nil }
          return AccessOperation(word: word).renamed { $0 == point.name ? point.other : $0 }.moved(
            by: point.distance, from: point.other, wasAbout: point.name, word)
        }
        if search.attempt(meaningful(candidate)) { continue }
      }
      index += 1
    }
  }

  /// Names in the order in which they come first.
  private func renumber(_ search: ShrinkSearch) {
    var names: [Int: Int] = [:]
    var candidate = search.best
    candidate.operations = candidate.operations.map { word in
      AccessOperation(word: word).renamed { name in
        let new = names[name] ?? names.count
        names[name] = new
        return new
      }
      .word
    }
    candidate.slotCount = max(names.count, 1)
    search.attempt(candidate)
  }

  package func complexity(of trace: Trace) -> [Int] {
    var names: Set<Int> = []
    var sum = 0
    for word in trace.operations {
      let operation = AccessOperation(word: word)
      names.insert(operation.name)
      sum += Int(min(operation.number.magnitude, 1 << 32))
      if operation.isAccess { sum += Int(operation.offset.magnitude) }
    }
    return [names.count, sum, trace.slotCount, trace.parameter("heap.limit") ?? 0]
  }
}

extension AccessOperation {
  fileprivate var isAccess: Bool { kind == .read || kind == .write || kind == .use }

  /// The same operation about other names.
  fileprivate func renamed(_ name: (Int) -> Int) -> AccessOperation {
    let first = name(self.name)
    switch kind {
    case .copy, .point: return AccessOperation(kind ?? .copy, first, name(other), number: distance)
    case let kind?: return AccessOperation(kind, first, isAccess ? count : size, offset: isAccess ? offset : 0)
    case nil: return self
    }
  }

  /// An access by a name that is replaced by the one it was made of, at the same place where there are bits for it.
  fileprivate func moved(by distance: Int, from other: Int, wasAbout name: Int, _ word: UInt64) -> UInt64 {
    guard isAccess, AccessOperation(word: word).name == name, let kind else { return self.word }
    let (offset, overflows) = self.offset.addingReportingOverflow(distance)
    guard !overflows, (-Self.offsetLimit..<Self.offsetLimit).contains(offset) else { return self.word }
    return AccessOperation(kind, other, count, offset: offset).word
  }

  /// The same operation with smaller numbers, the smallest first.
  fileprivate var simpler: [AccessOperation] {
    func smaller(_ number: Int) -> [Int] {
      let sign = number < 0 ? -1 : 1
      return ([0, 1, 8, 16, 17, 24, 32].map { sign * $0 } + [number / 2, number - sign])
        .filter { $0.magnitude < number.magnitude }
    }
    switch kind {
    case .allocate: return smaller(size).map { AccessOperation(.allocate, name, $0) }
    case .copy, .point:
      return smaller(distance).map { AccessOperation(kind ?? .copy, name, other, number: $0) }
    case .read, .write, .use:
      guard let kind else { return [] }
      return smaller(count).filter { $0 > 0 }.map { AccessOperation(kind, name, $0, offset: offset) }
        + smaller(offset).map { AccessOperation(kind, name, count, offset: $0) }
    case .deallocate, nil: return []
    }
  }
}

/// Which name holds an address made of which object's, if every object is served.
private struct AccessFlow {
  private var objects: [Int: Int] = [:]
  private(set) var objectCount = 0

  /// Follows an operation; the object that it is about, or nil where it means nothing.
  mutating func perform(_ operation: AccessOperation) -> Int? {
    switch operation.kind {
    case .allocate:
      objects[operation.name] = objectCount
      objectCount += 1
      return objectCount - 1
    case .point:
      objects[operation.name] = objects[operation.other]
      return objects[operation.name]
    case .copy: return objects[operation.other] == nil ? nil : objects[operation.name]
    case .deallocate, .read, .write, .use: return objects[operation.name]
    case nil: return nil
    }
  }
}
