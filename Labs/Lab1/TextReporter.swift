import AllocLab

/// Writes what a memory profile says.
public struct TextReporter: ProfileReporter, ~Copyable {
  private let stacks: CallStacks

  public init(stacks: CallStacks) {
    self.stacks = stacks
    // TODO: which symbols are one function, which stacks are one stack, and how is each name written?
  }

  public mutating func record(_ event: StackEvent) {
    // TODO: the stack's live bytes, the total, the peak, and one more point.
  }

  // TODO: write. Until then, what nobody takes for a report.

  public mutating func folded(_ text: inout ReportText) { text.append("?") }

  public mutating func top(_ count: Int, by order: TopOrder, _ text: inout ReportText) { text.append("?") }

  public mutating func timeline(_ count: Int, _ text: inout ReportText) { text.append("?") }

  public mutating func json(_ text: inout ReportText) { text.append("?") }
}
