// Which allocator for which workload: a model of cost.
//
// THE IDEA. Do not reason about allocators in adjectives. Write down what each of them does with the workload in bytes and
// nanoseconds, leave out what is the same for all, and take the least. The model is a page of arithmetic, so that each constant
// can be measured and put right by itself.
//
// THE SIZES are spread evenly from the smallest to the largest, and where their mean is less than that says, so many more
// requests are for the smallest. So the share of each size is known, and sums over sizes take the place of guesses.
//
// SPACE, in bytes at the peak, with n = live blocks at the peak
//     pool    n · stride(largest)                              every block is as large as the largest
//     slab    Σ over sizes (held · object's part of a slab + half a page)
//             held: n · share, and what its comings and goings left behind: about √ of it
//     buddy   Σ over sizes (n · share · power of two); then 1/32 for the records
//
// TIME, in nanoseconds for the whole run: calls and construction
//     pool    a · (pair + miss + construction)    a free block holds a link, so every call touches a block
//     slab    a · pair + construction of whole slabs        objects are constructed once, wanted or not
//     buddy   a · (pair + construction)
// with a = allocations of the whole run. Slab and buddy keep the last free blocks on a stack and seldom touch one, and so outdo a
// pool where that misses: where the blocks lie in more pages than the CPU's first cache of addresses reaches.

import AllocLab

/// Recommends the allocator whose modelled cost is least.
public struct Advisor: AllocationAdvisor {
  public init() {}

  public func recommendation(for workload: WorkloadDescription, goal: Goal) -> AllocatorChoice {
    var best = AllocatorChoice.buddy
    var bestCost = Double.infinity
    for choice in AllocatorChoice.allCases where choice.suits(workload) {
      let cost = goal == .space ? choice.bytes(workload) : choice.nanoseconds(workload)
      if cost < bestCost { (best, bestCost) = (choice, cost) }
    }
    return best
  }
}

/// What things cost: nanoseconds and bytes, measured on one machine; only their ratios matter.
private enum Price {
  /// An `allocate` and its `deallocate`.
  static let poolPair = 3.0
  static let slabPair = 4.5
  static let buddyPair = 7.0
  /// To touch a block where blocks lie in more bytes than that.
  static let miss = 3.0
  static let reach = 64 * page
  /// Construction, by the user or by a cache: a call, and each byte written.
  static let constructorCall = 10.0
  static let constructedByte = 0.02
  static let page = 4096.0
  /// What a buddy system adds for its records.
  static let buddyRecords = 1 + 1.0 / 32
  static let pageOfRecords = 2 * page
}

extension WorkloadDescription {
  /// Every size, and the share of the requests that are for it.
  fileprivate var shares: [(size: Int, share: Double)] {
    let count = max(1, distinctSizes)
    let span = largestSize - smallestSize
    guard count > 1, span > 0 else { return [(max(1, largestSize), 1)] }
    let spread = min(max(Double(meanSize - smallestSize) * 2 / Double(span), 0), 1)
    // Of very many sizes some stand for the others.
    let sampled = min(count, 1000)
    return (0..<sampled).map { number in
      let size = smallestSize + Int(Double(span) * Double(number) / Double(sampled - 1))
      return (max(1, size), spread / Double(sampled) + (number == 0 ? 1 - spread : 0))
    }
  }
}

extension AllocatorChoice {
  /// Whether the allocator can serve the workload at all: a cache for every size is out of the question where sizes are many.
  fileprivate func suits(_ workload: WorkloadDescription) -> Bool {
    self != .slab || workload.distinctSizes <= 16 && workload.largestSize < 4096
  }

  fileprivate func bytes(_ workload: WorkloadDescription) -> Double {
    let blocks = Double(workload.peakLiveBlocks)
    switch self {
    case .pool:
      return blocks * Double(Self.roundUp(workload.largestSize, workload.alignment))
    case .slab:
      let alignment = max(workload.alignment, 8)
      return workload.shares.reduce(0) { sum, part in
        let live = blocks * part.share
        let held = workload.distinctSizes > 1 ? live + 0.8 * live.squareRoot() : live
        return sum + held * Self.slabShare(of: Self.roundUp(part.size, alignment)) + Price.page / 2
      }
    case .buddy:
      let least = max(16, workload.alignment)
      return workload.shares.reduce(Price.pageOfRecords) { sum, part in
        sum + blocks * part.share * Double(Self.powerOfTwo(max(part.size, least))) * Price.buddyRecords
      }
    }
  }

  /// What an object takes of its slab.
  private static func slabShare(of object: Int) -> Double {
    let (slab, capacity) = slab(of: object)
    return Double(slab) / Double(capacity)
  }

  /// The bytes of a slab, and how many objects it holds: a power of two, of which at most an eighth is lost.
  private static func slab(of object: Int) -> (bytes: Int, capacity: Int) {
    let header = 64
    var slab = max(Int(Price.page), powerOfTwo(4 * object))
    while (slab - header) / object * object < slab / 8 * 7 { slab *= 2 }
    return (slab, (slab - header) / object)
  }

  /// How many objects caches construct: a slab is filled at once.
  private static func constructed(_ workload: WorkloadDescription) -> Double {
    workload.shares.reduce(0) { sum, part in
      let live = Double(workload.peakLiveBlocks) * part.share
      let capacity = Double(slab(of: roundUp(part.size, max(workload.alignment, 8))).capacity)
      return sum + min(live, (live / capacity).rounded(.up)) * capacity
    }
  }

  fileprivate func nanoseconds(_ workload: WorkloadDescription) -> Double {
    let allocations = Double(workload.allocations)
    let construction =
      workload.constructedBytes == 0
      ? 0 : Price.constructorCall + Double(workload.constructedBytes) * Price.constructedByte
    switch self {
    case .pool:
      let miss = bytes(workload) > Price.reach ? Price.miss : 0
      return allocations * (Price.poolPair + miss + construction)
    case .slab:
      let object = Price.constructorCall + Double(workload.meanSize) * Price.constructedByte
      return allocations * Price.slabPair + Self.constructed(workload) * object
    case .buddy: return allocations * (Price.buddyPair + construction)
    }
  }

  private static func roundUp(_ size: Int, _ alignment: Int) -> Int {
    let alignment = max(1, alignment)
    return (max(size, 1) + alignment - 1) / alignment * alignment
  }

  private static func powerOfTwo(_ size: Int) -> Int {
    size <= 1 ? 1 : 1 << (Int.bitWidth - (size - 1).leadingZeroBitCount)
  }
}
