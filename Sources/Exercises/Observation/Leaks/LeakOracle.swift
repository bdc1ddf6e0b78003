package import Examining
package import Traces
import Vocabularies
import Workloads

/// Checks what a leak detector says of an image. Truth: the oracle finds every block's category itself.
package struct LeakOracle: Oracle {
  private let image: HeapImageTables
  /// Found when it is first needed.
  private var known: LeakTruth?

  package init(for trace: Trace) { image = HeapImageTables(trace.tables) ?? HeapImageTables() }

  package mutating func check(operations: Span<UInt64>, outcomes: Span<UInt64>, in window: Window) -> Violation? {
    let truth = known ?? LeakTruth(of: image)
    known = truth
    var answers = window.answers
    for place in operations.indices {
      let (word, outcome, index) = (operations[place], outcomes[place], window.firstIndex + place)
      guard let (kind, category) = LeakVocabulary.question(word) else { continue }
      let wrong: Wrong?
      switch kind {
      case .blockCount: wrong = total(outcome, truth.totals[category].blocks, category, unit: "block")
      case .byteCount: wrong = total(outcome, truth.totals[category].bytes, category, unit: "byte")
      case .classify, .report:
        switch answers.next(outcome, of: word, at: index, LeakVocabulary.self) {
        case .wrong(let violation): return violation
        case .list(let words):
          wrong = kind == .classify ? categories(words, truth) : records(words, truth)
        }
      }
      guard let wrong else { continue }
      return Violation(
        wrong.kind, at: index,
        "\(LeakVocabulary.describe(operation: word)) → \(LeakVocabulary.describe(outcome: outcome, of: word)): \(wrong.message)",
        evidence: HeapImageText(image).lines(around: wrong.block))
    }
    return nil
  }

  /// What is wrong, and the block that it is about.
  private typealias Wrong = (kind: ViolationKind, message: String, block: Int?)

  private func total(_ outcome: UInt64, _ right: Int, _ category: Int, unit: String) -> Wrong? {
    guard outcome != UInt64(right) else { return nil }
    let name = LeakVocabulary.categories[category]
    return (.wrongTotal, "\(right) \(unit)\(right == 1 ? " is" : "s are") \(name)", nil)
  }

  private func categories(_ words: ArraySlice<UInt64>, _ truth: LeakTruth) -> Wrong? {
    guard words.count == truth.categories.count else {
      let (said, blocks) = (words.count, truth.categories.count)
      return (
        .incompleteAnswer,
        "\(said) \(said == 1 ? "category" : "categories") for \(blocks) block\(blocks == 1 ? "" : "s")", nil
      )
    }
    for (block, (said, right)) in zip(words, truth.categories).enumerated() where said != right {
      let (mine, its) = (LeakVocabulary.category(said), LeakVocabulary.category(right))
      let what = "block \(block), of \(image.blocks[block].size) bytes at \(hexadecimal(image.blocks[block].address)),"
      let kind: ViolationKind =
        switch (said, right) {
        case (3...4, 1...2): .missedLeak
        case (1...2, 3...4): .falseLeak
        default: .wrongCategory
        }
      return (kind, "\(what) is said to be \(mine), and is \(its)", block)
    }
    return nil
  }

  private func records(_ words: ArraySlice<UInt64>, _ truth: LeakTruth) -> Wrong? {
    let size = LeakVocabulary.recordWords
    guard words.count.isMultiple(of: size) else {
      return (.incompleteAnswer, "the last record has \(words.count % size) of \(size) words", nil)
    }
    let (said, right) = (Array(words), truth.records)
    for first in stride(from: 0, to: max(said.count, right.count), by: size) {
      let number = first / size
      guard first < said.count else {
        return (.incompleteAnswer, "record \(number) is missing: \(text(right, first))", nil)
      }
      guard first < right.count else {
        return (.wrongRecord, "record \(number) is one too many: \(text(said, first))", nil)
      }
      if said[first..<first + size] != right[first..<first + size] {
        return (.wrongRecord, "record \(number) is \(text(said, first)); right is \(text(right, first))", nil)
      }
    }
    return nil
  }

  private func text(_ words: [UInt64], _ first: Int) -> String {
    let (category, site, blocks, bytes, indirect) = (
      LeakVocabulary.category(words[first]), words[first + 1], Int64(bitPattern: words[first + 2]),
      Int64(bitPattern: words[first + 3]), Int64(bitPattern: words[first + 4])
    )
    return "\(category) at site \(site), \(bytes) bytes in \(blocks) blocks, \(indirect) indirect"
  }
}

extension LeakVocabulary {
  /// The name of a category's code.
  fileprivate static func category(_ code: UInt64) -> String {
    code > 0 && code < UInt64(categories.count) ? categories[Int(code)] : "no category (\(code))"
  }
}
