import Vocabularies

/// What is true of a program's memory: which bytes are live, initialised, freed, and what is wrong with an access.
///
/// It knows where objects lie, which the subject says, and what the program did, which the trace says; nothing else.
struct ProgramMemory {
  /// What must be answered.
  enum Verdict: Equatable {
    case fine
    case fault(AccessVocabulary.Fault, at: Int, object: Int)
    /// An access to a byte that is outside, with no live object near.
    case wild(at: Int)
    /// A free of a byte that is outside.
    case invalidFree(at: Int)
  }

  /// Why an object cannot lie where it does.
  enum Misplacement: Equatable {
    /// It shares bytes with an object.
    case overlap(Int)
    /// An object, or nil for an end of the heap, is nearer than a redzone is wide.
    case near(Int?)
  }

  private(set) var objects: [BoundsObject] = []
  private let heapLimit: Int
  /// Bytes of objects that live.
  private let live: BitPlane
  private let initialised: BitPlane
  /// Bytes of objects that live or are remembered.
  private let taken: BitPlane
  /// The places at multiples of 8 where these begin.
  private let starts: BitPlane
  /// By its first byte, the number of an object that lives or is remembered.
  private var numbers: [Int: Int] = [:]
  /// First bytes of all objects that there ever were.
  private var bases: Set<Int> = []
  /// Objects that ended, in that order, and the place of the first that is remembered.
  private var ended: [Int] = []
  private var firstRemembered = 0
  private var remembered = 0
  private(set) var room: BoundsRoom

  init(heapLimit: Int) {
    self.heapLimit = heapLimit
    live = BitPlane(count: heapLimit)
    initialised = BitPlane(count: heapLimit)
    taken = BitPlane(count: heapLimit)
    starts = BitPlane(count: heapLimit / 8 + 1)
    room = BoundsRoom(heapLimit: heapLimit, objectLimit: .max, share: 8)
  }

  // MARK: - Objects

  /// The number of the object, live or remembered, that a byte is in.
  func object(at byte: Int) -> Int? {
    guard taken[byte] else { return nil }
    return starts.lastSet(in: 0..<byte >> 3 + 1).flatMap { numbers[$0 << 3] }
  }

  /// The number of the object, live or remembered, that begins at an address.
  func object(beginningAt address: Int) -> Int? { numbers[address] }

  private func end(of number: Int) -> Int { objects[number].base + objects[number].size }

  /// Begins an object at a multiple of 8 inside the heap.
  mutating func begin(at base: Int, size: Int, origin: Int) -> Misplacement? {
    let (end, redzone) = (base + size, AccessVocabulary.redzone)
    let around = max(0, base - redzone)..<min(heapLimit, end + redzone)
    if let other = object(beginningAt: base) { return .overlap(other) }
    var near: Int?
    if let byte = taken.first(true, in: base..<max(end, base + 1)), let other = object(at: byte) {
      return .overlap(other)
    }
    if let byte = taken.first(true, in: around) { near = object(at: byte) }
    // Those of no bytes.
    if let start = starts.first(true, in: (around.lowerBound + 8) >> 3..<(around.upperBound + 7) >> 3) {
      let other = numbers[start << 3]
      if start << 3 > base, start << 3 < end, let other { return .overlap(other) }
      near = near ?? other
    }
    if let near { return .near(near) }
    if base < redzone || end > heapLimit - redzone { return .near(nil) }
    var object = BoundsObject(size: size, origin: origin)
    object.base = base
    objects.append(object)
    numbers[base] = objects.count - 1
    bases.insert(base)
    starts.set(base >> 3..<base >> 3 + 1, to: true)
    live.set(base..<end, to: true)
    taken.set(base..<end, to: true)
    room.add(size)
    return nil
  }

  private mutating func end(_ number: Int) {
    let bytes = objects[number].base..<end(of: number)
    live.set(bytes, to: false)
    initialised.set(bytes, to: false)
    objects[number].end(after: 0)
    ended.append(number)
    remembered += charge(number)
    while remembered > AccessVocabulary.quarantine(heapLimit: heapLimit) { forget() }
  }

  private func charge(_ number: Int) -> Int { AccessVocabulary.charge(objects[number].size) ?? heapLimit }

  private mutating func forget() {
    let number = ended[firstRemembered]
    firstRemembered += 1
    remembered -= charge(number)
    let base = objects[number].base
    taken.set(base..<end(of: number), to: false)
    starts.set(base >> 3..<base >> 3 + 1, to: false)
    numbers[base] = nil
    room.remove(objects[number].size)
  }

  // MARK: - What is wrong

  /// The end of the object at an address.
  func free(_ address: Int) -> Verdict {
    if let number = object(beginningAt: address) {
      return objects[number].isLive ? .fine : .fault(.doubleFree, at: address, object: address)
    }
    guard let number = object(at: address) else { return .invalidFree(at: address) }
    return .fault(.invalidFree, at: address, object: objects[number].base)
  }

  /// Whether an object that was forgotten began there.
  func onceBegan(at address: Int) -> Bool { bases.contains(address) }

  /// A read, write or use of `count` bytes.
  func access(_ address: Int, _ count: Int, isUse: Bool = false) -> Verdict {
    guard count > 0 else { return .fine }
    guard address >= 0, address < heapLimit else { return .wild(at: address) }
    let bytes = address..<min(heapLimit, address.addingReportingOverflow(count).overflow ? .max : address + count)
    var bad = live.first(false, in: bytes)
    // Behind the last object the heap's end is outside as well.
    if bad == nil, count > bytes.count { bad = heapLimit }
    if isUse, let unwritten = initialised.first(false, in: address..<(bad ?? bytes.upperBound)),
      let number = object(at: unwritten)
    {
      return .fault(.uninitialisedUse, at: unwritten, object: objects[number].base)
    }
    return bad.map(verdict) ?? .fine
  }

  func copy(from source: Int, to destination: Int, _ count: Int) -> Verdict {
    let verdict = access(source, count)
    return verdict == .fine ? access(destination, count) : verdict
  }

  /// What an access to a byte is that is not live.
  private func verdict(_ byte: Int) -> Verdict {
    if let number = object(at: byte) { return .fault(.useAfterFree, at: byte, object: objects[number].base) }
    let redzone = AccessVocabulary.redzone
    var (lower, upper): (Int?, Int?)
    if let last = live.lastSet(in: byte - redzone..<byte) { lower = object(at: last) }
    // One of no bytes may begin at the byte itself.
    let from = max(0, byte - redzone + 8) >> 3
    if lower == nil, let start = starts.lastSet(in: from..<max(from, byte >> 3 + 1)),
      let number = numbers[start << 3], objects[number].isLive, byte - end(of: number) < redzone
    {
      lower = number
    }
    if let start = starts.first(true, in: byte >> 3 + 1..<(byte + redzone) >> 3 + 1), let number = numbers[start << 3],
      objects[number].isLive
    {
      upper = number
    }
    let below = lower.map { byte - end(of: $0) + 1 } ?? .max
    let above = upper.map { objects[$0].base - byte } ?? .max
    if let lower, below <= above { return .fault(.overflow, at: byte, object: objects[lower].base) }
    if let upper { return .fault(.underflow, at: byte, object: objects[upper].base) }
    return .wild(at: byte)
  }

  // MARK: - What happens

  /// Does what is no fault.
  mutating func freed(_ address: Int) {
    if let number = object(beginningAt: address) { end(number) }
  }

  /// - Returns: the number of the object that is written to, where there are bytes.
  mutating func written(_ address: Int, _ count: Int, isNoted: Bool) -> Int? {
    guard count > 0 else { return nil }
    initialised.set(address..<address + count, to: true)
    return note(address, count, isNoted)
  }

  mutating func copied(from source: Int, to destination: Int, _ count: Int, isNoted: Bool) -> Int? {
    guard count > 0 else { return nil }
    initialised.copy(from: source, to: destination, count: count)
    return note(destination, count, isNoted)
  }

  private mutating func note(_ address: Int, _ count: Int, _ isNoted: Bool) -> Int? {
    guard isNoted, let number = object(at: address) else { return nil }
    objects[number].note(AddressPattern.written(address, count))
    return number
  }

  // MARK: - Text

  /// A byte as people see it.
  func description(of byte: Int) -> String {
    guard byte >= 0, byte < heapLimit else { return "\(byte) is outside the heap" }
    let place = hexadecimal(UInt64(byte))
    guard let number = object(at: byte) else {
      switch verdict(byte) {
      case .fault(let fault, _, let base):
        guard let object = object(beginningAt: base).map({ objects[$0] }) else { return "\(place) is outside" }
        let distance = fault == .overflow ? byte - base - object.size : base - byte
        return "\(place) is outside, \(bytes(distance)) \(fault == .overflow ? "behind the end of" : "before") "
          + description(of: object)
      default: return "\(place) is outside, and no live object is near"
      }
    }
    let object = objects[number]
    let state = !object.isLive ? "freed" : initialised[byte] ? "live and initialised" : "live, and not initialised"
    return "\(place) is \(state), \(bytes(byte - object.base)) behind the first byte of \(description(of: object))"
  }

  func description(of object: BoundsObject) -> String {
    "the object of operation \(object.origin), \(bytes(object.size)) \(object.place)"
  }

  private func bytes(_ count: Int) -> String { count == 1 ? "1 byte" : "\(count) bytes" }
}
