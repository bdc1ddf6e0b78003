/// A named, seeded generator of hostile or random allocation traces, for any exercise about allocation.
package struct ChaosGenerator: Sendable {
  /// What a generator is about.
  package enum Family: String, Sendable, CaseIterable {
    case sizes, lifetimes, order, phases, alignment, limits, adversaries, programs, faults
    /// Frees that are wrong: for subjects that promise to detect them, and left out of what others are given.
    case negative
  }

  /// Short and unique, for example `robson`.
  package let name: String
  /// What it does, in one sentence that students read.
  package let summary: String
  /// Where it comes from: a paper, a program, or a textbook.
  package let source: String
  package let family: Family
  /// Whether it asks for more than a heap of `ChaosBudget.liveBytes` can hold; the heap is then limited to that.
  package let exhausts: Bool
  /// Writes about as many operations as the budget says.
  package let generate: @Sendable (inout AllocationTraceBuilder, inout SeededGenerator, ChaosBudget) -> Void

  package init(
    _ name: String, _ family: Family, _ summary: String, source: String, exhausts: Bool = false,
    _ generate: @escaping @Sendable (inout AllocationTraceBuilder, inout SeededGenerator, ChaosBudget) -> Void
  ) {
    self.name = name
    self.summary = summary
    self.source = source
    self.family = family
    self.exhausts = exhausts
    self.generate = generate
  }
}

/// How much a chaos generator may ask for.
package struct ChaosBudget: Sendable {
  /// About how many operations; a generator may end a few hundred away from it, so as to finish what it began.
  package var operations: Int
  /// The most bytes that are live at once, unless the generator `exhausts`.
  package var liveBytes: Int
  /// The most blocks that are live at once.
  package var liveBlocks: Int
  /// The largest size of an ordinary block; generators about enormous sizes go beyond.
  package var largest: Int

  package init(operations: Int, liveBytes: Int, liveBlocks: Int, largest: Int) {
    self.operations = operations
    self.liveBytes = liveBytes
    self.liveBlocks = liveBlocks
    self.largest = largest
  }
}
