// An experiment instead of sums: draws the sizes of so many blocks as live at the peak, at most some thousands, puts each of them into
// each of the three allocators, and counts the bytes. Time is counted by events, each of which has a price.

import AllocLab

public struct Advisor: AllocationAdvisor {
  private static let mostDraws = 4000

  public init() {}

  public func recommendation(for workload: WorkloadDescription, goal: Goal) -> AllocatorChoice {
    var costs = goal == .space ? bytes(workload) : nanoseconds(workload)
    if workload.distinctSizes > 16 { costs.slab = .infinity }
    if costs.slab < costs.pool, costs.slab < costs.buddy { return .slab }
    return costs.pool < costs.buddy ? .pool : .buddy
  }

  private typealias Costs = (pool: Double, slab: Double, buddy: Double)

  private func bytes(_ workload: WorkloadDescription) -> Costs {
    let draws = max(1, min(workload.peakLiveBlocks, Self.mostDraws))
    let scale = Double(workload.peakLiveBlocks) / Double(draws)
    var costs: Costs = (0, 0, 8192)
    var counts = Array(repeating: 0, count: max(workload.distinctSizes, 1))
    var random: UInt64 = 0x2545_f491_4f6c_dd1d
    for draw in 0..<draws {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let number = self.number(Double(draw) / Double(draws), Int(random >> 33), workload)
      counts[number] += 1
      costs.pool += Double(roundedUp(workload.largestSize, workload.alignment)) * scale
      var block = max(16, workload.alignment)
      while block < size(number, workload) { block *= 2 }
      costs.buddy += Double(block) * scale * 33 / 32
    }
    for (number, count) in counts.enumerated() where count > 0 {
      let live = Double(count) * scale
      // What came and went leaves free objects behind, where sizes take turns.
      let held = counts.count > 1 ? live + 0.8 * live.squareRoot() : live
      let object = roundedUp(size(number, workload), max(workload.alignment, 8))
      var slab = 4096
      while slab < 4 * object || (slab - 64) / object * object < slab / 8 * 7 { slab *= 2 }
      let objects = (slab - 64) / object
      costs.slab += held * Double(slab) / Double(objects) + 2048
    }
    return costs
  }

  /// Which size comes next: `place` goes evenly from 0 to 1, so that the share of the smallest is as it should be.
  private func number(_ place: Double, _ random: Int, _ workload: WorkloadDescription) -> Int {
    let span = workload.largestSize - workload.smallestSize
    guard span > 0, workload.distinctSizes > 1 else { return 0 }
    let spread = 2 * Double(workload.meanSize - workload.smallestSize) / Double(span)
    return place < spread ? random % workload.distinctSizes : 0
  }

  private func size(_ number: Int, _ workload: WorkloadDescription) -> Int {
    guard workload.distinctSizes > 1 else { return max(1, workload.largestSize) }
    let span = workload.largestSize - workload.smallestSize
    return max(1, workload.smallestSize + span * number / (workload.distinctSizes - 1))
  }

  private func roundedUp(_ size: Int, _ alignment: Int) -> Int {
    (max(size, 1) + alignment - 1) / alignment * alignment
  }

  private func nanoseconds(_ workload: WorkloadDescription) -> Costs {
    let calls = Double(workload.allocations)
    let constructor = workload.constructedBytes > 0 ? 10 + 0.02 * Double(workload.constructedBytes) : 0
    let isFar = workload.peakLiveBlocks * workload.largestSize > 64 * 4096
    let objects = Double(workload.peakLiveBlocks) * (10 + 0.05 * Double(workload.meanSize))
    let pool: Double = (isFar ? 6 : 3) + constructor
    return (pool: calls * pool, slab: calls * 4.5 + objects, buddy: calls * (7 + constructor))
  }
}
