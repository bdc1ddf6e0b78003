package import Examining
package import Traces
import Vocabularies

/// Checks pointers that know whether their object lives: what is granted, where it lies, and what ends.
///
/// Of each of the program's pointers it knows the object that it was made for, or that it was forged; a forged word is valid where it is
/// just that of a live object. Where an object lies, the first access that is granted says; the object must stay there.
package struct TemporalOracle: Oracle {
  /// One whose object is -1 was forged, where it has a word.
  typealias Pointer = BoundsOracle.Pointer

  let heapLimit: Int
  var objects: [BoundsObject] = []
  private var pointers: [Pointer]
  /// The live object of a word.
  private var valid: [UInt64: Int] = [:]
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
    room = BoundsRoom(heapLimit: trace.heapLimit, objectLimit: HandleVocabulary.objectLimit)
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
          "\(HandleVocabulary.describe(operation: operation.word)) → "
            + "\(HandleVocabulary.describe(outcome: outcome, of: operation.word)): \(wrong.message)",
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
      guard pointers[name].word != PointerVocabulary.none else { return nil }
      // What came of it is known here, whatever the worker says.
      pointers[name] = Pointer(word: WordForgery(number: operation.number).forged(pointers[name].word))
      return nil
    case .copy:
      if operation.other < pointers.count { pointers[name] = pointers[operation.other] }
      return nil
    case .read: return access(pointers[name], operation, outcome, heapEnd)
    case .write:
      let object = object(of: pointers[name])
      if let wrong = access(pointers[name], operation, outcome, heapEnd) { return wrong }
      guard outcome != PointerVocabulary.none, object >= 0, isWritten else { return nil }
      objects[object].note(AddressPattern.written(Int(outcome), min(operation.number, objects[object].size)))
      written.append(object)
      return nil
    case .store:
      guard operation.other < pointers.count else { return nil }
      let object = object(of: pointers[name])
      if let wrong = access(pointers[name], operation, outcome, heapEnd) { return wrong }
      guard outcome != PointerVocabulary.none, object >= 0 else { return nil }
      objects[object].keep(pointers[operation.other], at: Int(outcome))
      return nil
    case .load:
      guard operation.other < pointers.count else { return nil }
      let source = object(of: pointers[operation.other])
      if let wrong = access(pointers[operation.other], operation, outcome, heapEnd) { return wrong }
      guard outcome != PointerVocabulary.none, source >= 0 else { return nil }
      pointers[name] = objects[source].kept[Int(outcome)] ?? Pointer()
      return nil
    case .deallocate: return deallocate(pointers[name], outcome)
    }
  }

  /// The object that a pointer may be used for, ended or not; -1 for a forged word that is none's.
  private func object(of pointer: Pointer) -> Int {
    pointer.object >= 0 ? pointer.object : valid[pointer.word] ?? -1
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
    valid[outcome] = objects.count - 1
    return nil
  }

  private mutating func access(
    _ pointer: Pointer, _ operation: PointerOperation, _ outcome: UInt64, _ heapEnd: Int
  ) -> Wrong? {
    guard pointer.word != PointerVocabulary.none else { return nil }
    let number = object(of: pointer)
    guard number >= 0 else {
      return outcome == PointerVocabulary.none ? nil : (.forgedGranted, "the word is no live object's")
    }
    let object = objects[number]
    guard outcome != PointerVocabulary.none else {
      return object.isLive ? (.liveRefused, "the object lives") : nil
    }
    guard object.isLive else {
      let lives = allocations - object.end
      return (.endedGranted, "the object has ended, and \(lives) \(lives == 1 ? "was" : "were") allocated since")
    }
    let address = Int(clamping: outcome)
    if object.base >= 0 {
      return address == object.base ? nil : (.movedObject, "it is at \(hexadecimal(UInt64(object.base)))")
    }
    return place(number, at: address, heapEnd)
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
    guard pointer.word != PointerVocabulary.none else { return nil }
    let (number, ends) = (object(of: pointer), outcome == 1)
    guard number >= 0 else { return ends ? (.wrongFreeAccepted, "the word is no live object's") : nil }
    let object = objects[number]
    guard object.isLive else { return ends ? (.wrongFreeAccepted, "the object has ended already") : nil }
    guard ends else { return (.freeRefused, "the object lives") }
    if object.base >= 0 { bytes.remove(object.base, object.size) }
    room.remove(object.size)
    objects[number].end(after: allocations)
    let word = pointer.word
    if valid[word] == number { valid[word] = nil }
    return nil
  }

  private func evidence(_ operation: PointerOperation) -> [String] {
    let name = operation.kind == .load ? operation.other : operation.name
    guard operation.kind != .allocate, name < pointers.count, pointers[name].word != PointerVocabulary.none else {
      return []
    }
    let number = object(of: pointers[name])
    let word = hexadecimal(pointers[name].word)
    guard number >= 0 else { return ["p\(name) is \(word), which the program made up"] }
    let object = objects[number]
    return [
      "p\(name) is \(word), made for the object of operation \(object.origin), which "
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
