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
  /// A trace of these steps. A block's end is about the row that it was allocated by, and all planes of a grid are about one.
  package init(viewing steps: some Collection<HeapViewRows.Step>) {
    var (words, operations): ([UInt64], [UInt64]) = ([], [])
    operations.reserveCapacity(steps.count)
    // So that what is a little too long is seen.
    var answerWords = 64
    var rows: [UInt64: Int] = [:]
    var grid: HeapViewRows.Step?
    func number(_ step: HeapViewRows.Step) -> Int {
      let next = words.count / HeapViewVocabulary.rowWords
      if step.kind == .free, let row = rows[step.first] { return row }
      if let grid, step.kind.plane != nil, grid.isAbout(step) { return next - 1 }
      words.append(step.first)
      words.append(step.second)
      words.append(step.third)
      if step.kind == .allocate { rows[step.first] = next }
      return next
    }
    for step in steps {
      operations.append(HeapViewVocabulary.word(step.kind, row: step.kind.hasRow ? number(step) : 0))
      grid = step.kind.plane == nil ? nil : step
      if step.kind.plane != nil { answerWords += step.cellCount }
      if step.kind == .history { answerWords += HeapViewVocabulary.pointLimit * HeapViewVocabulary.pointWords }
    }
    self.init(
      vocabulary: HeapViewVocabulary.name, name: "",
      parameters: [TraceParameter(name: Channel.answerParameter, value: answerWords)],
      tables: [NamedTable(HeapViewVocabulary.rows, words: words)], operations: operations)
  }
}

extension HeapViewRows.Step {
  /// Whether the row of another step would be the same.
  fileprivate func isAbout(_ other: Self) -> Bool {
    first == other.first && second == other.second && third == other.third
  }
}
