package import Examining
package import Traces
import Vocabularies

/// Checks pointers that know their bounds: what is granted, where it lies, and what ends.
///
/// It knows of each of the program's pointers the object and the position, as whole numbers, and nothing of what the subject's word means.
/// Where an object lies, the first access that is granted says; the object must stay there.
package struct BoundsOracle: Oracle {
  /// A pointer of the program's.
  struct Pointer {
    /// -1 where the name holds none, or what memory held that nobody stored there.
    var object = -1
    var position: Int128 = 0
    /// Whether it was ever too far away to be kept.
    var mayBeLost = false
    /// As the subject has it.
    var word = PointerVocabulary.none
  }

  let heapLimit: Int
  var objects: [BoundsObject] = []
  private var pointers: [Pointer]
  private var room: BoundsRoom
  private var bytes: LiveBytes
  private var allocations = 0
  private var secret: UInt64?
  private var rotation = 0
  /// Whether what the program writes is really written in this window: by the driver, or in an attended replay by the judge, after each
  /// operation that is alone in its window.
  private var isWritten = false

  package init(for trace: Trace) {
    heapLimit = trace.heapLimit
    pointers = Array(repeating: Pointer(), count: max(trace.slotCount, 1))
    room = BoundsRoom(heapLimit: trace.heapLimit)
    bytes = LiveBytes(byteCount: trace.heapLimit)
  }

  package var mayAttendWindows: Bool { true }

  package mutating func attend(secret: UInt64) { self.secret = secret | 1 }

  package mutating func check(operations: Span<UInt64>, outcomes: Span<UInt64>, in window: Window) -> Violation? {
    var written: [Int] = []
    isWritten = window.heap != nil && (secret == nil || operations.count == 1)
    for place in operations.indices {
      let operation = PointerOperation(word: operations[place])
      guard operation.name < pointers.count else { continue }
      let (index, outcome) = (window.firstIndex + place, outcomes[place])
      if let wrong = check(operation, outcome, at: index, heapEnd: window.heapEnd, &written) {
        return Violation(
          wrong.kind, at: index,
          "\(PointerVocabulary.describe(operation: operation.word)) → "
            + "\(PointerVocabulary.describe(outcome: outcome, of: operation.word)): \(wrong.message)",
          evidence: evidence(operation))
      }
    }
    guard let heap = window.heap else { return nil }
    if secret != nil {
      for object in written { fill(objects[object], heap) }
    }
    return damage(written, heap)
  }

  package mutating func finish(heap: HeapView?) -> Violation? {
    guard let heap else { return nil }
    for object in objects {
      if let violation = damage(object, heap) { return violation }
    }
    return nil
  }

  // MARK: - One operation

  private typealias Wrong = (kind: ViolationKind, message: String)

  private mutating func check(
    _ operation: PointerOperation, _ outcome: UInt64, at index: Int, heapEnd: Int, _ written: inout [Int]
  ) -> Wrong? {
    let name = operation.name
    switch operation.kind {
    case .allocate: return allocate(operation, outcome, at: index)
    case .advance:
      guard pointers[name].object >= 0 else { return nil }
      let size = Int128(objects[pointers[name].object].size)
      pointers[name].position += Int128(operation.number)
      pointers[name].word = outcome
      let (position, reach) = (pointers[name].position, Int128(PointerVocabulary.reach))
      if position < -reach || position > size + reach { pointers[name].mayBeLost = true }
      return nil
    case .copy:
      if operation.other < pointers.count { pointers[name] = pointers[operation.other] }
      return nil
    case .read: return access(pointers[name], operation, outcome, heapEnd)
    case .write:
      if let wrong = access(pointers[name], operation, outcome, heapEnd) { return wrong }
      guard outcome != PointerVocabulary.none, pointers[name].object >= 0 else { return nil }
      guard isWritten else { return nil }
      objects[pointers[name].object].note(AddressPattern.written(Int(outcome), operation.number))
      written.append(pointers[name].object)
      return nil
    case .store:
      guard operation.other < pointers.count else { return nil }
      if let wrong = access(pointers[name], operation, outcome, heapEnd) { return wrong }
      guard outcome != PointerVocabulary.none, pointers[name].object >= 0 else { return nil }
      objects[pointers[name].object].keep(pointers[operation.other], at: Int(outcome))
      return nil
    case .load:
      guard operation.other < pointers.count else { return nil }
      let source = pointers[operation.other]
      if let wrong = access(source, operation, outcome, heapEnd) { return wrong }
      guard outcome != PointerVocabulary.none, source.object >= 0 else { return nil }
      pointers[name] = objects[source.object].kept[Int(outcome)] ?? Pointer()
      return nil
    case .deallocate: return deallocate(pointers[name], outcome)
    }
  }

  private mutating func allocate(_ operation: PointerOperation, _ outcome: UInt64, at index: Int) -> Wrong? {
    let size = operation.number
    guard outcome != PointerVocabulary.none else {
      pointers[operation.name] = Pointer()
      guard room.mustServe(size) else { return nil }
      return (
        .failedWithRoom,
        "there is room: with it, all objects take \(room.taken(with: size) ?? 0) bytes, powers of two and "
          + "64 bytes each, of a heap of \(heapLimit)"
      )
    }
    allocations += 1
    room.add(size)
    objects.append(BoundsObject(size: size, origin: index))
    pointers[operation.name] = Pointer(object: objects.count - 1, word: outcome)
    return nil
  }

  /// What an access must be answered; nil where either is right.
  private func isGranted(_ pointer: Pointer, _ byteCount: Int) -> Bool? {
    let object = objects[pointer.object]
    guard object.isLive else { return object.end == allocations ? false : nil }
    let isInside = pointer.position >= 0 && pointer.position + Int128(byteCount) <= Int128(object.size)
    return isInside && pointer.mayBeLost ? nil : isInside
  }

  private mutating func access(
    _ pointer: Pointer, _ operation: PointerOperation, _ outcome: UInt64, _ heapEnd: Int
  ) -> Wrong? {
    guard pointer.object >= 0 else { return nil }
    let object = objects[pointer.object]
    let byteCount = operation.byteCount
    let expected = isGranted(pointer, byteCount)
    guard outcome != PointerVocabulary.none else {
      return expected == true ? (.inBoundsRefused, "the bytes are the object's") : nil
    }
    guard object.isLive else {
      return expected == false ? (.endedGranted, "the object has ended, and no other was allocated since") : nil
    }
    guard expected != false else { return (.outOfBoundsGranted, "not all of the bytes are the object's") }
    let address = Int(clamping: outcome)
    let base = address - Int(clamping: pointer.position)
    if object.base >= 0 {
      return base == object.base
        ? nil : (.movedObject, "the place is at \(hexadecimal(UInt64(object.base + Int(pointer.position))))")
    }
    return place(pointer.object, at: base, heapEnd)
  }

  /// Where an object lies, as its first access says.
  private mutating func place(_ number: Int, at base: Int, _ heapEnd: Int) -> Wrong? {
    let size = objects[number].size
    let end = min(heapEnd, heapLimit)
    guard base >= 0, base <= end, size <= end - base else {
      return (
        .outOfHeap, "the object would begin at \(base), and the heap ends at \(hexadecimal(UInt64(clamping: end)))"
      )
    }
    guard base & 7 == 0 else {
      return (.misaligned, "the object would begin at \(hexadecimal(UInt64(base))), which is no multiple of 8")
    }
    guard bytes.insert(base, size) else {
      let other = objects.firstIndex {
        $0.isLive && $0.base >= 0 && $0.base < base + size && base < $0.base + $0.size
      }
      let what = other.map { "the object of operation \(objects[$0].origin), \(objects[$0].place)" } ?? "another object"
      return (.overlap, "the object would share bytes with \(what)")
    }
    objects[number].base = base
    return nil
  }

  private mutating func deallocate(_ pointer: Pointer, _ outcome: UInt64) -> Wrong? {
    guard pointer.object >= 0 else { return nil }
    let object = objects[pointer.object]
    let ends = outcome == 1
    guard object.isLive else {
      guard object.end == allocations, ends else { return nil }
      return (.wrongFreeAccepted, "the object has ended already")
    }
    let isAtStart = pointer.position == 0
    if ends, !isAtStart { return (.wrongFreeAccepted, "the pointer is not at the object's first byte") }
    if !ends {
      return isAtStart && !pointer.mayBeLost ? (.freeRefused, "the pointer is at the object's first byte") : nil
    }
    if object.base >= 0 { bytes.remove(object.base, object.size) }
    room.remove(object.size)
    objects[pointer.object].end(after: allocations)
    return nil
  }

  private func evidence(_ operation: PointerOperation) -> [String] {
    let name = operation.kind == .load ? operation.other : operation.name
    guard operation.kind != .allocate, name < pointers.count, pointers[name].object >= 0 else { return [] }
    let pointer = pointers[name]
    let object = objects[pointer.object]
    return [
      "p\(name) is at position \(pointer.position) of the object of operation \(object.origin), which "
        + (object.isLive ? "has" : "had") + " \(object.size) bytes" + (object.base >= 0 ? " \(object.place)" : "")
    ]
  }

  // MARK: - What objects hold

  /// How many older objects are looked at in a window.
  private static let older = 64

  private mutating func damage(_ written: [Int], _ heap: HeapView) -> Violation? {
    for number in written {
      if let violation = damage(objects[number], heap) { return violation }
    }
    for _ in 0..<min(Self.older, objects.count) {
      rotation = rotation + 1 < objects.count ? rotation + 1 : 0
      if let violation = damage(objects[rotation], heap) { return violation }
    }
    return nil
  }

  private func damage(_ object: BoundsObject, _ heap: HeapView) -> Violation? {
    guard object.isLive, object.base >= 0, let address = object.difference(heap, secret: secret ?? 0) else {
      return nil
    }
    return Violation(
      .payloadChanged, at: object.origin,
      "byte \(address - object.base) of an object of \(object.size) bytes is not what the program wrote there",
      evidence: ["the object is that of operation \(object.origin), \(object.place)"])
  }

  private func fill(_ object: BoundsObject, _ heap: HeapView) {
    let bytes = object.written
    heap.fill(
      at: bytes.lowerBound, count: bytes.count, key: AddressPattern.key(at: bytes.lowerBound, secret: secret ?? 0))
    for (address, pointer) in object.kept { heap.store(pointer.word, at: address) }
  }
}
