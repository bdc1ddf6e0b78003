/// Advice: which allocator is best for a workload, which the trace's parameters describe. Each operation names a goal.
public enum AdviceVocabulary: Vocabulary {
  public static let name = "advice"

  /// The goals, by operation.
  public static let goals = ["time", "space"]
  /// The allocators that may be recommended, by outcome.
  public static let choices = ["pool", "slab", "buddy"]

  public static func describe(operation: UInt64) -> String {
    "recommendation(for: \(operation < UInt64(goals.count) ? goals[Int(operation)] : "goal \(operation)"))"
  }

  public static func describe(outcome: UInt64, of operation: UInt64) -> String {
    outcome < UInt64(choices.count) ? choices[Int(outcome)] : "choice \(outcome)"
  }
}
