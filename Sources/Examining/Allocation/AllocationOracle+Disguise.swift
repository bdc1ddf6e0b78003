package import Traces
import Vocabularies

extension AllocationOracle {
  /// Numbers beyond those of blocks that are live at once: a quarter as many, and some.
  private static func spare(_ slots: Int) -> Int { slots / 4 + 16 }

  /// The same requests, whose blocks have other numbers.
  ///
  /// A trace's slots are used again as soon as they are free, so whoever reads them off the channel has an allocator for nothing: the
  /// slot's number, times the size. Here a number comes back only after all others that are free. Not many: what is kept of those is a place to hide things in.
  package func disguised(_ trace: Trace) -> Trace? {
    let count = trace.slotCount + Self.spare(trace.slotCount)
    guard memory == .heap, trace.slotCount > 0, count <= AllocationOperation.slotLimit else { return nil }
    var disguised = trace
    disguised.slotCount = count
    var numbers = SlotNumbers(slots: trace.slotCount, numbers: count)
    for place in disguised.operations.indices {
      let word = disguised.operations[place]
      guard let slot = HeapContents.slot(of: word), slot < trace.slotCount else { continue }
      let operation = AllocationOperation(word: word)
      let number =
        switch operation.kind {
        case .allocate, .allocateZeroed: numbers.renew(slot)
        case .deallocate: numbers.end(slot)
        default: numbers.current(slot)
        }
      disguised.operations[place] = operation.moved(to: number).word
    }
    return disguised
  }

  /// Which number each slot's block has, and which numbers are free, the one that has been so longest first.
  private struct SlotNumbers {
    private var numbers: [Int]
    private var isLive: [Bool]
    /// A ring with as many places as there are numbers.
    private var free: [Int]
    private var head = 0
    private var tail = 0

    init(slots: Int, numbers count: Int) {
      numbers = Array(repeating: -1, count: slots)
      isLive = Array(repeating: false, count: slots)
      free = Array(0..<count)
    }

    mutating func renew(_ slot: Int) -> Int {
      if isLive[slot] { give(numbers[slot]) }
      numbers[slot] = free[head]
      head = (head + 1) % free.count
      isLive[slot] = true
      return numbers[slot]
    }

    /// Of a slot without a block, that of the last one.
    mutating func current(_ slot: Int) -> Int { numbers[slot] >= 0 ? numbers[slot] : renew(slot) }

    mutating func end(_ slot: Int) -> Int {
      let number = current(slot)
      if isLive[slot] { give(number) }
      isLive[slot] = false
      return number
    }

    private mutating func give(_ number: Int) {
      free[tail] = number
      tail = (tail + 1) % free.count
    }
  }
}
