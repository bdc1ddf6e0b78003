/// What a few `if`s can do: whether some questions can be answered by looking at single figures, without a model of what things cost.
package struct Shortcuts {
  /// The questions that each choice is right for, a bit each.
  private let right: [UInt32]
  /// The questions where some figure is at most some threshold.
  private let splits: Set<UInt32>
  private let all: UInt32

  /// - Parameters:
  ///   - figures: of each question, at most 32.
  ///   - right: the choices that are right for each question.
  package init(figures: [[Int]], right: [Set<Int>]) {
    let count = min(figures.count, 32)
    all = UInt32(truncatingIfNeeded: (UInt64(1) << UInt64(count)) - 1)
    func questions(_ isMeant: (Int) -> Bool) -> UInt32 {
      (0..<count).reduce(0) { isMeant($1) ? $0 | 1 << UInt32($1) : $0 }
    }
    self.right = Set(right.joined()).map { choice in questions { right[$0].contains(choice) } }
    var splits: Set<UInt32> = []
    for figure in figures.first?.indices ?? 0..<0 {
      for threshold in Set(figures.prefix(count).map { $0[figure] }) {
        splits.insert(questions { figures[$0][figure] <= threshold })
      }
    }
    self.splits = splits.subtracting([0, all])
  }

  /// Whether a tree of so many `if`s, each about one figure, answers all questions right.
  package func suffice(ifs: Int) -> Bool { suffice(all, ifs) }

  private func suffice(_ questions: UInt32, _ ifs: Int) -> Bool {
    if right.contains(where: { questions & ~$0 == 0 }) { return true }
    guard ifs > 0 else { return false }
    return splits.contains { split in
      let (low, high) = (questions & split, questions & ~split)
      guard low != 0, high != 0 else { return false }
      return (0..<ifs).contains { suffice(low, $0) && suffice(high, ifs - 1 - $0) }
    }
  }
}
