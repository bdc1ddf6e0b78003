package import Examining
package import Traces
import Vocabularies
package import Workloads

/// A workload that pool, slab and buddy are compared on. Its figures are all that an advisor is told, and all that the traces are made of.
package struct ComparedWorkload: Sendable, Equatable {
  package var smallestSize: Int
  package var largestSize: Int
  /// Sizes spread evenly from the smallest to the largest, all multiples of 8.
  package var distinctSizes: Int
  package var alignment = 8
  package var peakLiveBlocks: Int
  /// Whether every object has to be constructed, all of its bytes.
  package var isConstructed = false
  package var allocations: Int

  package init(
    sizes: ClosedRange<Int>, distinctSizes: Int, peakLiveBlocks: Int, isConstructed: Bool = false, allocations: Int
  ) {
    smallestSize = sizes.lowerBound
    largestSize = sizes.upperBound
    self.distinctSizes = distinctSizes
    self.peakLiveBlocks = peakLiveBlocks
    self.isConstructed = isConstructed
    self.allocations = allocations
  }

  /// The workload that a trace's parameters describe.
  package init(describedBy trace: Trace) {
    func figure(_ name: String) -> Int { trace.parameter("workload.\(name)") ?? 8 }
    self.init(
      sizes: figure("smallestSize")...max(figure("smallestSize"), figure("largestSize")),
      distinctSizes: figure("distinctSizes"), peakLiveBlocks: figure("peakLiveBlocks"),
      isConstructed: figure("constructedBytes") > 0, allocations: figure("allocations"))
  }

  /// Every size, ascending.
  package var sizes: [Int] {
    guard distinctSizes > 1 else { return [largestSize] }
    return (0..<distinctSizes).map { number in
      let spread = (largestSize - smallestSize) * number / (distinctSizes - 1)
      return (smallestSize + spread) & ~7
    }
  }

  private var meanSize: Int { sizes.reduce(0, +) / max(sizes.count, 1) }

  /// What the advisor is told.
  package var parameters: [TraceParameter] {
    [
      ("smallestSize", smallestSize), ("largestSize", largestSize), ("meanSize", meanSize),
      ("distinctSizes", distinctSizes), ("alignment", alignment), ("peakLiveBlocks", peakLiveBlocks),
      ("constructedBytes", isConstructed ? meanSize : 0), ("allocations", allocations),
    ].map { TraceParameter(name: "workload.\($0.0)", value: $0.1) }
  }

  /// The choices, by number, that can serve it: a problem set's slab has at most 16 caches.
  package var servingChoices: [Int] { distinctSizes <= 16 ? [0, 1, 2] : [0, 2] }

  /// The same operations for each of the allocators that can serve them.
  package func companions() -> [Companion] {
    var generator = SeededGenerator(seed: UInt64(allocations), purpose: "\(self)")
    let sizes = sizes
    func build(zeroed: Bool) -> AllocationTraceBuilder {
      var generator = generator
      var builder = AllocationTraceBuilder()
      while builder.count < 2 * allocations {
        if builder.live.count < peakLiveBlocks, generator.below(2 * peakLiveBlocks) >= builder.live.count {
          builder.allocate(generator.pick(sizes), alignment: alignment, zeroed: zeroed)
        } else {
          builder.deallocate(at: generator.below(builder.live.count))
        }
      }
      return builder
    }
    _ = generator.next()
    // Who has no constructed objects constructs one at each allocation.
    let plain = build(zeroed: isConstructed)
    let constructed = build(zeroed: false)
    let heap = 16 << 20
    return servingChoices.map { choice in
      switch choice {
      case 0: Companion(Pool.self, trace: poolTrace(plain, largestSize, alignment, limit: heap))
      case 1: Companion(Slab.self, trace: slabTrace(constructed, sizes, alignment: alignment, limit: heap))
      default: Companion(Buddy.self, trace: buddyTrace(plain, capacity: heap))
      }
    }
  }
}

/// A family of compared workloads, from which a seed picks one.
package struct ComparedShape: Sendable {
  package let name: String
  package let summary: String
  package let make: @Sendable (inout SeededGenerator) -> ComparedWorkload

  package static let all = [
    ComparedShape(name: "one-size", summary: "Plain objects of one size.") { generator in
      let size = generator.pick(3...9) * 8
      return ComparedWorkload(
        sizes: size...size, distinctSizes: 1, peakLiveBlocks: generator.pick(2000...4000), allocations: 40_000)
    },
    ComparedShape(name: "costly-objects", summary: "Large objects that are expensive to construct.") { generator in
      let size = generator.pick(380...480) * 8
      return ComparedWorkload(
        sizes: size...size, distinctSizes: 1, peakLiveBlocks: generator.pick(250...350), isConstructed: true,
        allocations: 10_000)
    },
    ComparedShape(name: "two-extremes", summary: "Two sizes, one of them a hundred times the other.") { generator in
      ComparedWorkload(
        sizes: 16...generator.pick(200...240) * 8, distinctSizes: 2, peakLiveBlocks: generator.pick(700...1000),
        allocations: 20_000)
    },
    ComparedShape(name: "many-sizes", summary: "A hundred sizes, from small to several pages.") { generator in
      ComparedWorkload(
        sizes: 16...generator.pick(800...1000) * 8, distinctSizes: 100, peakLiveBlocks: generator.pick(250...350),
        allocations: 10_000)
    },
  ]
}
