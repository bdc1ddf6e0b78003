package import Traces
import Vocabularies
import Workloads

/// Checks anything that hands out blocks: overlap, alignment, bounds, payloads; and by an exercise's rules, whatever else it asks.
package struct AllocationOracle: Oracle {
  /// Where blocks may lie.
  package enum Memory: Sendable {
    /// In the shared heap.
    case heap
    /// Anywhere in the worker's memory, and addresses are its pointers; the heap's limit then is the most that all live blocks together
    /// may have.
    case addressSpace
  }

  struct Block {
    /// -1 while no block lives in the slot.
    var address = -1
    var size = 0
    /// Bytes that are marked as live: its size, or more where the rules say so; at least 1.
    var extent = 1
    /// Whether it shrank in place, and the subject may have left it more than its extent.
    var mayHoldMore = false
    /// The index of the operation that made it, or moved it last.
    var origin = 0
    /// In an attended replay: how many of its bytes hold its pattern, from its start.
    var patterned = 0
    /// The index of the operation that made it: its pattern is that one's, wherever it moves.
    var pattern = 0
    var serial: UInt64 = 0
    /// Its place in `liveSlots`.
    var place = 0
  }

  let memory: Memory
  let format: BlockFormat
  // The rules, by the moments at which they are asked.
  let extentRule: (any ExtentRule)?
  private let hasOwnExtents: Bool
  let placementRules: [any PlacementRule]
  let refusalRules: [any RefusalRule]
  let lifetimeRules: [any LifetimeRule]
  let wrongFreeRules: [any WrongFreeRule]
  let reapAnswerRules: [any ReapAnswerRule]
  let bulkRules: [any BulkRule]
  private let reapRules: [any ReapRule]
  private let lookRules: [any LookRule]
  let rules: [any AllocationRule]
  /// Whether the trace is one of many lives: windows end where they will then, since a life is over in a moment.
  private let hasLives: Bool
  private let growthRules: [any GrowthRule]

  var bytes: LiveBytes
  var pages: TouchedPages
  var blocks: [Block]
  var liveSlots: [Int32] = []
  /// The place in `liveSlots` at which the next look at live blocks begins.
  var rotation = 0
  var hasJustReaped = false
  /// Which blocks end when the subject goes back to a mark.
  var order = HandOutOrder()
  /// The most bytes that the heap may hold.
  package let heapLimit: Int
  /// The sum of the sizes of live blocks.
  package internal(set) var liveBytes = 0
  package private(set) var peakLiveBytes = 0
  /// Live blocks that may hold more than their extents.
  package internal(set) var holdingMore = 0
  /// One more than the highest byte that was ever in a block.
  package internal(set) var highestUsed = 0

  package init(
    for trace: Trace, in memory: Memory = .heap, of format: BlockFormat = .plain, _ rules: [any AllocationRule]
  ) {
    self.memory = memory
    self.format = format
    extentRule = rules.lazy.compactMap { $0 as? any ExtentRule }.first
    hasOwnExtents = extentRule != nil
    placementRules = rules.compactMap { $0 as? any PlacementRule }
    refusalRules = rules.compactMap { $0 as? any RefusalRule }
    lifetimeRules = rules.compactMap { $0 as? any LifetimeRule }
    wrongFreeRules = rules.compactMap { $0 as? any WrongFreeRule }
    reapAnswerRules = rules.compactMap { $0 as? any ReapAnswerRule }
    bulkRules = rules.compactMap { $0 as? any BulkRule }
    reapRules = rules.compactMap { $0 as? any ReapRule }
    lookRules = rules.compactMap { $0 as? any LookRule }
    self.rules = rules
    hasLives = trace.hasLives
    growthRules = rules.compactMap { $0 as? any GrowthRule }
    heapLimit = trace.heapLimit
    pages = TouchedPages(byteCount: memory == .heap ? heapLimit : 0)
    bytes = memory == .heap ? LiveBytes(byteCount: heapLimit) : .inAddressSpace
    blocks = Array(repeating: Block(), count: trace.slotCount)
  }

  /// The most blocks that were live at once.
  package internal(set) var peakLiveBlocks = 0
  /// The last operation after which every live block was found as it should be, or -1; and the last before the look that goes on.
  var wholeLook = -1
  var lastDone = -1
  /// The block that the last operation handed out or moved, and how many of its bytes hold its pattern: the driver fills it when the
  /// next operation begins.
  var unfilled: (slot: Int, patterned: Int)?
  /// What the patterns of this replay's blocks are made from where the judge writes them, see `attend`; nil where the driver does.
  var attendance: Attendance?
  /// Where blocks lay before they moved or shrank, for an oracle that asks for it.
  package var leftBehind: [Payload]?
  /// What the trace makes the heap do.
  var fault = Hostility.growthWorks
  /// The heap's end when it began to refuse every growth, while it does.
  var frozenEnd: Int?

  /// Whether the heap may refuse to grow before its limit.
  package var growthMayFail: Bool { fault != .growthWorks }

  /// How many blocks are live.
  package var liveBlocks: Int { liveSlots.count }

  /// How many bytes a block of that size and alignment takes; at least 1.
  func extent(size: Int, alignment: Int) -> Int {
    // Most have no such rule, and a look at one costs more than its answer.
    hasOwnExtents ? max(extentRule?.extent(size: size, alignment: alignment) ?? size, 1) : max(size, 1)
  }

  /// Whether no live block has a byte among `count` from `start`, all within the heap's limit.
  package func isFree(_ start: Int, _ count: Int) -> Bool { bytes.isFree(start, count) }

  package func endsWindow(_ operation: UInt64) -> Bool {
    guard !hasLives else { return false }
    let operation = AllocationOperation(word: operation)
    // Where the heap ends when it begins to refuse, or all blocks have ended at once, and what a reap has left, is seen right then.
    if operation.kind == .hostile { return refusesFromNowOn(operation) }
    if operation.kind == .clock { return !lookRules.isEmpty }
    return !reapRules.isEmpty && operation.kind == .reap || !bulkRules.isEmpty && operation.kind == .reset
  }

  package func beginsWindow(_ operation: UInt64) -> Bool {
    !hasLives && !reapRules.isEmpty && AllocationOperation(word: operation).kind == .reap
  }

  package var glances: Bool { memory == .heap }

  package var mayAttendWindows: Bool { memory == .heap }

  /// The serial number that a checked replay adds is no part of the answer.
  package var answerMask: UInt64? {
    format == .constructed ? (1 << AllocationVocabulary.serialShift) - 1 : .max
  }

  package var spread: Int { pages.byteCount }

  package var measurements: [Measurement] {
    [Measurement("peak live bytes", Double(peakLiveBytes), "B")] + lookRules.flatMap(\.measurements)
  }

  package mutating func check(operations: Span<UInt64>, outcomes: Span<UInt64>, in window: Window) -> Violation? {
    // Damage is found before the operation that would hide it, or by a reallocation once it is done.
    let damaged = window.damage.map { Int(clamping: $0.index) - window.firstIndex } ?? -1
    let serials = SerialNumbers(of: operations, in: window, isAttended: attendance != nil, format)
    var heapEnd = self.heapEnd(ofLifeAt: 0, operations, outcomes, in: window)
    for place in operations.indices {
      let operation = AllocationOperation(word: operations[place])
      let index = window.firstIndex + place
      if place == damaged, let damage = window.damage, damage.kind == .payloadChanged {
        return describe(damage, at: place, operations, in: window)
      }
      hasJustReaped = false
      unfilled = nil
      let violation: Violation? =
        switch operation.kind {
        case .allocate, .allocateZeroed:
          insert(operation, serials.added(to: outcomes[place], at: place), at: index, heapEnd: heapEnd)
        case .reallocate: move(operation, outcomes[place], at: index, heapEnd: heapEnd)
        case .deallocate: remove(operation.slot)
        case .reap: reap(outcomes[place], at: index)
        case .mark, .release, .reset: endAtOnce(operation)
        case .hostile:
          bear(
            operation, outcomes[place], at: index, heapEnd: place == operations.count - 1 ? window.heapEnd : nil)
        case .thread, .clock, nil: nil
        }
      if operation.asksForSize { order.append(operation.slot) }
      if let violation {
        // What was written over a free object may look like another construction.
        if violation.kind == .constructedAgain, place == damaged, let damage = window.damage,
          damage.kind == .constructedStateLost
        {
          return describe(damage, at: place, operations, in: window)
        }
        return violation
      }
      if liveBytes > peakLiveBytes { peakLiveBytes = liveBytes }
      if hasLives, operation.hostility == .restart {
        heapEnd = self.heapEnd(ofLifeAt: place + 1, operations, outcomes, in: window)
      }
      if place == damaged, let damage = window.damage { return describe(damage, at: place, operations, in: window) }
    }
    if let damage = window.damage, damaged < 0 || damaged >= operations.count {
      return describe(damage, at: damaged, operations, in: window)
    }
    lastDone = window.firstIndex + operations.count - 1
    if let violation = checkGrowth(in: window, operations) { return violation }
    guard let heap = window.heap else { return nil }
    if let last = operations.indices.last, AllocationOperation(word: operations[last]).kind == .clock {
      for rule in lookRules { rule.looked(atTouching: heap.touchedBytes, in: self) }
    }
    if attendance != nil, let violation = takeOver(operations, at: window.firstIndex, heap) { return violation }
    // In lockstep damage is found at the operation that does it, as long as all blocks together are no more than a few pages.
    if operations.count == 1, heap.memory == nil, attendance == nil, liveBytes <= Self.wholeBytes,
      liveBlocks <= Self.wholeBlocks
    {
      for slot in liveSlots {
        if let violation = checkBytes(of: Int(slot), heap) { return violation }
      }
      wholeLook = lastDone
      return checkReap(heap, at: lastDone)
    }
    return checkLiveBlocks(heap, madeSince: window.firstIndex, atMost: operations.count)
      ?? checkReap(heap, at: window.firstIndex + operations.count - 1)
  }

  /// The heap's end in the life that goes on at `place`: where the life ends in this window its last outcome says so, a claim that is
  /// worth as much as the end that the heap itself keeps.
  private func heapEnd(
    ofLifeAt place: Int, _ operations: Span<UInt64>, _ outcomes: Span<UInt64>, in window: Window
  ) -> Int {
    guard hasLives else { return window.heapEnd }
    for place in place..<max(place, operations.count)
    where AllocationOperation(word: operations[place]).hostility == .restart {
      return Int(clamping: outcomes[place])
    }
    return window.heapEnd
  }

  package mutating func finish(heap: HeapView?) -> Violation? {
    guard let heap else { return nil }
    if let memory = heap.memory { return checkBytes(of: liveSlots, memory) }
    for slot in liveSlots {
      if let violation = checkBytes(of: Int(slot), heap) { return violation }
    }
    for rule in lookRules {
      if let objection = rule.finalObjection { return Violation(objection.kind, at: nil, objection.message) }
    }
    return nil
  }

  /// Looks at the live blocks made in this window, and at others in rotation.
  private mutating func checkLiveBlocks(_ heap: HeapView, madeSince first: Int, atMost count: Int) -> Violation? {
    if let memory = heap.memory { return checkLiveBlocks(memory, madeSince: first, atMost: count) }
    if attendance != nil { return checkDrawnBlocks(count / 8 + 1, heap) }
    // New blocks are at the end of the list, unless another block ended and the last took its place.
    var place = liveSlots.count - 1
    let stop = max(0, liveSlots.count - count)
    while place >= stop {
      let slot = Int(liveSlots[place])
      if blocks[slot].origin >= first, let violation = checkBytes(of: slot, heap) { return violation }
      place -= 1
    }
    for _ in 0..<min(liveSlots.count, count / 8 + 1) {
      rotation = rotation + 1 < liveSlots.count ? rotation + 1 : 0
      if let violation = checkBytes(of: Int(liveSlots[rotation]), heap) { return violation }
    }
    return nil
  }

  /// The same where each look into the memory costs a system call: all blocks at once.
  private mutating func checkLiveBlocks(
    _ memory: any ProcessMemory, madeSince first: Int, atMost count: Int
  ) -> Violation? {
    var slots = liveSlots.suffix(count).filter { blocks[Int($0)].origin >= first }
    for _ in 0..<min(liveSlots.count, count / 8 + 1) {
      rotation = rotation + 1 < liveSlots.count ? rotation + 1 : 0
      slots.append(liveSlots[rotation])
    }
    return checkBytes(of: slots, memory)
  }

  /// The most that is looked at after each operation of a replay in lockstep.
  private static let (wholeBytes, wholeBlocks) = (32 << 10, 256)

  private func checkGrowth(in window: Window, _ operations: Span<UInt64>) -> Violation? {
    // Each life has an end of its own, and is over before anybody looks.
    for rule in growthRules where !hasLives {
      guard let objection = rule.objection(toEnding: window.heapEnd, in: self) else { continue }
      let place =
        operations.count == 1
        ? AllocationVocabulary.describe(operation: operations[0])
        : "operations \(window.firstIndex) to \(lastDone)"
      return Violation(objection.kind, at: lastDone, "in \(place) the heap's end \(objection.message)")
    }
    return nil
  }

  private func checkReap(_ heap: HeapView, at index: Int) -> Violation? {
    // Pages that were touched in one life still are in the next.
    guard hasJustReaped, !hasLives else { return nil }
    for rule in reapRules {
      guard let objection = rule.objection(toTouching: heap.touchedBytes, in: self) else { continue }
      return Violation(
        objection.kind, at: index,
        "\(heap.touchedBytes) bytes of the heap are still in touched pages after reap(), \(objection.message)")
    }
    return nil
  }
}
