// Costs in whole numbers: bytes, and picoseconds. Each size is looked at by itself: how many blocks of it live at the peak, and what
// those take with each allocator. No sampling, no floating point.

import AllocLab

public struct Advisor: AllocationAdvisor {
  public init() {}

  public func recommendation(for workload: WorkloadDescription, goal: Goal) -> AllocatorChoice {
    let model = Model(workload)
    let costs =
      switch goal {
      case .space: [(AllocatorChoice.pool, model.poolBytes), (.buddy, model.buddyBytes), (.slab, model.slabBytes)]
      case .time: [(AllocatorChoice.pool, model.poolTime), (.buddy, model.buddyTime), (.slab, model.slabTime)]
      }
    return costs.filter { $0.0 != .slab || workload.distinctSizes <= 16 }.min { $0.1 < $1.1 }?.0 ?? .buddy
  }
}

private struct Model {
  let workload: WorkloadDescription
  /// Each size, and how many blocks of it live at the peak, in thousandths.
  let sizes: [(size: Int, thousandths: Int)]

  init(_ workload: WorkloadDescription) {
    self.workload = workload
    let count = max(workload.distinctSizes, 1)
    let span = workload.largestSize - workload.smallestSize
    let all = workload.peakLiveBlocks * 1000
    // Where the mean is halfway between smallest and largest, all sizes are as frequent; else the smallest takes the rest.
    let spread =
      span > 0 && count > 1 ? min(all, all * 2 * max(workload.meanSize - workload.smallestSize, 0) / span) : 0
    sizes = (0..<count).map { number in
      let size = count > 1 ? workload.smallestSize + span * number / (count - 1) : workload.largestSize
      return (max(size, 1), spread / count + (number == 0 ? all - spread : 0))
    }
  }

  // MARK: Bytes

  var poolBytes: Int { workload.peakLiveBlocks * Self.rounded(workload.largestSize, to: workload.alignment) }

  var buddyBytes: Int {
    let blocks = sizes.reduce(0) { sum, part in
      var block = max(16, workload.alignment)
      while block < part.size { block *= 2 }
      return sum + block * part.thousandths / 1000
    }
    return blocks + blocks / 32 + 8192
  }

  var slabBytes: Int {
    sizes.reduce(0) { sum, part in
      let object = Self.rounded(part.size, to: max(workload.alignment, 8))
      // Slabs double until an eighth or less is lost, and hold four objects at least.
      var slab = 4096
      while slab < 4 * object || (slab - 64) / object * object < slab / 8 * 7 { slab *= 2 }
      // Where sizes come and go, more objects are made than live at once: of thousandths, the root of a thousand times as many.
      let live = part.thousandths
      let held = sizes.count > 1 ? live + Self.root(live * 1000) * 4 / 5 : live
      return sum + held * slab / ((slab - 64) / object) / 1000 + 2048
    }
  }

  private static func rounded(_ size: Int, to alignment: Int) -> Int {
    let alignment = max(alignment, 1)
    return (max(size, 1) + alignment - 1) / alignment * alignment
  }

  private static func root(_ value: Int) -> Int {
    var root = 0
    while (root + 1) * (root + 1) <= value { root += 1 }
    return root
  }

  // MARK: Picoseconds

  /// What the user pays for each new block.
  private var construction: Int { workload.constructedBytes == 0 ? 0 : 10_000 + 20 * workload.constructedBytes }

  var poolTime: Int {
    // A free block's link is read and written, which takes longer where the blocks are in many pages.
    workload.allocations * ((poolBytes > 64 * 4096 ? 6000 : 3000) + construction)
  }
  var buddyTime: Int { workload.allocations * (7000 + construction) }
  /// A cache constructs each object once, asked for or not.
  var slabTime: Int { workload.allocations * 4500 + workload.peakLiveBlocks * (10_000 + 50 * workload.meanSize) }
}
