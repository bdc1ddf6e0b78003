package import Vocabularies

/// From what distributions sizes, lifetimes and orders of a valid trace may have been drawn; takes one word at a time.
///
/// All is counted in bounded memory, whatever the trace's length: histograms, and one link for each slot. It costs a few times as much
/// as `AllocationStatistics`, which says what is valid; what is not is passed over here.
package struct AllocationDistribution: Sendable {
  /// Sizes from here on are not meant to be served, and are counted apart.
  package static let enormous = 1 << 34
  /// The smallest class whose boundaries are looked at: below, every size is near one.
  package static let smallestClass = 32

  /// Sizes that are asked for, those of reallocations too; not the enormous ones.
  package private(set) var sizes = LogarithmicHistogram()
  /// Lifetimes in operations, of the blocks that ended.
  package private(set) var lifetimes = LogarithmicHistogram()
  package private(set) var zeroSizes = 0
  package private(set) var enormousSizes = 0
  /// Sizes from `smallestClass` on, and those of them at most a byte away from the boundary of a class: four to a doubling.
  package private(set) var classified = (all: 0, nearBoundary: 0, nearPowerOfTwo: 0)
  /// Requests by the base-2 logarithm of their alignment.
  package private(set) var alignments = [Int](repeating: 0, count: 32)
  /// Requests that ask for an alignment above their size.
  package private(set) var overAligned = 0
  /// Frees with more than one live block, and how many of them ended the oldest or the youngest.
  package private(set) var choices = (all: 0, oldest: 0, youngest: 0)
  /// Reallocations by what became of the size.
  package private(set) var reallocations = (grown: 0, shrunk: 0, unchanged: 0)
  /// Sixty-four times the factor by which a block grew.
  private var growthFactors = LogarithmicHistogram()
  /// The largest share of at least 20 live blocks that was freed in one go, with no request in between.
  package private(set) var largestRelease = 0.0
  /// Faults, wrong frees and so on, by `Hostility`'s raw value.
  package private(set) var hostilities = [Int](repeating: 0, count: 32)
  /// Runs of frees with no request in between.
  package private(set) var freeRuns = 0
  package private(set) var frees = 0
  package private(set) var requests = 0

  private var order = BirthOrder()
  private var handedOut = HandOutOrder()
  private var blockSizes: [Int] = []
  private var operationCount = 0
  /// Live blocks when the current run of frees began; −1 outside of a run.
  private var runStart = -1

  package init() {}

  package func count(of hostility: Hostility) -> Int { hostilities[Int(hostility.rawValue)] }

  /// The factor by which a typical reallocation that grows a block does so: the median, to one part in 16; 0 where none does.
  package var typicalGrowth: Double { Double(growthFactors.quantile(0.5)) / 64 }

  /// The share of all frees with a choice that ended the oldest block; nil where there was no choice.
  package var oldestShare: Double? { choices.all == 0 ? nil : Double(choices.oldest) / Double(choices.all) }
  package var youngestShare: Double? { choices.all == 0 ? nil : Double(choices.youngest) / Double(choices.all) }

  package mutating func accept(_ word: UInt64) {
    let operation = AllocationOperation(word: word)
    let slot = operation.slot
    switch operation.kind {
    case .allocate, .allocateZeroed:
      guard !order.isLive(slot) else { break }
      endRun()
      ask(operation)
      if slot >= blockSizes.count {
        blockSizes += Array(repeating: 0, count: slot + 1 - blockSizes.count + blockSizes.count / 2)
      }
      blockSizes[slot] = operation.size
      order.begin(slot, at: operationCount)
      handedOut.append(slot)
    case .reallocate:
      guard order.isLive(slot) else { break }
      endRun()
      ask(operation)
      resize(from: blockSizes[slot], to: operation.size)
      blockSizes[slot] = operation.size
      handedOut.append(slot)
    case .deallocate: end([slot])
    case .mark: handedOut.mark(slot)
    case .release:
      end(handedOut.since(slot))
      handedOut.release(to: slot)
    case .reset:
      end(Array(blockSizes.indices))
      handedOut.reset()
    case .hostile: hostilities[operation.alignmentShift] += 1
    case .reap, .thread, .clock, nil: break
    }
    operationCount += 1
    if runStart >= 20 { largestRelease = max(largestRelease, 1 - Double(order.count) / Double(runStart)) }
  }

  /// Ends the blocks in these slots, where any live.
  private mutating func end(_ slots: [Int]) {
    for slot in slots where order.isLive(slot) {
      if runStart < 0 {
        runStart = order.count
        freeRuns += 1
      }
      end(order.end(slot, at: operationCount))
    }
  }

  private mutating func end(_ end: BirthOrder.End) {
    frees += 1
    lifetimes.insert(end.age)
    guard end.hadChoice else { return }
    choices.all += 1
    if end.wasOldest { choices.oldest += 1 }
    if end.wasYoungest { choices.youngest += 1 }
  }

  private mutating func endRun() { runStart = -1 }

  private mutating func ask(_ operation: AllocationOperation) {
    let size = operation.size
    requests += 1
    alignments[operation.alignmentShift] += 1
    if size >= Self.enormous {
      enormousSizes += 1
      return
    }
    if operation.alignment > size { overAligned += 1 }
    if size == 0 { zeroSizes += 1 }
    sizes.insert(size)
    guard size >= Self.smallestClass - 1 else { return }
    classified.all += 1
    let shift = Int.bitWidth - 1 - (size + 1).leadingZeroBitCount - 2
    // The last boundary at or below size + 1, and whether that is at most two below.
    if (size + 1) & (1 << shift - 1) <= 2 { classified.nearBoundary += 1 }
    if (size + 1) & (4 << shift - 1) <= 2 { classified.nearPowerOfTwo += 1 }
  }

  private mutating func resize(from old: Int, to new: Int) {
    if new == old { reallocations.unchanged += 1 }
    if new < old { reallocations.shrunk += 1 }
    guard new > old else { return }
    reallocations.grown += 1
    if old > 0, new < Self.enormous { growthFactors.insert(new * 64 / old) }
  }
}
