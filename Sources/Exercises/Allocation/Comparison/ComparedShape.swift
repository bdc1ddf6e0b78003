package import Workloads

/// A family of compared workloads, from which a seed picks questions that belong together.
///
/// The questions lie near borders, where the best of the others is not twice as bad, and on both sides of them; and not too near, so
/// that what is measured leaves no doubt. They are drawn until no two `if`s about single figures answer all of them: who answers by
/// rule of thumb gets some questions right, and no shape.
package struct ComparedShape: Sendable {
  package let name: String
  package let summary: String
  /// What is asked about each workload: a number of `AdviceVocabulary.goals`.
  package let goal: Int
  /// How many questions a trace asks.
  let count: Int
  /// A workload, and the choices that are right for it or nearly so; nil where it lies at no border, or at the border itself.
  let draw: @Sendable (inout SeededGenerator) -> (workload: ComparedWorkload, right: Set<Int>)?

  /// How many `if`s must not suffice.
  private static let ifs = 2

  package func questions(with generator: inout SeededGenerator) -> [ComparedQuestion] {
    var drawn: [(workload: ComparedWorkload, right: Set<Int>)] = []
    while true {
      while drawn.count < count {
        guard let next = draw(&generator) else { continue }
        // No answer is right most of the time.
        let sameCount = drawn.count { $0.right == next.right }
        if sameCount < count / 2 { drawn.append(next) }
      }
      let shortcuts = Shortcuts(figures: drawn.map(\.workload.figures), right: drawn.map(\.right))
      if !shortcuts.suffice(ifs: Self.ifs) { return drawn.map { ComparedQuestion($0.workload, goal: goal) } }
      drawn.removeFirst(count / 2)
    }
  }
}

extension ComparedShape {
  package static let all = [manyCaches, edgeOfCaches, tooManySizes, construction]

  private static let manyCaches = ComparedShape(
    name: "many-caches", summary: "As many sizes as there may be caches, of few blocks or many.", goal: 1, count: 12
  ) { generator in
    bySpace(
      sizes: generator.pick(8...16), largest: 8 * generator.pick(16...420), blocks: generator.logarithmic(64...2000),
      &generator)
  }

  private static let edgeOfCaches = ComparedShape(
    name: "edge-of-caches", summary: "A few sizes less than a slab allocator has caches for, or more.", goal: 1,
    count: 12
  ) { generator in
    bySpace(
      sizes: generator.pick(13...30), largest: 8 * generator.pick(60...420), blocks: generator.logarithmic(100...3000),
      &generator)
  }

  private static let tooManySizes = ComparedShape(
    name: "too-many-sizes", summary: "More sizes than a slab allocator has caches for, close together or far apart.",
    goal: 1, count: 12
  ) { generator in
    bySpace(
      sizes: generator.pick(17...80), largest: 8 * generator.pick(60...500), blocks: generator.logarithmic(40...3000),
      &generator)
  }

  /// A workload of which the model says that one choice is clearly the best, and another not worse by far.
  private static func bySpace(
    sizes count: Int, largest: Int, blocks: Int, _ generator: inout SeededGenerator
  ) -> (workload: ComparedWorkload, right: Set<Int>)? {
    let smallest = count == 1 ? largest : max(16, largest * generator.pick(2...95) / 100 & ~7)
    guard (largest - smallest) / 8 >= count - 1 else { return nil }
    let half = (largest - smallest) / 2
    let mean = smallest + half * generator.pick([15, 30, 50, 70, 100, 100]) / 100
    let workload = ComparedWorkload(
      sizes: smallest...largest, mean: mean, distinctSizes: count, peakLiveBlocks: blocks, allocations: 2 * blocks)
    let costs = workload.modelledBytes
    guard let best = costs.compactMap({ $0 }).min(), best >= 163_840 else { return nil }
    let ratios: [Double?] = costs.map { cost in cost.map { $0 / best } }
    guard ratios.allSatisfy({ ($0 ?? 1) == 1 || ($0 ?? 1) >= 1.25 }),
      ratios.contains(where: { ($0 ?? 1) >= 1.25 && ($0 ?? 9) <= 2 })
    else { return nil }
    return (workload, Set(ratios.indices.filter { ratios[$0] == 1 }))
  }

  /// Time is measured, and another machine's figures are others; so here the workloads are where all machines agree.
  private static let construction = ComparedShape(
    name: "construction", summary: "Large objects of few sizes or many, constructed or not, used once or often.",
    goal: 0, count: 8
  ) { generator in
    let largest = 8 * generator.pick(375...420)
    func workload(
      _ blocks: ClosedRange<Int>, perBlock: ClosedRange<Int>, isConstructed: Bool = true,
      sizes: ClosedRange<Int> = 1...4
    ) -> ComparedWorkload {
      let (count, peak) = (generator.pick(sizes), generator.pick(blocks))
      return ComparedWorkload(
        sizes: (count == 1 ? largest : largest - 8 * count * generator.pick(1...4))...largest, distinctSizes: count,
        peakLiveBlocks: peak, isConstructed: isConstructed, allocations: peak * generator.pick(perBlock) / 100)
    }
    switch generator.below(8) {
    // Constructed once and used often: what a slab allocator is for.
    case 0: return (workload(200...400, perBlock: 950...1100, sizes: 1...16), [1])
    case 1: return (workload(600...1000, perBlock: 1500...2000), [1])
    case 2: return (workload(2800...3100, perBlock: 1500...1600), [1])
    // As many caches as there are not.
    case 3: return (workload(600...1000, perBlock: 1500...2000, sizes: 18...30), [0])
    // A slab of each size is constructed, and most of the objects in it are never used.
    case 4, 5: return (workload(24...40, perBlock: 103...108, sizes: 13...16), [0])
    // Nobody needs what a cache constructs.
    default: return (workload(2800...3100, perBlock: 400...700, isConstructed: false), [0])
    }
  }
}
