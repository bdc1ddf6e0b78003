package import Traces
import Vocabularies

/// How traces of pointers are made shorter: whole objects are left out, then single operations, then numbers become smaller.
package struct PointerReductions: Reductions {
  /// Whether a subject has to know of objects that ended long ago.
  private let remembersEnded: Bool

  package init(remembersEnded: Bool = false) { self.remembersEnded = remembersEnded }

  package var granularities: Int { 2 }

  /// By object: all that is done with pointers to it. Then one by one.
  package func parts(of trace: Trace, granularity: Int) -> Parts {
    guard granularity == 0 else { return Parts(oneByOne: trace) }
    var flow = PointerFlow(nameCount: trace.slotCount, remembersEnded: remembersEnded)
    let objects = trace.operations.map { flow.perform(PointerOperation(word: $0))?.object ?? -1 }
    return Parts(ofOperation: objects.map { Int32($0) }, count: flow.objectCount)
  }

  package func trace(_ trace: Trace, keeping isKept: (Int) -> Bool) -> Trace {
    var kept = trace
    kept.operations = trace.operations.indices.filter(isKept).map { trace.operations[$0] }
    return meaningful(kept)
  }

  /// Without what is about names that hold no pointer, or an object that is long gone.
  private func meaningful(_ trace: Trace) -> Trace {
    var trace = trace
    var flow = PointerFlow(nameCount: trace.slotCount, remembersEnded: remembersEnded)
    trace.operations = trace.operations.filter { flow.perform(PointerOperation(word: $0)) != nil }
    return trace
  }

  package func simplify(_ search: ShrinkSearch) {
    renumber(search)
    // A pointer that is copied and moved, where the pointer itself may be.
    useOriginals(search)
    var index = 0
    while index < search.best.operations.count, search.best.operations.count <= 64, !search.isOver {
      for number in smaller(PointerOperation(word: search.best.operations[index])) {
        var candidate = search.best
        let operation = PointerOperation(word: candidate.operations[index])
        candidate.operations[index] = PointerOperation(operation.kind, operation.name, number).word
        if search.attempt(meaningful(candidate)) { break }
      }
      index += 1
    }
    for limit in [1 << 16, 1 << 20] where (search.best.parameter("heap.limit") ?? 0) > limit {
      if search.attempt(search.best.settingParameter("heap.limit", limit), mayBeLonger: true) { break }
    }
  }

  /// Numbers that are worth a try in place of an operation's, the smallest first.
  private func smaller(_ operation: PointerOperation) -> [Int] {
    // Of handles, the numbers of `advance` are ways to forge, and objects have room for what is written.
    if remembersEnded, operation.kind == .advance || operation.kind == .allocate { return [] }
    switch operation.kind {
    case .allocate, .read, .write, .advance:
      let sign = operation.number < 0 ? -1 : 1
      let half = operation.number / 2
      let candidates = [0, 1, 8, 16, 17, 24, 32].map { sign * $0 } + [half, operation.number - sign]
      return candidates.filter { $0.magnitude < operation.number.magnitude && (operation.kind == .allocate || $0 != 0) }
    default: return []
    }
  }

  private func useOriginals(_ search: ShrinkSearch) {
    guard search.best.operations.count <= 256 else { return }
    var index = 0
    while index < search.best.operations.count, !search.isOver {
      let copy = PointerOperation(word: search.best.operations[index])
      if copy.kind == .copy {
        var candidate = search.best
        candidate.operations = candidate.operations.enumerated().compactMap { place, word in
          guard place >= index else { return word }
          if place == index { return nil }
          let operation = PointerOperation(word: word)
          return operation.name == copy.name ? operation.renamed { $0 == copy.name ? copy.other : $0 }.word : word
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
      PointerOperation(word: word).renamed { name in
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
      let operation = PointerOperation(word: word)
      names.insert(operation.name)
      sum += Int(min(operation.number.magnitude, 1 << 32))
    }
    return [names.count, sum, trace.slotCount, trace.parameter("heap.limit") ?? 0]
  }
}

extension PointerOperation {
  /// The same operation about other names.
  fileprivate func renamed(_ name: (Int) -> Int) -> PointerOperation {
    let first = name(self.name)
    switch kind {
    case .copy, .store, .load: return PointerOperation(kind, first, name(other))
    default: return PointerOperation(kind, first, number)
    }
  }
}

/// Which name holds a pointer to which object, if every object is served: what makes an operation mean something.
struct PointerFlow {
  struct Pointer: Hashable {
    var object: Int
    var position: Int
  }

  private struct Object {
    /// How many objects had been made when it ended; -1 while it lives.
    var end = -1
    var size: Int
    var kept: [Int: Pointer] = [:]
  }

  private var names: [Int: Pointer] = [:]
  private var objects: [Object] = []
  private let nameCount: Int
  private let remembersEnded: Bool

  init(nameCount: Int, remembersEnded: Bool = false) {
    self.nameCount = nameCount
    self.remembersEnded = remembersEnded
  }

  var objectCount: Int { objects.count }

  /// Follows an operation; the pointer that it is about, or nil where it means nothing.
  mutating func perform(_ operation: PointerOperation) -> Pointer? {
    guard operation.name < nameCount else { return nil }
    if operation.kind == .allocate {
      objects.append(Object(size: operation.number))
      names[operation.name] = Pointer(object: objects.count - 1, position: 0)
      return names[operation.name]
    }
    let subject = operation.kind == .copy || operation.kind == .load ? operation.other : operation.name
    guard let pointer = names[subject], isKnown(pointer) else { return nil }
    // Handles are resolved without a byte count, so the program itself stays inside.
    if remembersEnded, operation.isAccess, operation.byteCount > objects[pointer.object].size { return nil }
    switch operation.kind {
    case .advance:
      let (position, overflows) = pointer.position.addingReportingOverflow(operation.number)
      // So far out it never comes back.
      names[subject]?.position = overflows ? .min : position
    case .copy: names[operation.name] = pointer
    case .store:
      guard let stored = names[operation.other], isKnown(stored) else { return nil }
      if holds(pointer) {
        forget(pointer, 8)
        objects[pointer.object].kept[pointer.position] = stored
      }
    case .load:
      // Where nothing is stored, memory holds no pointer. An access outside is refused, and loads nothing.
      if holds(pointer) {
        guard let loaded = objects[pointer.object].kept[pointer.position], isKnown(loaded) else { return nil }
        names[operation.name] = loaded
      }
    case .write: forget(pointer, operation.number)
    case .deallocate:
      if pointer.position == 0, objects[pointer.object].end < 0 { objects[pointer.object].end = objects.count }
    default: break
    }
    return pointer
  }

  /// Whether the subject still has to know its object: it lives, or nothing was made since it ended.
  private func isKnown(_ pointer: Pointer) -> Bool {
    let object = objects[pointer.object]
    return remembersEnded || object.end < 0 || object.end == objects.count
  }

  private func holds(_ pointer: Pointer) -> Bool {
    let object = objects[pointer.object]
    return object.end < 0 && pointer.position >= 0 && pointer.position <= object.size - 8
  }

  private mutating func forget(_ pointer: Pointer, _ count: Int) {
    guard !objects[pointer.object].kept.isEmpty, pointer.position >= 0 else { return }
    objects[pointer.object].kept = objects[pointer.object].kept.filter {
      $0.key >= pointer.position &+ min(count, 1 << 40) || $0.key <= pointer.position - 8
    }
  }
}
