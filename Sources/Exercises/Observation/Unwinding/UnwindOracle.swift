package import Examining
package import Traces
import Vocabularies
import Workloads

/// Checks backtraces and names. Truth: the oracle goes through the image itself.
package struct UnwindOracle: Oracle {
  private let image: ProcessImageTables
  /// Found when they are first needed.
  private var walks: [Int: ProcessImageTables.Walk] = [:]
  private var names: CodeNames?

  package init(for trace: Trace) { image = ProcessImageTables(trace.tables) ?? ProcessImageTables() }

  package mutating func check(operations: Span<UInt64>, outcomes: Span<UInt64>, in window: Window) -> Violation? {
    var answers = window.answers
    for place in operations.indices {
      let (word, outcome, index) = (operations[place], outcomes[place], window.firstIndex + place)
      guard let (kind, number) = UnwindVocabulary.question(word) else { continue }
      let wrong: Wrong?
      switch answers.next(outcome, of: word, at: index, UnwindVocabulary.self) {
      case .wrong(let violation): return violation
      case .list(let words):
        switch kind {
        case .backtrace: wrong = backtrace(Array(words), of: number)
        case .symbolise, .symboliseReturn: wrong = location(Array(words), of: number, kind == .symboliseReturn)
        }
      }
      guard let wrong else { continue }
      let asked = UnwindVocabulary.describe(operation: word)
      return Violation(
        wrong.kind, at: index,
        "\(asked) → \(UnwindVocabulary.describe(outcome: outcome, of: word)): \(wrong.message)",
        evidence: wrong.evidence)
    }
    return nil
  }

  private typealias Wrong = (kind: ViolationKind, message: String, evidence: [String])

  // MARK: - Backtraces

  private mutating func backtrace(_ words: [UInt64], of thread: Int) -> Wrong? {
    guard image.threads.indices.contains(thread) else { return nil }
    let right = walks[thread] ?? image.backtrace(of: thread)
    walks[thread] = right
    let size = UnwindVocabulary.frameWords
    let text = ProcessImageText(image)
    func wrong(_ kind: ViolationKind, _ message: String, _ frame: Int) -> Wrong {
      (kind, message, text.lines(of: right, around: frame, on: thread))
    }
    guard words.count % size == 1 else {
      return wrong(.incompleteAnswer, "\(words.count) words are no frames and an end", 0)
    }
    let count = words.count / size
    for frame in 0..<min(count, right.steps.count) {
      let said = Array(words[size * frame..<size * (frame + 1)])
      let step = right.steps[frame]
      let its = [step.programCounter, step.stackPointer, step.isReturnAddress ? 1 : 0]
      guard said != its else { continue }
      return wrong(.wrongFrame, "frame \(frame) is said to be \(text.frame(said)), and is \(text.frame(its))", frame)
    }
    if count < right.steps.count {
      let step = right.steps[count]
      let its = text.frame([step.programCounter, step.stackPointer, step.isReturnAddress ? 1 : 0])
      return wrong(.missingFrame, "frame \(count) is missing: \(its)", count)
    }
    if count > right.steps.count {
      let first = size * right.steps.count
      return wrong(
        .inventedFrame,
        "frame \(right.steps.count) is said to be \(text.frame(Array(words[first..<first + size]))), and there is none: \(right.reason)",
        right.steps.count - 1)
    }
    let end = words[words.count - 1]
    guard end != right.end.rawValue else { return nil }
    return wrong(
      .wrongEnd,
      "it is said to end as \(text.end(end)), and is \(text.end(right.end.rawValue)): \(right.reason)",
      right.steps.count - 1)
  }

  // MARK: - Names

  private mutating func location(_ words: [UInt64], of number: Int, _ isReturnAddress: Bool) -> Wrong? {
    guard image.addresses.indices.contains(number) else { return nil }
    let address = image.addresses[number]
    let known = names ?? CodeNames(of: image)
    names = known
    let right = known.location(of: address, isReturnAddress: isReturnAddress)
    guard words != right?.words ?? [] else { return nil }
    let text = ProcessImageText(image)
    let asked = hexadecimal(address) + (isReturnAddress ? ", a return address," : "")
    func wrong(_ kind: ViolationKind, _ message: String) -> Wrong {
      (kind, "\(asked) \(message)", text.lines(around: isReturnAddress ? address &- 1 : address))
    }
    guard words.isEmpty || words.count == UnwindVocabulary.locationWords else {
      return wrong(.incompleteAnswer, "has a location of \(words.count) words")
    }
    let its = text.location(right?.words ?? [])
    let message = "is said to be \(text.location(words)), and is \(its)"
    guard let right, !words.isEmpty else { return wrong(words.isEmpty ? .wrongSymbol : .inventedName, message) }
    if words[0] != right.module { return wrong(.wrongSymbol, message) }
    if Array(words[1...2]) != [right.symbol, right.offset] {
      return wrong(right.symbol == UnwindVocabulary.none ? .inventedName : .wrongSymbol, message)
    }
    return wrong(right.file == UnwindVocabulary.none ? .inventedName : .wrongLine, message)
  }
}
