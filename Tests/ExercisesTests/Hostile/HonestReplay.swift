import Examining
import Exercises
import Testing
import Traces
import Vocabularies
import Workloads

/// A short trace out of the middle of a real workload's, and what a subject answers that does all right: what hostile workers start
/// from.
struct HonestReplay {
  let exercise: Exercise
  let trace: Trace
  let outcomes: [UInt64]
  /// What operations are answered with beside that, one list for each.
  let answers: [[UInt64]]
  /// Where payload of a live block lies at the end, and the key of its pattern.
  private var payloads: [Int: (address: Int, count: Int, key: UInt64)] = [:]
  private var serials: [Int: UInt64] = [:]
  /// What other blocks hold at the end.
  private let contents: [(base: Int, count: Int, byte: UInt8)]
  /// The places of hostile operations.
  let rare: [Int]
  /// One more than the last byte of any block.
  let heapEnd: Int
  private let companions: [CompanionResult]

  /// - Parameter operations: a part of the workload's trace; what they say of blocks made before it means nothing.
  init(_ exercise: Exercise, _ whole: Trace, _ operations: ArraySlice<UInt64>) {
    self.exercise = exercise
    companions = exercise.companions(whole).map { _ in CompanionResult(seconds: 1, footprint: 1) }
    var trace = whole
    trace.operations = Array(operations)
    let isAboutBlocks = exercise.vocabulary.hasPayloads
    if isAboutBlocks { trace = Self.renumbered(trace) }
    self.trace = trace
    rare = trace.operations.indices.filter {
      isAboutBlocks && AllocationOperation(word: trace.operations[$0]).hostility != nil
    }
    var subject = HonestSubject(
      limit: trace.heapLimit, isConstructed: exercise.id == "slab",
      joins: ["general", "hybrid", "fragmentation"].contains(exercise.id))
    var policy = HonestPolicy(frames: max(1, trace.parameter("frames") ?? 1), policy: trace.parameter("policy") ?? 2)
    var pointers = HonestPointers(nameCount: trace.slotCount, limit: trace.heapLimit)
    var handles = HonestHandles(nameCount: trace.slotCount, limit: trace.heapLimit)
    var accesses = HonestAccesses(nameCount: trace.slotCount, limit: trace.heapLimit)
    var attacks = HonestAttacks(nameCount: trace.slotCount, limit: trace.heapLimit)
    var misuse = HonestMisuse(nameCount: trace.slotCount, limit: trace.heapLimit, tables: trace.tables)
    var placements = HonestPlacements(blockCount: trace.slotCount, limit: trace.heapLimit)
    var compactions = HonestCompactions(blockCount: trace.slotCount, limit: trace.heapLimit)
    // Each looks at tables that only its own traces have.
    let name = exercise.vocabulary.name
    let leaks = name == LeakVocabulary.name ? HonestLeaks(trace.tables) : nil
    let unwinder = name == UnwindVocabulary.name ? HonestUnwinder(trace.tables) : nil
    let window = trace.parameter(TrackerVocabulary.window) ?? 0
    var tracker = name == TrackerVocabulary.name ? HonestTracker(trace.tables, window: window) : nil
    let interval = trace.parameter(PatternVocabulary.interval) ?? 1
    var patterns = name == PatternVocabulary.name ? HonestPatterns(trace.tables, interval: interval) : nil
    let meter = name == MeterVocabulary.name ? HonestMeter.replay(trace) : []
    let reporter = name == ReporterVocabulary.name ? HonestReporter.replay(trace) : []
    var numa = HonestNUMA(name == NUMAVocabulary.name ? trace.tables : [])
    var heapView = HonestHeapView(name == HeapViewVocabulary.name ? trace.tables : [])
    let told: [(outcome: UInt64, answer: [UInt64])] = trace.operations.enumerated().map { index, word in
      switch name {
      case AllocationVocabulary.name: (subject.perform(AllocationOperation(word: word), at: index), [])
      case PagingVocabulary.name: (policy.access(word), [])
      case PointerVocabulary.name: (pointers.perform(PointerOperation(word: word)), [])
      case HandleVocabulary.name: (handles.perform(PointerOperation(word: word)), [])
      case AccessVocabulary.name: (accesses.perform(AccessOperation(word: word)), [])
      case CompactionVocabulary.name: compactions.perform(CompactionOperation(word: word))
      case AttackVocabulary.name: (attacks.perform(AttackOperation(word: word)), [])
      case HeapViewVocabulary.name: heapView.perform(word)
      case LeakVocabulary.name: (leaks?.outcome(word) ?? 0, leaks?.answer(word) ?? [])
      case MeterVocabulary.name: meter[index]
      case MisuseVocabulary.name: misuse.perform(word)
      case NUMAVocabulary.name: (numa.perform(word), [])
      case PatternVocabulary.name: patterns?.perform(word) ?? (0, [])
      case PlacementVocabulary.name: placements.perform(PlacementOperation(word: word))
      case ReporterVocabulary.name: reporter[index]
      case TrackerVocabulary.name: tracker?.perform(word) ?? (0, [])
      case UnwindVocabulary.name: Self.counted(unwinder?.answer(word) ?? [])
      default: (0, [])
      }
    }
    outcomes = told.map(\.outcome)
    answers = told.map(\.answer)
    contents = misuse.contents
    payloads = subject.payloads
    serials = name == CompactionVocabulary.name ? compactions.fields : subject.serials
    heapEnd = max(
      subject.end, subject.highestEnd, pointers.end, handles.end, accesses.end, attacks.end, misuse.end, placements.end,
      compactions.end)
  }

  /// An answer whose length is its outcome.
  private static func counted(_ answer: [UInt64]) -> (outcome: UInt64, answer: [UInt64]) {
    (UInt64(answer.count), answer)
  }

  /// An oracle that has seen nothing.
  var oracle: any Oracle { exercise.oracle(trace, companions) }

  /// Writes what the blocks hold at the end.
  func fill(_ heap: UnsafeMutableRawPointer) {
    for (address, serial) in serials { heap.storeBytes(of: serial, toByteOffset: address, as: UInt64.self) }
    for (base, count, byte) in contents {
      (heap + base).initializeMemory(as: UInt8.self, repeating: byte, count: count)
    }
    for payload in payloads.values where payload.count > 0 {
      PayloadPattern.fill(heap + payload.address, count: payload.count, key: payload.key)
    }
  }

  /// The same trace with as few slots as it needs.
  private static func renumbered(_ trace: Trace) -> Trace {
    var trace = trace
    var numbers: [Int: Int] = [:]
    trace.operations = trace.operations.map { word in
      let operation = AllocationOperation(word: word)
      guard HeapContents.slot(of: word) != nil else { return word }
      let number = numbers[operation.slot] ?? numbers.count
      numbers[operation.slot] = number
      return operation.moved(to: number).word
    }
    trace.slotCount = numbers.count
    return trace
  }
}

/// An allocator that never does wrong by the rules of any exercise, but for what it wastes: blocks are powers of two of bytes, at
/// multiples of that; or where free bytes must be joined, at the first place that has room.
struct HonestSubject {
  let limit: Int
  /// Whether each block begins with a serial number.
  let isConstructed: Bool
  private(set) var end = 0
  /// The most that the lives before ended at.
  private(set) var highestEnd = 0
  private(set) var payloads: [Int: (address: Int, count: Int, key: UInt64)] = [:]
  /// By address, of blocks that were ever constructed.
  private(set) var serials: [Int: UInt64] = [:]
  private var free: [Int: [Int]] = [:]
  private var live: [Int: (address: Int, block: Int)] = [:]
  private var isDamaged = false
  /// Which blocks a mark is older than.
  private var order = HandOutOrder()

  /// Where blocks lie, if free bytes must be joined.
  private var places: FirstFit?

  init(limit: Int, isConstructed: Bool, joins: Bool = false) {
    self.limit = limit
    self.isConstructed = isConstructed
    places = joins ? FirstFit(limit: limit) : nil
  }

  mutating func perform(_ operation: AllocationOperation, at index: Int) -> UInt64 {
    if operation.asksForSize { order.append(operation.slot) }
    switch operation.kind {
    case .allocate, .allocateZeroed: return place(operation, at: index)
    case .reallocate:
      guard live[operation.slot] != nil else { return AllocationVocabulary.noAddress }
      let old = live[operation.slot]
      let outcome = place(operation, at: index)
      if outcome != AllocationVocabulary.noAddress, let old { free[old.block, default: []].append(old.address) }
      return outcome
    case .deallocate:
      end(operation.slot)
      return 0
    case .hostile: return bear(operation)
    case .mark:
      order.mark(operation.slot)
      return 0
    case .release:
      for slot in order.since(operation.slot) { end(slot) }
      order.release(to: operation.slot)
      return 0
    case .reset:
      for slot in Array(live.keys) { end(slot) }
      order.reset()
      return 0
    default: return 0
    }
  }

  private mutating func end(_ slot: Int) {
    if let old = live.removeValue(forKey: slot) {
      free[old.block, default: []].append(old.address)
      places?.deallocate(old.address)
    }
    payloads[slot] = nil
  }

  private mutating func bear(_ operation: AllocationOperation) -> UInt64 {
    switch operation.hostility {
    case .restart:
      defer {
        highestEnd = max(highestEnd, end)
        (end, live, free, order) = (0, [:], [:], HandOutOrder())
        payloads = [:]
        serials = [:]
        places = places.map { _ in FirstFit(limit: limit) }
      }
      return UInt64(end)
    case .doubleFree, .interiorFree, .foreignFree, .misalignedFree: return AllocationVocabulary.rejected
    case .damage:
      guard !live.isEmpty else { return AllocationVocabulary.noAddress }
      isDamaged = true
      return UInt64(end)
    case .checkInvariants:
      defer { isDamaged = false }
      return isDamaged ? 1 : 0
    default: return 0
    }
  }

  private mutating func powerOfTwo(_ operation: AllocationOperation) -> (address: Int, block: Int)? {
    let wanted = max(operation.size, operation.alignment, 64)
    guard wanted <= limit else { return nil }
    let block = 1 << (Int.bitWidth - (wanted - 1).leadingZeroBitCount)
    let fresh = (end + block - 1) & ~(block - 1)
    return (free[block]?.popLast() ?? (block <= limit - fresh ? fresh : nil)).map { ($0, block) }
  }

  private mutating func firstFit(_ operation: AllocationOperation) -> (address: Int, block: Int)? {
    let (size, alignment) = (operation.size, operation.alignment)
    let address =
      if operation.kind == .reallocate, let old = live[operation.slot] {
        places?.reallocate(old.address, to: size, alignment: alignment)
      } else {
        places?.allocate(size, alignment: alignment)
      }
    return address.flatMap { $0 }.map { ($0, max(size, 1)) }
  }

  private mutating func place(_ operation: AllocationOperation, at index: Int) -> UInt64 {
    guard let (address, block) = places == nil ? powerOfTwo(operation) : firstFit(operation) else {
      return AllocationVocabulary.noAddress
    }
    end = max(end, address + block)
    live[operation.slot] = (address, block)
    let reserved = isConstructed ? ConstructedState.serialBytes : 0
    // A block keeps its pattern wherever it moves.
    let moved = operation.kind == .reallocate ? payloads[operation.slot]?.key : nil
    payloads[operation.slot] = (
      address + reserved, max(0, operation.size - reserved), moved ?? PayloadPattern.key(ofOperation: UInt64(index))
    )
    guard isConstructed else { return UInt64(address) }
    let serial = serials[address] ?? UInt64(serials.count + 1)
    serials[address] = serial
    return UInt64(address) | serial << AllocationVocabulary.serialShift
  }
}

/// Answers as the policy that a trace asks for.
private struct HonestPolicy {
  private var lru: PageReplacementAnswer.LRU
  private var clock: PageReplacementAnswer.Clock
  private let isClock: Bool

  init(frames: Int, policy: Int) {
    lru = PageReplacementAnswer.LRU(frames: frames)
    clock = PageReplacementAnswer.Clock(frames: frames)
    isClock = policy == 1
  }

  mutating func access(_ page: UInt64) -> UInt64 {
    switch isClock ? clock.access(page) : lru.access(page) {
    case .hit: PagingVocabulary.hit
    case .fault: PagingVocabulary.faultIntoFreeFrame
    case .faultEvicting(let victim): victim
    }
  }
}
