package import Examining
package import Traces
import Vocabularies

/// Checks a sanitizer: which faults it tells, of which kind, where and about which object, and where objects lie.
///
/// What is true follows from where the objects lie and from what the program did (`ProgramMemory`). A subject that tells a fault that is
/// none, or none where there is one, is wrong at once, so that the program goes on as the truth has it.
package struct SanitizerOracle: Oracle {
  private let heapLimit: Int
  private var memory: ProgramMemory
  /// The program's addresses.
  private var names: [Int]
  private var secret: UInt64?
  private var rotation = 0
  /// Whether what the program writes is really written in this window: by the driver, or in an attended replay by the judge, after each
  /// operation that is alone in its window.
  private var isWritten = false

  package init(for trace: Trace) {
    heapLimit = trace.heapLimit
    memory = ProgramMemory(heapLimit: trace.heapLimit)
    names = Array(repeating: AccessVocabulary.noAddress, count: max(trace.slotCount, 1))
  }

  package var mayAttendWindows: Bool { true }

  package mutating func attend(secret: UInt64) { self.secret = secret | 1 }

  package mutating func check(operations: Span<UInt64>, outcomes: Span<UInt64>, in window: Window) -> Violation? {
    var written: [Int] = []
    isWritten = window.heap != nil && (secret == nil || operations.count == 1)
    for place in operations.indices {
      let operation = AccessOperation(word: operations[place])
      guard operation.name < names.count else { continue }
      let (index, outcome) = (window.firstIndex + place, outcomes[place])
      if let wrong = check(operation, outcome, at: index, heapEnd: window.heapEnd, &written) {
        return Violation(
          wrong.kind, at: index,
          "\(AccessVocabulary.describe(operation: operation.word)) → "
            + "\(AccessVocabulary.describe(outcome: outcome, of: operation.word)): \(wrong.message)",
          evidence: evidence(operation) + wrong.evidence)
      }
    }
    guard let heap = window.heap else { return nil }
    if let secret {
      for object in written.map({ memory.objects[$0] }) where object.isLive {
        let bytes = object.written
        heap.fill(
          at: bytes.lowerBound, count: bytes.count, key: AddressPattern.key(at: bytes.lowerBound, secret: secret))
      }
    }
    return damage(written, heap)
  }

  package mutating func finish(heap: HeapView?) -> Violation? {
    guard let heap else { return nil }
    for object in memory.objects {
      if let violation = damage(object, heap) { return violation }
    }
    return nil
  }

  // MARK: - One operation

  private struct Wrong {
    let kind: ViolationKind
    let message: String
    var evidence: [String] = []
  }

  private mutating func check(
    _ operation: AccessOperation, _ outcome: UInt64, at index: Int, heapEnd: Int, _ written: inout [Int]
  ) -> Wrong? {
    let base = names[operation.name]
    switch operation.kind {
    case .allocate: return allocate(operation, outcome, at: index, heapEnd)
    case .point:
      guard operation.other < names.count else { return nil }
      let start = names[operation.other]
      names[operation.name] = start == AccessVocabulary.noAddress ? start : start &+ operation.distance
      return nil
    case .deallocate:
      guard base != AccessVocabulary.noAddress else { return nil }
      if let wrong = compare(outcome, memory.free(base)) { return wrong }
      if outcome == 0 { memory.freed(base) }
      return nil
    case .read, .write, .use:
      guard base != AccessVocabulary.noAddress else { return nil }
      let (address, count) = (base &+ operation.offset, operation.count)
      if let wrong = compare(outcome, memory.access(address, count, isUse: operation.kind == .use)) { return wrong }
      guard outcome == 0, operation.kind == .write else { return nil }
      if let number = memory.written(address, count, isNoted: isWritten) { written.append(number) }
      return nil
    case .copy:
      guard operation.other < names.count, base != AccessVocabulary.noAddress else { return nil }
      let (source, count) = (names[operation.other], operation.number)
      guard source != AccessVocabulary.noAddress else { return nil }
      if let wrong = compare(outcome, memory.copy(from: source, to: base, count)) { return wrong }
      guard outcome == 0 else { return nil }
      if let number = memory.copied(from: source, to: base, count, isNoted: isWritten) { written.append(number) }
      return nil
    case nil: return nil
    }
  }

  // MARK: - Objects

  private mutating func allocate(
    _ operation: AccessOperation, _ outcome: UInt64, at index: Int, _ heapEnd: Int
  ) -> Wrong? {
    let size = operation.size
    guard outcome != AccessVocabulary.none else {
      names[operation.name] = AccessVocabulary.noAddress
      guard memory.room.mustServe(size) else { return nil }
      return Wrong(
        kind: .failedWithRoom,
        message: "there is room: with it, the charges of all objects that live or are remembered are "
          + "\(memory.room.taken(with: size) ?? 0) bytes, in a heap of \(heapLimit)")
    }
    let base = Int(clamping: outcome)
    let end = min(heapEnd, heapLimit)
    guard base <= end, size <= end - base else {
      return Wrong(kind: .outOfHeap, message: "the heap ends at \(hexadecimal(UInt64(clamping: end)))")
    }
    guard base & 7 == 0 else { return Wrong(kind: .misaligned, message: "that is no multiple of 8") }
    switch memory.begin(at: base, size: size, origin: index) {
    case nil:
      names[operation.name] = base
      return nil
    case .overlap(let other):
      let object = memory.objects[other]
      return Wrong(
        kind: object.isLive ? .overlap : .earlyReuse,
        message: "the bytes are those of \(memory.description(of: object))"
          + (object.isLive ? "" : ", which has ended and is remembered"))
    case .near(let other):
      let what = other.map { memory.description(of: memory.objects[$0]) } ?? "an end of the heap"
      return Wrong(
        kind: .thinRedzone, message: "\(what), is less than \(AccessVocabulary.redzone) bytes away")
    }
  }

  // MARK: - Verdicts

  private func compare(_ outcome: UInt64, _ expected: ProgramMemory.Verdict) -> Wrong? {
    let told = AccessVocabulary.fault(of: outcome)
    let (byte, faults, object) = expectation(expected)
    guard let byte else {
      return outcome == 0 ? nil : Wrong(kind: .faultInvented, message: "nothing is wrong", evidence: described(outcome))
    }
    let kind = faults.count == 1 ? faults[0].name : "a fault"
    let truth = "\(memory.description(of: byte)): \(kind)"
    guard let told else { return Wrong(kind: missed(faults[0]), message: truth) }
    // Addresses outside the heap are all alike in an outcome.
    let word = AccessVocabulary.fault(told.rawValue, at: byte, object: object)
    guard AccessVocabulary.address(outcome) == AccessVocabulary.address(word) else {
      return Wrong(kind: .wrongByte, message: "first of all, \(truth)", evidence: described(outcome))
    }
    guard faults.contains(told) else { return Wrong(kind: .wrongFault, message: truth) }
    guard object == nil || AccessVocabulary.object(outcome) == object else {
      return Wrong(kind: .wrongObject, message: truth)
    }
    return nil
  }

  /// The first bad byte, the kinds that it may be told as, and the object that must be named; no byte where there is nothing to tell.
  private func expectation(
    _ verdict: ProgramMemory.Verdict
  ) -> (byte: Int?, faults: [AccessVocabulary.Fault], object: Int?) {
    switch verdict {
    case .fine: (nil, [], nil)
    case .fault(let fault, let byte, let object): (byte, [fault], object)
    case .wild(let byte): (byte, [.wild, .overflow, .underflow, .useAfterFree], nil)
    case .invalidFree(let byte):
      (byte, memory.onceBegan(at: byte) ? [.invalidFree, .doubleFree] : [.invalidFree], nil)
    }
  }

  private func missed(_ fault: AccessVocabulary.Fault) -> ViolationKind {
    switch fault {
    case .uninitialisedUse: .missedUse
    case .doubleFree, .invalidFree: .missedFree
    case .useAfterFree: .missedUseAfterFree
    case .overflow, .underflow, .wild: .missedOutside
    }
  }

  /// What is true of the byte that a subject complains of.
  private func described(_ outcome: UInt64) -> [String] {
    AccessVocabulary.fault(of: outcome) == nil
      ? [] : AccessVocabulary.address(outcome).map { [memory.description(of: $0)] } ?? []
  }

  private func evidence(_ operation: AccessOperation) -> [String] {
    var used: [Int] = []
    switch operation.kind {
    case .copy: used = [operation.other, operation.name]
    case .read, .write, .use, .deallocate: used = [operation.name]
    case .allocate, .point, nil: break
    }
    return used.filter { $0 < names.count && names[$0] != AccessVocabulary.noAddress }
      .map { "p\($0) is \(names[$0] < 0 ? "\(names[$0])" : hexadecimal(UInt64(names[$0])))" }
  }

  // MARK: - What objects hold

  /// How many older objects are looked at in a window.
  private static let older = 64

  private mutating func damage(_ written: [Int], _ heap: HeapView) -> Violation? {
    for number in written {
      if let violation = damage(memory.objects[number], heap) { return violation }
    }
    for _ in 0..<min(Self.older, memory.objects.count) {
      rotation = rotation + 1 < memory.objects.count ? rotation + 1 : 0
      if let violation = damage(memory.objects[rotation], heap) { return violation }
    }
    return nil
  }

  private func damage(_ object: BoundsObject, _ heap: HeapView) -> Violation? {
    guard object.isLive, let address = object.difference(heap, secret: secret ?? 0) else { return nil }
    return Violation(
      .payloadChanged, at: object.origin,
      "byte \(address - object.base) of an object of \(object.size) bytes is not what the program wrote there",
      evidence: ["the object is that of operation \(object.origin), \(object.place)"])
  }
}
