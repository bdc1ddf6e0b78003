package import Examining
import Traces
import Vocabularies
import Workloads

/// Students count how often each key was added. Truth: the oracle counts too.
enum Tally: ExerciseDefinition {
  static let id = "tally", title = "Tally", assignment = "Tally"
  static let summary = "Counts how often each key was added."
  static let handIn = HandIn(type: "MapTally", protocolName: "Tally")
  static let vocabulary: any Vocabulary.Type = TallyVocabulary.self
  static let driver = "TallyDriver<MapTally>"
  static let meters = [Meter.time]
  static let reductions: (any Reductions)? = IndependentReductions()

  static let workloads = [
    Workload("few-keys", "A hundred keys, each of them added often.", isTimed: true) { tallyTrace(keys: 100, &$0) },
    Workload("many-keys", "So many keys that most are added once.") { tallyTrace(keys: 1 << 40, &$0) },
  ]

  static let kinds = [
    ViolationKind.wrongCount.causes("Another key's count changed, or none did: look at add."),
    .crash.causes("A key that was never added has a count too: 0."),
    .slow.causes("A search through all keys grows with their number. A dictionary finds one in O(1)."),
  ]

  static func oracle(for trace: Trace) -> any Oracle { TallyOracle() }
}

extension ViolationKind {
  package static let wrongCount = ViolationKind("wrong-count", means: "A key was added another number of times.")
}

/// Additions and questions in turn, half of the questions about a key that was just added.
private func tallyTrace(keys: Int, _ generator: inout SeededGenerator) -> Trace {
  var operations: [UInt64] = []
  for _ in 0..<10_000 {
    let key = UInt64(generator.below(keys))
    operations.append(TallyVocabulary.add(key))
    operations.append(TallyVocabulary.count(of: generator.oneIn(2) ? key : UInt64(generator.below(keys))))
  }
  return Trace(vocabulary: TallyVocabulary.name, name: "tally", origin: "generated", operations: operations)
}
