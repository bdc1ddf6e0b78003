package import Traces
package import Vocabularies

/// The rows of a trace about pictures of a heap, and what its operations say with them.
package struct HeapViewRows: Sendable {
  package typealias Kind = HeapViewVocabulary.Kind

  /// An operation with the words of its row; zeros where it has none.
  package struct Step: Hashable, Sendable {
    package var kind: Kind
    package var first: UInt64 = 0
    package var second: UInt64 = 0
    package var third: UInt64 = 0

    package init(_ kind: Kind, _ first: UInt64 = 0, _ second: UInt64 = 0, _ third: UInt64 = 0) {
      (self.kind, self.first, self.second, self.third) = (kind, first, second, third)
    }

    /// Of a grid: how many cells it has.
    package var cellCount: Int { third == 0 ? 0 : Int(second / third) + (second % third == 0 ? 0 : 1) }

    package var description: String { HeapViewVocabulary.describe(kind, first, second, third) }
  }

  private let words: [UInt64]

  /// None, where the tables are not what they should be.
  package init(_ tables: [NamedTable]) {
    words = HeapViewVocabulary.faults(in: tables).isEmpty ? tables.words(HeapViewVocabulary.rows) ?? [] : []
  }

  package var count: Int { words.count / HeapViewVocabulary.rowWords }

  /// What an operation says; nil where it says nothing, and is answered with 0.
  package func step(_ operation: UInt64) -> Step? {
    guard let (kind, row) = HeapViewVocabulary.parts(operation) else { return nil }
    guard kind.hasRow else { return Step(kind) }
    guard row < count else { return nil }
    let place = HeapViewVocabulary.rowWords * row
    let step = Step(kind, words[place], words[place + 1], words[place + 2])
    return HeapViewVocabulary.isSound(kind, step.first, step.second, step.third) ? step : nil
  }
}

extension Trace {
  /// A trace of these steps: each row stands in the table once.
  package init(viewing steps: some Sequence<HeapViewRows.Step>) {
    var (words, operations, numbers): ([UInt64], [UInt64], [HeapViewRows.Step: Int]) = ([], [], [:])
    // So that what is a little too long is seen.
    var answerWords = 64
    /// The row that an address was allocated by: its end is about the same.
    var rows: [UInt64: Int] = [:]
    func number(_ step: HeapViewRows.Step) -> Int {
      if step.kind == .free, let row = rows[step.first] { return row }
      let row = HeapViewRows.Step(.map, step.first, step.second, step.third)
      let number = numbers[row] ?? numbers.count
      if number == numbers.count {
        numbers[row] = number
        words.append(step.first)
        words.append(step.second)
        words.append(step.third)
      }
      if step.kind == .allocate { rows[step.first] = number }
      return number
    }
    for step in steps {
      operations.append(HeapViewVocabulary.word(step.kind, row: step.kind.hasRow ? number(step) : 0))
      if step.kind.plane != nil { answerWords += step.cellCount }
      if step.kind == .history { answerWords += HeapViewVocabulary.pointLimit * HeapViewVocabulary.pointWords }
    }
    self.init(
      vocabulary: HeapViewVocabulary.name, name: "",
      parameters: [TraceParameter(name: Channel.answerParameter, value: answerWords)],
      tables: [NamedTable(HeapViewVocabulary.rows, words: words)], operations: operations)
  }
}
