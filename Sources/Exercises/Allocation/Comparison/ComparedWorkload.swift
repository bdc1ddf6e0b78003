package import Examining
import Vocabularies
import Workloads

/// A workload that pool, slab and buddy are compared on. Its figures are all that an advisor is told, and all that the traces are made of.
package struct ComparedWorkload: Sendable, Equatable {
  package let smallestSize: Int
  package let largestSize: Int
  /// The mean of the sizes that are asked for: at most halfway between the smallest and the largest; where it is less, so many more
  /// are of the smallest size.
  package let meanSize: Int
  /// Sizes spread evenly from the smallest to the largest, all multiples of 8.
  package let distinctSizes: Int
  package let alignment: Int
  package let peakLiveBlocks: Int
  /// The bytes of a new object that its user needs constructed: all of them, or none.
  package let constructedBytes: Int
  package let allocations: Int

  /// The most bytes of blocks at the peak, and the size of the heap that they must fit into.
  private static let mostBytes = 14 << 20, heapBytes = 16 << 20

  /// A workload of these figures, in the order of `AdviceVocabulary.figures`, or the nearest that can be measured in a moment.
  package init(figures: [Int]) {
    func figure(_ number: Int, _ range: ClosedRange<Int>) -> Int {
      min(max(number < figures.count ? figures[number] : 0, range.lowerBound), range.upperBound)
    }
    largestSize = figure(1, 8...4088) & ~7
    smallestSize = figure(0, 8...largestSize) & ~7
    distinctSizes = figure(3, 1...min(200, 1 + (largestSize - smallestSize) / 8))
    let isOneSize = distinctSizes == 1
    meanSize = figure(2, (isOneSize ? largestSize : smallestSize)...max(largestSize, smallestSize))
    alignment = 8
    peakLiveBlocks = figure(5, 1...min(20_000, Self.mostBytes / largestSize))
    constructedBytes = figure(6, 0...1) * meanSize
    allocations = figure(7, peakLiveBlocks...max(peakLiveBlocks, 100_000))
  }

  package init(
    sizes: ClosedRange<Int>, mean: Int? = nil, distinctSizes: Int, peakLiveBlocks: Int, isConstructed: Bool = false,
    allocations: Int
  ) {
    self.init(figures: [
      sizes.lowerBound, sizes.upperBound, mean ?? (sizes.lowerBound + sizes.upperBound) / 2, distinctSizes, 8,
      peakLiveBlocks, isConstructed ? 1 : 0, allocations,
    ])
  }

  /// What is asked about where a trace says nothing.
  static let plain = ComparedWorkload(sizes: 64...64, distinctSizes: 1, peakLiveBlocks: 1, allocations: 1)

  /// What an advisor is told, in the order of `AdviceVocabulary.figures`.
  package var figures: [Int] {
    [
      smallestSize, largestSize, meanSize, distinctSizes, alignment, peakLiveBlocks, constructedBytes, allocations,
    ]
  }

  /// Every size, ascending.
  package var sizes: [Int] {
    guard distinctSizes > 1 else { return [largestSize] }
    return (0..<distinctSizes).map { number in
      let spread = (largestSize - smallestSize) * number / (distinctSizes - 1)
      return (smallestSize + spread) & ~7
    }
  }

  /// How many of a thousand requests are for any of the sizes; the others are for the smallest.
  private var spreadShare: Int {
    let half = (largestSize - smallestSize) / 2
    return half > 0 ? min(max((meanSize - smallestSize) * 1000 / half, 0), 1000) : 1000
  }

  /// Every size, and the part of all requests that are for it.
  var shares: [(size: Int, share: Double)] {
    let spread = Double(spreadShare) / 1000
    return sizes.enumerated().map { number, size in
      (size, spread / Double(distinctSizes) + (number == 0 ? 1 - spread : 0))
    }
  }

  /// The choices, by number, that can serve it: a problem set's slab has at most 16 caches.
  package var servingChoices: [Int] { distinctSizes <= 16 ? [0, 1, 2] : [0, 2] }

  /// The same operations for each of the allocators that can serve them.
  package func companions(isTimed: Bool) -> [Companion] {
    // Who has no constructed objects constructs one at each allocation.
    let plain = trace(zeroed: constructedBytes > 0)
    let constructed = trace(zeroed: false)
    return servingChoices.map { choice in
      switch choice {
      case 0:
        Companion(
          Pool.self, trace: poolTrace(plain, largestSize, alignment, limit: Self.heapBytes), isTimed: isTimed)
      case 1:
        Companion(
          Slab.self, trace: slabTrace(constructed, sizes, alignment: alignment, limit: Self.heapBytes),
          isTimed: isTimed)
      default: Companion(Buddy.self, trace: buddyTrace(plain, capacity: Self.heapBytes), isTimed: isTimed)
      }
    }
  }

  /// Up to the peak; then some go and as many come, in no order, until all allocations are made.
  private func trace(zeroed: Bool) -> AllocationTraceBuilder {
    var generator = SeededGenerator(seed: UInt64(allocations), purpose: "\(figures)")
    var builder = AllocationTraceBuilder()
    let (sizes, share) = (sizes, spreadShare)
    func allocate(_ count: Int) {
      for _ in 0..<count {
        let size = generator.below(1000) < share ? generator.pick(sizes) : sizes[0]
        builder.allocate(size, alignment: alignment, zeroed: zeroed)
      }
    }
    allocate(peakLiveBlocks)
    var left = allocations - peakLiveBlocks
    while left > 0 {
      let count = min(generator.pick(1...max(1, peakLiveBlocks / 8)), left)
      for _ in 0..<count { builder.deallocate(at: generator.below(builder.live.count)) }
      allocate(count)
      left -= count
    }
    return builder
  }
}
