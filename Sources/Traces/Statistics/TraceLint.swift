import Vocabularies

/// Something wrong with one operation of a trace.
package struct TraceFinding: Hashable, Sendable, CustomStringConvertible {
  /// Counted from 0.
  package var operation: Int
  package var message: String

  package var description: String { "operation \(operation): \(message)" }
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

  package init(_ header: TraceHeader) {
    slotCount = header.slotCount
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

  private mutating func report(_ message: String) {
    findingCount += 1
    if findings.count < Self.findingLimit { findings.append(TraceFinding(operation: operation, message: message)) }
  }
}
