import Examining
import Exercises
import Testing
import Traces
import Vocabularies
import Workloads

/// What an advisor earns who has no model of cost: searched for, not thought up.
@Suite struct ComparisonTests {
  /// A shape's questions under a seed, with the choices that its model of memory calls right; of time, those that are meant.
  private struct Sheet {
    let trace: Trace
    let questions: [ComparedQuestion]
  }

  private static func sheets(seed: UInt64) -> [Sheet] {
    ComparedShape.all.map { shape in
      var generator = SeededGenerator(seed: seed, purpose: shape.name)
      let questions = shape.questions(with: &generator)
      return Sheet(trace: ComparedQuestion.trace(of: questions), questions: questions)
    }
  }

  /// A rough model of both goals, of which only who wins matters.
  private static func costs(_ question: ComparedQuestion) -> [Double?] {
    let workload = question.workload
    guard question.isAboutTime else { return workload.modelledBytes }
    let (allocations, size) = (Double(workload.allocations), Double(workload.meanSize))
    let user = workload.constructedBytes > 0 ? 10 + 0.02 * size : 0
    // Whole slabs, of five objects of such sizes.
    let constructed = Double(max(workload.peakLiveBlocks, 5 * workload.distinctSizes))
    return [
      allocations * (6 + user),
      workload.distinctSizes <= 16 ? allocations * 4.5 + constructed * (10 + 0.02 * size) : nil,
      allocations * (9 + user),
    ]
  }

  /// The trees with at most two `if`s about single figures, the goal among them, as answers to all questions.
  ///
  /// - Returns: the most shapes of `sheets` that trees with no, one and two `if`s answer as the oracle wants it.
  private static func best(_ sheets: [Sheet]) -> [Int] {
    let questions = sheets.flatMap(\.questions)
    // Where the questions of each shape lie, and which choices are right, found by asking the oracle about each by itself.
    let right = questions.map { question in
      (0..<3).filter { choice in
        var oracle = AdviceOracle(costs: [costs(question)])
        let (operation, outcome) = ([AdviceVocabulary.question(goal: question.goal)], [UInt64(choice)])
        let window = Window(firstIndex: 0, damage: nil, heap: nil, heapEnd: 0)
        return oracle.check(operations: operation.span, outcomes: outcome.span, in: window) == nil
      }
    }
    var ranges: [Range<Int>] = []
    for sheet in sheets {
      let start = ranges.last?.upperBound ?? 0
      ranges.append(start..<start + sheet.questions.count)
    }
    let all = UInt64(1) << UInt64(questions.count) - 1
    let shapes = ranges.map { range in range.reduce(UInt64(0)) { $0 | 1 << UInt64($1) } }
    let rightFor = (0..<3).map { choice in
      questions.indices.reduce(UInt64(0)) { right[$1].contains(choice) ? $0 | 1 << UInt64($1) : $0 }
    }
    var splits: Set<UInt64> = []
    for figure in 0...AdviceVocabulary.figures.count {
      let values = questions.map { figure < $0.workload.figures.count ? $0.workload.figures[figure] : $0.goal }
      for threshold in Set(values) {
        splits.insert(values.indices.reduce(UInt64(0)) { values[$1] <= threshold ? $0 | 1 << UInt64($1) : $0 })
      }
    }
    let cuts = Array(splits.subtracting([0, all]))
    func earned(_ answered: UInt64) -> Int { shapes.count { $0 & ~answered == 0 } }
    let constant = rightFor.map(earned).max() ?? 0
    var (one, two) = (0, 0)
    for cut in cuts {
      for low in rightFor {
        for high in rightFor {
          let answered = cut & low | ~cut & high
          one = max(one, earned(answered))
        }
      }
    }
    // A shape is answered by a tree only if it is by the part of it that its questions fall into; so trees of two ifs are tried for
    // each shape, which is no less than what one tree earns of all.
    for shape in shapes where suffice(twoIfs: Set(cuts.map { $0 & shape }).subtracting([0, shape]), rightFor, shape) {
      two += 1
    }
    return [constant, one, two]
  }

  /// Whether all questions of a shape are answered by a tree whose first `if` decides for one side, and whose second for the other.
  private static func suffice(twoIfs cuts: Set<UInt64>, _ right: [UInt64], _ shape: UInt64) -> Bool {
    let rights = right.map { $0 & shape }
    func isOneAnswer(_ part: UInt64) -> Bool {
      for right in rights where part & ~right == 0 { return true }
      return false
    }
    if isOneAnswer(shape) { return true }
    for first in cuts {
      for (decided, rest) in [(first, shape & ~first), (shape & ~first, first)] where isOneAnswer(decided) {
        if isOneAnswer(rest) { return true }
        for second in cuts where isOneAnswer(rest & second) && isOneAnswer(rest & ~second) { return true }
      }
    }
    return false
  }

  /// Of four shapes, one is more than the fifth that a threshold may earn, and two are half.
  @Test(arguments: [1, 2, 3, 77, 4711] as [UInt64])
  func rulesOfThumbEarnNothing(seed: UInt64) {
    let best = Self.best(Self.sheets(seed: seed))
    #expect(best[0] == 0, "the best constant answers \(best[0]) shapes")
    #expect(best[1] == 0, "the best single if answers \(best[1]) shapes")
    #expect(best[2] == 0, "the best two ifs answer \(best[2]) shapes")
  }

  /// The search finds what there is: with easy questions it earns.
  @Test func theSearchCanSucceed() {
    func sheet(_ peaks: [Int]) -> Sheet {
      let questions = peaks.map {
        ComparedQuestion(
          ComparedWorkload(sizes: 1024...1032, distinctSizes: 2, peakLiveBlocks: $0, allocations: 2 * $0), goal: 1)
      }
      return Sheet(trace: ComparedQuestion.trace(of: questions), questions: questions)
    }
    #expect(Self.best([sheet([500, 600])])[0] == 1)
    let model = ComparedWorkload(sizes: 16...256, distinctSizes: 20, peakLiveBlocks: 900, allocations: 900)
    let buddy = ComparedQuestion(model, goal: 1)
    let pool = sheet([700]).questions[0]
    let both = Sheet(trace: ComparedQuestion.trace(of: [buddy, pool]), questions: [buddy, pool])
    #expect(Self.best([both]) == [0, 1, 1])
  }

  @Test func aTraceKeepsItsQuestions() {
    for sheet in Self.sheets(seed: 9) { #expect(ComparedQuestion.all(of: sheet.trace) == sheet.questions) }
  }

  /// Whatever a trace says, what is measured for it ends.
  @Test func wildFiguresAreBounded() {
    var generator = SeededGenerator(seed: 4)
    for _ in 0..<50 {
      let figures = AdviceVocabulary.figures.indices.map { _ in Int(generator.next() >> UInt64(8 + generator.below(50)))
      }
      let workload = ComparedWorkload(figures: figures)
      #expect(workload.allocations <= 100_000)
      #expect(workload.peakLiveBlocks * workload.largestSize <= 14 << 20)
      #expect(Set(workload.sizes).count == workload.distinctSizes)
      #expect(ComparedWorkload(figures: workload.figures) == workload)
    }
  }

  @Test func unmeasuredQuestionsAreHeldAgainstNobody() throws {
    let exercise = try #require(Catalogue.all.exercise("comparison"))
    let trace = Self.sheets(seed: 1)[0].trace
    var oracle = exercise.oracle(trace)
    let outcomes = trace.operations.map { _ in UInt64(2) }
    let window = Window(firstIndex: 0, damage: nil, heap: nil, heapEnd: 0)
    #expect(oracle.check(operations: trace.operations.span, outcomes: outcomes.span, in: window) == nil)
  }
}
