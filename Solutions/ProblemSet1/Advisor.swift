// Which allocator for which workload: a model of cost.
//
// THE IDEA. Do not reason about allocators in adjectives. Write down what each of them does with the workload in bytes and
// nanoseconds, leave out what is the same for all, and take the least. The model is a page of arithmetic, so that each constant
// can be measured and put right by itself.
//
// SPACE, in bytes at the peak, with n = live blocks at the peak
//     pool    n · stride(largest)                       every block is as large as the largest
//     slab    n · (mean rounded up + header share)      and for each size a slab that is half full
//     buddy   n · mean · rounding                       rounding: to a power of two; then 1/32 for the records
//
// TIME, in nanoseconds for the whole run: calls and construction
//     pool    a · (pair + miss + construction)    a free block holds a link, so every call touches a block
//     slab    a · pair + n · construction         objects are constructed once
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
  static let poolPair = 2.5
  static let slabPair = 4.5
  static let buddyPair = 7.0
  /// To touch a block where blocks lie in more bytes than that.
  static let miss = 3.0
  static let reach = 64 * page
  /// Construction: a call, and each byte written.
  static let constructorCall = 2.0
  static let constructedByte = 0.06
  static let page = 4096.0
  /// The share of a slab that is not objects.
  static let slabShare = 1.06
  /// Free blocks between live ones that fit no request, where sizes differ.
  static let buddyFragmentation = 1.15
}

extension AllocatorChoice {
  /// Whether the allocator can serve the workload at all: a cache for every size is out of the question where sizes are many.
  fileprivate func suits(_ workload: WorkloadDescription) -> Bool {
    self != .slab || workload.distinctSizes <= 16 && workload.largestSize < 4096
  }

  fileprivate func bytes(_ workload: WorkloadDescription) -> Double {
    let blocks = Double(workload.peakLiveBlocks)
    let mean = Double(workload.meanSize)
    switch self {
    case .pool:
      return blocks * Double(Self.roundUp(workload.largestSize, workload.alignment))
    case .slab:
      // Sizes are multiples of the alignment already, or are rounded up: by half of it on average where they differ.
      let alignment = max(workload.alignment, 8)
      let object =
        workload.distinctSizes == 1
        ? Double(Self.roundUp(workload.largestSize, alignment)) : mean + Double(alignment - 8) / 2
      let slab = max(Price.page, 4 * object)
      return blocks * object * Price.slabShare + Double(workload.distinctSizes) * slab / 2
    case .buddy:
      let least = Double(max(16, workload.alignment))
      if workload.distinctSizes == 1 {
        return blocks * Double(Self.powerOfTwo(max(workload.largestSize, Int(least)))) * (1 + 1.0 / 32)
      }
      return blocks * max(mean * rounding(workload), least) * Price.buddyFragmentation * (1 + 1.0 / 32)
    }
  }

  /// By how much sizes grow when they become powers of two, on average.
  private func rounding(_ workload: WorkloadDescription) -> Double {
    // Where no size is larger than the power of two above the smallest, all blocks become that; else sizes are spread, and sizes
    // that are spread evenly over an octave grow by a third.
    let top = Self.powerOfTwo(workload.largestSize)
    if top == Self.powerOfTwo(workload.smallestSize) { return Double(top) / Double(max(1, workload.meanSize)) }
    let arePowers = top == workload.largestSize && Self.powerOfTwo(workload.smallestSize) == workload.smallestSize
    let octaves = top.trailingZeroBitCount - Self.powerOfTwo(max(1, workload.smallestSize)).trailingZeroBitCount + 1
    return arePowers && workload.distinctSizes <= octaves ? 1 : 4.0 / 3
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
    case .slab: return allocations * Price.slabPair + Double(workload.peakLiveBlocks) * construction
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
