/// Advice: which allocator is best for a workload.
///
///      63                               8 7       0
///     +----------------------------------+---------+
///     |         the figure's value       |  code   |     code 0, 1: which is best for that goal?
///     +----------------------------------+---------+     code 8 … 15: from now on, that figure of the workload has that value
///
/// So one trace may ask about many workloads. The outcome of a question is a choice, that of a figure is 0.
public enum AdviceVocabulary: Vocabulary {
  public static let name = "advice"

  /// The goals, by operation.
  public static let goals = ["time", "space"]
  /// The allocators that may be recommended, by outcome.
  public static let choices = ["pool", "slab", "buddy"]
  /// What describes a workload, in the order of the codes.
  public static let figures = [
    "smallestSize", "largestSize", "meanSize", "distinctSizes", "alignment", "peakLiveBlocks", "constructedBytes",
    "allocations",
  ]

  private static let firstFigure = 8

  /// The question which allocator is best for a goal.
  public static func question(goal: Int) -> UInt64 { UInt64(max(0, min(goal, goals.count - 1))) }

  /// The statement that a figure has that value, which is not negative and below 2⁵⁶.
  public static func statement(figure: Int, _ value: Int) -> UInt64 {
    UInt64(firstFigure + figure) | UInt64(max(0, value)) << 8
  }

  /// The goal that an operation asks about, or nil where it is no question.
  public static func goal(of operation: UInt64) -> Int? {
    operation < UInt64(goals.count) ? Int(operation) : nil
  }

  /// The figure that an operation states, and its value; nil where it is no statement.
  public static func figure(of operation: UInt64) -> (number: Int, value: Int)? {
    let number = Int(operation & 0xff) - firstFigure
    return figures.indices.contains(number) ? (number, Int(operation >> 8)) : nil
  }

  public static func describe(operation: UInt64) -> String {
    if let (number, value) = figure(of: operation) { return "\(figures[number]) = \(value)" }
    return "recommendation(for: \(goal(of: operation).map { goals[$0] } ?? "goal \(operation)"))"
  }

  public static func describe(outcome: UInt64, of operation: UInt64) -> String {
    if figure(of: operation) != nil { return outcome == 0 ? "" : "\(outcome)" }
    return outcome < UInt64(choices.count) ? choices[Int(outcome)] : "choice \(outcome)"
  }
}
