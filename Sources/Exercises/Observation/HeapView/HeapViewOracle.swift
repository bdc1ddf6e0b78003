package import Examining
package import Traces
import Vocabularies
import Workloads

/// Checks what a heap viewer takes and draws. Truth: the oracle lets the same happen to a heap of its own.
package struct HeapViewOracle: Oracle {
  private typealias Step = HeapViewRows.Step

  private let rows: HeapViewRows
  private let describe: @Sendable (UInt64) -> String
  private var truth: HeapViewTruth

  package init(for trace: Trace) {
    rows = HeapViewRows(trace.tables)
    describe = HeapViewVocabulary.describer(of: trace.tables)
    truth = HeapViewTruth(of: trace)
  }

  package mutating func check(operations: Span<UInt64>, outcomes: Span<UInt64>, in window: Window) -> Violation? {
    var answers = window.answers
    for place in operations.indices {
      let (word, outcome, index) = (operations[place], outcomes[place], window.firstIndex + place)
      let wrong: Wrong?
      if HeapViewVocabulary.isAnswered(word) {
        switch answers.next(outcome, of: word, at: index, HeapViewVocabulary.self) {
        case .wrong(let violation): return violation
        case .list(let words): wrong = rows.step(word).flatMap { answer(Array(words), $0) }
        }
      } else {
        wrong = rows.step(word).flatMap { event(outcome, $0) }
      }
      guard let wrong else { continue }
      return Violation(
        wrong.kind, at: index,
        "\(describe(word)) → \(HeapViewVocabulary.describe(outcome: outcome, of: word)): \(wrong.message)",
        evidence: wrong.evidence)
    }
    return nil
  }

  private typealias Wrong = (kind: ViolationKind, message: String, evidence: [String])

  private mutating func event(_ outcome: UInt64, _ step: Step) -> Wrong? {
    let refusal = truth.perform(step)
    guard step.kind != .tick else { return nil }
    switch (refusal, outcome) {
    case (nil, 1): return nil
    case (_?, 0): return nil
    case (nil, _):
      return (.wronglyRefused, "nothing is in its way", HeapViewText.surroundings(of: step, truth))
    case (let refusal?, _):
      return (.wronglyTaken, HeapViewText.reason(refusal), HeapViewText.surroundings(of: step, truth))
    }
  }

  private func answer(_ said: [UInt64], _ step: Step) -> Wrong? {
    guard step.kind != .history else { return history(said) }
    let right = truth.cells(step)
    guard said.count == right.count else {
      return (
        .incompleteAnswer, "there \(right.count == 1 ? "is 1 cell" : "are \(right.count) cells")",
        HeapViewText.surroundings(of: step, truth)
      )
    }
    guard let cell = said.indices.first(where: { said[$0] != right[$0] }) else { return nil }
    let kind: ViolationKind =
      switch step.kind {
      case .live: .wrongLive
      case .metadata: .wrongMetadata
      case .unused: .wrongFreeBytes
      case .touched: .wrongTouched
      default: .wrongHeat
      }
    return (
      kind, "cell \(cell) is \(said[cell]), and has to be \(right[cell])",
      HeapViewText.lines(around: cell, of: step, said, right, truth)
    )
  }

  private func history(_ said: [UInt64]) -> Wrong? {
    let (right, size) = (truth.history, HeapViewVocabulary.pointWords)
    guard said != right else { return nil }
    guard said.count == right.count else {
      let points = right.count == size ? "1 point" : "\(right.count / size) points"
      return (.incompleteAnswer, "there \(right.count == size ? "has" : "have") to be \(points)", [])
    }
    let point = (said.indices.first { said[$0] != right[$0] } ?? 0) / size
    let (mine, its) = (said[size * point..<size * (point + 1)], right[size * point..<size * (point + 1)])
    func text(_ words: ArraySlice<UInt64>) -> String {
      zip(["least", "greatest", "last"], words).map { "\($0) \($1)" }.joined(separator: ", ")
    }
    return (
      .wrongHistory, "point \(point) is \(text(mine)); right is \(text(its))",
      HeapViewText.points(around: point, said, right)
    )
  }
}
