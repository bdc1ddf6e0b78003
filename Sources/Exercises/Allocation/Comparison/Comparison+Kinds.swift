package import Examining

extension Comparison {
  /// The usual causes of each wrong recommendation, and what to look at.
  static let kinds: [ViolationKind] = [
    .wrongRecommendation.causes(
      "Work out what each allocator pays on the workload: a pool takes the largest size for every block, a buddy the next power of two, "
        + "a slab allocator construction once and a slab for each size. `alloclab compare` shows the measurements."),
    .crash.causes(
      "Descriptions may be extreme: one block, thousands of sizes, a size of one byte. Answer all of them."),
    .hang.causes(
      "A recommendation is arithmetic on a handful of numbers."),
  ]
}

extension ViolationKind {
  package static let wrongRecommendation = ViolationKind(
    "wrong-recommendation", means: "Another allocator was measured to be better by more than is overlooked.")
}
