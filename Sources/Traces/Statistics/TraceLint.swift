import Vocabularies

/// Something wrong with one operation of a trace, or with its tables.
package struct TraceFinding: Hashable, Sendable, CustomStringConvertible {
  /// Counted from 0.
  package var operation: Int
  package var message: String
  /// The table that it is about, with the element and the place in the file as far as they are known; nil for an operation.
  package var table: String?

  package var description: String { "\(table ?? "operation \(operation)"): \(message)" }
}

/// Looks for operations that their vocabulary does not allow, one word at a time.
package struct TraceLint: Sendable {
  /// Findings kept; the others are only counted.
  package static let findingLimit = 1000

  package private(set) var findings: [TraceFinding] = []
  package private(set) var findingCount = 0
  private var allocation: AllocationStatistics?
  /// Where it is not allocation.
  private var vocabulary: (any Vocabulary.Type)?
  private let slotCount: Int
  private var operation = 0

  /// - Parameter tableOffsets: where the tables begin in the trace's file, if it has one.
  package init(_ header: TraceHeader, tableOffsets: [Int] = []) {
    slotCount = header.slotCount
    checkTables(header, tableOffsets)
    if header.vocabulary == AllocationVocabulary.name {
      allocation = AllocationStatistics(slotCount: header.slotCount)
      return
    }
    vocabulary = VocabularyRegistry.vocabulary(named: header.vocabulary)
    if vocabulary == nil {
      report("the vocabulary '\(header.vocabulary)' is not known")
    } else if header.slotCount != 0, vocabulary?.slotEnd(of: 0) == nil {
      report("\(header.slotCount) slots, which the vocabulary '\(header.vocabulary)' has none of")
    }
  }

  private mutating func checkTables(_ header: TraceHeader, _ offsets: [Int]) {
    if header.tables.count > TableDirectory.tableLimit {
      report("\(header.tables.count) tables, more than \(TableDirectory.tableLimit)")
    }
    if let words = header.parameters.first(where: { $0.name == Channel.answerParameter })?.value,
      !(0...Channel.answerLimit).contains(words)
    {
      report("answers of \(words) words, where 0 to \(Channel.answerLimit) can be had")
    }
    guard let vocabulary = VocabularyRegistry.vocabulary(named: header.vocabulary) else { return }
    for fault in vocabulary.faults(in: header.tables) {
      var place = "table '\(fault.table)'"
      if let element = fault.element {
        place += ", element \(element)"
        if let number = header.tables.firstIndex(where: { $0.name == fault.table }), number < offsets.count {
          place += " (offset \(offsets[number] + element * header.tables[number].elementBytes))"
        }
      }
      report(fault.reason, of: place)
    }
  }

  package mutating func accept(_ word: UInt64) {
    if let fault = allocation?.accept(word) { report(fault.description) }
    if let end = vocabulary?.slotEnd(of: word), end > slotCount {
      report("slot \(end - 1), where the trace has \(slotCount) slots")
    }
    operation += 1
  }

  /// Every finding of a trace in memory, up to the limit.
  package static func findings(in trace: Trace) -> [TraceFinding] {
    var lint = TraceLint(trace.header)
    for word in trace.operations { lint.accept(word) }
    return lint.findings
  }

  private mutating func report(_ message: String, of table: String? = nil) {
    findingCount += 1
    if findings.count < Self.findingLimit {
      findings.append(TraceFinding(operation: operation, message: message, table: table))
    }
  }
}
