package import Examining
package import Traces
import Vocabularies
import Workloads

/// Checks where blocks lie, and counts what the program's accesses and the allocator's own miss.
///
/// What the program touches follows from the trace and from addresses that have been found to be right, so nothing that the subject
/// says of it counts. What the allocator itself accesses, a probed heap has written down. In safe Swift there is no way around that heap; where
/// unsafe code is admitted its records are claims, which a submission may leave out: then only the program's misses are certain.
package struct PlacementOracle: Oracle {
  /// The meter: all misses over the least that any allocator has.
  package static let meter = "misses / least"

  struct Block {
    /// -1 while no block lives in the variable.
    var address = -1
    var size = 0
    /// What it counts with where it is asked whether there is room.
    var charge = 0
    /// The index of the operation that made it.
    var origin = 0
    /// The key of the pattern that it was filled with; nil where it was not yet.
    var key: UInt64?
    /// A bit for each sixty-fourth part that the program has touched as a whole.
    var touched: UInt64 = 0
  }

  let heapLimit: Int
  /// Whether addresses are another process's, of a library that keeps none of this exercise's promises.
  private let isLibrary: Bool
  private var bytes: LiveBytes
  private var lines: OwnedLines
  private var room: BoundsRoom
  var blocks: [Block]
  private var caches = CacheModel()
  /// What the allocator's own accesses came to.
  private(set) var own = CacheModel.Counts()
  private(set) var requests = 0
  /// Bytes of live blocks that were touched, and the most at once.
  private var touched = 0
  private var peakTouched = 0
  private var secret: UInt64?
  /// Blocks that began in this window.
  private var begun: [Int] = []
  private var rotation = 0
  private let bounds: MissBounds

  package init(for trace: Trace, isLibrary: Bool = false) {
    heapLimit = trace.heapLimit
    self.isLibrary = isLibrary
    bytes = LiveBytes(byteCount: isLibrary ? 64 : trace.heapLimit)
    lines = OwnedLines(byteCount: isLibrary ? 64 : trace.heapLimit)
    room = BoundsRoom(heapLimit: trace.heapLimit, objectLimit: .max, share: 8)
    blocks = Array(repeating: Block(), count: max(trace.slotCount, 1))
    bounds = MissBounds(of: trace)
  }

  package mutating func attend(secret: UInt64) { self.secret = secret }

  // MARK: - What was counted

  /// Misses of all three caches, the allocator's own among them.
  var misses: Int { caches.counts.misses }

  /// The least misses that any allocator has: what the program has touched at once has to come into both caches, and its pages into the TLB.
  var least: Int {
    let lines = (peakTouched + CacheModel.lineBytes - 1) / CacheModel.lineBytes
    return max(1, 2 * lines + (peakTouched + CacheModel.pageBytes - 1) / CacheModel.pageBytes)
  }

  var ratio: Double { Double(misses) / Double(least) }

  package var measurements: [Measurement] {
    let counts = caches.counts
    return [
      Measurement(Self.meter, ratio, "×"), Measurement("L1 misses", Double(counts.l1Misses), ""),
      Measurement("L2 misses", Double(counts.l2Misses), ""), Measurement("TLB misses", Double(counts.tlbMisses), ""),
      Measurement("invalidations", Double(counts.invalidations), ""),
      Measurement("the allocator's own misses", Double(own.misses), ""),
      Measurement("least misses", Double(least), ""),
    ]
  }

  // MARK: - Operations

  package mutating func check(operations: Span<UInt64>, outcomes: Span<UInt64>, in window: Window) -> Violation? {
    begun.removeAll(keepingCapacity: true)
    var answers = window.answers
    for place in operations.indices {
      let operation = PlacementOperation(word: operations[place])
      let index = window.firstIndex + place
      guard operation.block < blocks.count else { continue }
      switch operation.kind {
      case .allocate, .deallocate:
        switch answers.next(outcomes[place], of: operation.word, at: index, PlacementVocabulary.self) {
        case .wrong(let violation): return violation
        case .list(var words):
          requests += 1
          let address = operation.kind == .allocate ? words.popLast() ?? PlacementVocabulary.none : 0
          count(words, core: operation.thread)
          guard operation.kind == .allocate else {
            end(operation.block)
            continue
          }
          if let wrong = begin(operation, address, at: index, min(window.heapEnd, heapLimit)) {
            let told = address == PlacementVocabulary.none ? "nil" : hexadecimal(address)
            return Violation(
              wrong.kind, at: index,
              "\(PlacementVocabulary.describe(operation: operation.word)) → \(told): \(wrong.message)")
          }
        }
      case .read, .write: touch(operation)
      case nil: continue
      }
    }
    return isLibrary ? nil : window.heap.flatMap { payloads($0) }
  }

  /// The most lines of one answer that are simulated; what is beyond misses.
  private static let linesLimit = 1 << 14

  /// What the allocator has accessed, as a probed heap tells it.
  private mutating func count(_ words: ArraySlice<UInt64>, core: Int) {
    let before = caches.counts
    var left = Self.linesLimit
    for word in words {
      let record = HeapAccessRecord(word: word)
      if let lost = record.lost {
        caches.charge(min(lost, 1 << 24))
        continue
      }
      let room = min(record.byteCount, left * CacheModel.lineBytes)
      caches.access(record.address, room, isStore: record.isStore, core: core)
      left -= (room + CacheModel.lineBytes - 1) / CacheModel.lineBytes
      caches.charge((record.byteCount - room) / CacheModel.lineBytes)
    }
    own += caches.counts - before
  }

  private mutating func touch(_ operation: PlacementOperation) {
    let block = blocks[operation.block]
    guard block.address >= 0, operation.offset < block.size else { return }
    let count = min(operation.count, block.size - operation.offset)
    caches.access(
      block.address + operation.offset, count, isStore: operation.kind == .write, core: operation.thread)
    guard block.touched != ~0 else { return }
    // Parts of which not all was touched at once do not count, so this is never too much.
    let part = (block.size + 63) / 64
    let first = (operation.offset + part - 1) / part
    let end =
      operation.offset + count == block.size ? (block.size + part - 1) / part : (operation.offset + count) / part
    guard first < end else { return }
    let mask = (end - first == 64 ? UInt64.max : 1 << UInt64(end - first) - 1) << UInt64(first)
    let new = (mask & ~block.touched).nonzeroBitCount
    blocks[operation.block].touched |= mask
    touched += touchedBytes(of: blocks[operation.block]) - touchedBytes(of: block)
    if new > 0 { peakTouched = max(peakTouched, touched) }
  }

  private func touchedBytes(of block: Block) -> Int {
    min(block.size, block.touched.nonzeroBitCount * ((block.size + 63) / 64))
  }

  private mutating func end(_ number: Int) {
    let block = blocks[number]
    guard block.address >= 0 else { return }
    touched -= touchedBytes(of: block)
    blocks[number] = Block()
    guard !isLibrary else { return }
    bytes.remove(block.address, max(block.size, 1))
    lines.remove(block.address, max(block.size, 1))
    room.remove(block.charge)
  }

  // MARK: - Where blocks lie

  private struct Wrong {
    let kind: ViolationKind
    let message: String
  }

  private mutating func begin(
    _ operation: PlacementOperation, _ address: UInt64, at index: Int, _ heapEnd: Int
  ) -> Wrong? {
    end(operation.block)
    let charge = max(operation.size, operation.alignment, CacheModel.lineBytes)
    guard address != PlacementVocabulary.none else {
      guard room.mustServe(charge) else { return nil }
      return Wrong(
        kind: .failedWithRoom,
        message:
          "nil, although there is room: with it, live blocks take \(room.taken(with: charge) ?? 0) bytes of a heap of \(heapLimit)"
      )
    }
    let base = Int(clamping: address)
    if !isLibrary, let wrong = misplaced(operation, base, heapEnd) { return wrong }
    blocks[operation.block] = Block(address: base, size: operation.size, charge: charge, origin: index)
    room.add(charge)
    begun.append(operation.block)
    return nil
  }

  private mutating func misplaced(_ operation: PlacementOperation, _ base: Int, _ heapEnd: Int) -> Wrong? {
    let (size, extent) = (operation.size, max(operation.size, 1))
    guard base <= heapEnd, extent <= heapEnd - base else {
      return Wrong(kind: .outOfHeap, message: "the heap ends at \(hexadecimal(UInt64(clamping: heapEnd)))")
    }
    let alignment = max(operation.alignment, size > CacheModel.lineBytes ? 16 : 1)
    guard base & (alignment - 1) == 0 else {
      return Wrong(kind: .misaligned, message: "that is no multiple of \(alignment)")
    }
    if extent <= CacheModel.lineBytes, base % CacheModel.lineBytes + extent > CacheModel.lineBytes {
      return Wrong(
        kind: .straddlesLine,
        message: "it begins \(CacheModel.lineBytes - base % CacheModel.lineBytes) bytes before the end of its line")
    }
    guard bytes.insert(base, extent) else {
      let other = blocks.first { $0.address >= 0 && $0.address < base + extent && base < $0.address + max($0.size, 1) }
      let told = other.map {
        "the block of operation \($0.origin), \($0.size) bytes at \(hexadecimal(UInt64($0.address)))"
      }
      return Wrong(kind: .overlap, message: "it would share bytes with \(told ?? "another block")")
    }
    guard lines.insert(base, extent, owner: operation.thread) else {
      bytes.remove(base, extent)
      return Wrong(
        kind: .lineShared, message: "a block of thread \(1 - operation.thread) lies in the same line of 64 bytes")
    }
    return nil
  }

  // MARK: - What blocks hold

  /// How many other blocks are looked at in a window.
  private static let looks = 16

  /// Fills the blocks that began in this window, and looks at others.
  private mutating func payloads(_ heap: HeapView) -> Violation? {
    for number in begun where blocks[number].address >= 0 && blocks[number].size <= heap.byteCount {
      let key = PayloadPattern.key(ofOperation: UInt64(blocks[number].origin)) ^ (secret ?? 0)
      heap.fill(at: blocks[number].address, count: blocks[number].size, key: key)
      blocks[number].key = key
    }
    for _ in 0..<min(Self.looks, blocks.count) {
      rotation = rotation + 1 < blocks.count ? rotation + 1 : 0
      if let violation = damage(rotation, heap) { return violation }
    }
    return nil
  }

  private func damage(_ number: Int, _ heap: HeapView) -> Violation? {
    let block = blocks[number]
    guard block.address >= 0, let key = block.key,
      let byte = heap.firstDifference(at: block.address, count: block.size, key: key)
    else { return nil }
    return Violation(
      .payloadChanged, at: block.origin,
      "byte \(byte) of a live block of \(block.size) bytes at \(hexadecimal(UInt64(block.address))) is not what the program wrote there"
    )
  }

  package mutating func finish(heap: HeapView?) -> Violation? {
    if let heap, !isLibrary {
      for number in blocks.indices {
        if let violation = damage(number, heap) { return violation }
      }
    }
    guard !isLibrary, let (kind, message) = bounds.excess(of: self) else { return nil }
    return Violation(
      kind, at: nil, message,
      evidence: measurements.dropFirst().map { "\($0.name): \(Int($0.value))" })
  }
}
