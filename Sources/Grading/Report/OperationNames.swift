package import Examining
package import Traces
import Vocabularies

/// How a short trace's operations and blocks are called: `a`, `b` … `z`, `a1` … in place of slots.
package struct OperationNames: Sendable {
  private let trace: Trace
  /// Nil where nobody knows what the words mean.
  private let describe: (@Sendable (UInt64) -> String)?
  private var isAllocation: Bool { trace.vocabulary == AllocationVocabulary.name }

  package init(_ trace: Trace) {
    self.trace = trace
    describe = VocabularyRegistry.vocabulary(named: trace.vocabulary)?.describer(of: trace.tables)
  }

  /// The names in a trace that was saved as the shortest that shows a mistake, and told with them; nil for all others, which have
  /// numbers.
  package init?(shrunk trace: Trace) {
    guard trace.origin.hasPrefix("shrunk from "), trace.vocabulary == AllocationVocabulary.name else { return nil }
    self.init(trace)
  }

  /// The slot of a letter; nil where it is none.
  package static func slot(_ letter: String) -> Int? {
    guard let first = letter.utf8.first, first >= UInt8(ascii: "a"), first <= UInt8(ascii: "z") else { return nil }
    let rest = letter.dropFirst()
    guard let turns = rest.isEmpty ? 0 : Int(rest), turns >= 0, turns < AllocationOperation.slotLimit else {
      return nil
    }
    return Int(first - UInt8(ascii: "a")) + 26 * turns
  }

  /// The letter of a slot.
  package static func letter(_ slot: Int) -> String {
    let letter = String(UnicodeScalar(UInt8(97 + slot % 26)))
    return slot < 26 ? letter : letter + "\(slot / 26)"
  }

  /// One operation, or a run of operations that differ in their slots only.
  package func text(_ range: Range<Int>) -> String {
    let word = trace.operations[range.lowerBound]
    guard isAllocation else { return describe?(word) ?? "\(word)" }
    let operation = AllocationOperation(word: word)
    let first = Self.letter(operation.slot)
    let end = Self.letter(AllocationOperation(word: trace.operations[range.upperBound - 1]).slot)
    let block = range.count == 1 ? first : range.count == 2 ? "\(first), \(end)" : "\(first) … \(end)"
    let times = range.count == 1 ? "" : "   \(grouped(range.count)) times"
    switch operation.kind {
    case .allocate: return "\(block) = allocate(\(arguments(operation)))\(times)"
    case .allocateZeroed: return "\(block) = allocateZeroed(\(arguments(operation)))\(times)"
    case .reallocate: return "\(block) = reallocate(\(block), to: \(arguments(operation)))\(times)"
    case .deallocate: return "deallocate(\(block))\(times)"
    default: return lettered(AllocationVocabulary.describe(operation: word))
    }
  }

  /// What a request says that the parameters do not.
  private func arguments(_ operation: AllocationOperation) -> String {
    // As one would type it: commas separate arguments.
    let size = hasOneSize && operation.kind != .reallocate ? "" : "\(operation.size)"
    guard operation.alignment > 1, !trace.parameters.contains(where: { $0.name.hasSuffix(".alignment") }) else {
      return size
    }
    return (size.isEmpty ? "" : size + ", ") + "alignment: \(operation.alignment)"
  }

  /// Whether a parameter says how large all blocks are.
  private var hasOneSize: Bool {
    trace.parameter("block.size") != nil || trace.parameter("cache.count") == 1
  }

  /// What came back for a range of operations, as far as anything did.
  package func outcomes(_ range: Range<Int>, _ outcomes: [UInt64]) -> String {
    guard let vocabulary = VocabularyRegistry.vocabulary(named: trace.vocabulary), range.lowerBound < outcomes.count
    else { return "" }
    let last = min(range.upperBound, outcomes.count) - 1
    let (first, end) = (range.lowerBound, last)
    let one = vocabulary.describe(outcome: outcomes[first], of: trace.operations[first])
    guard first < end, !one.isEmpty else { return one }
    let other = vocabulary.describe(outcome: outcomes[end], of: trace.operations[end])
    return one == other ? one : "\(one) … \(other)"
  }

  /// What is wrong, without what the offending operation's line says already.
  package func message(_ violation: Violation, offender: Int) -> String {
    var message = violation.message[...]
    guard trace.operations.indices.contains(offender), let describe else { return String(message) }
    let operation = describe(trace.operations[offender])
    guard message.hasPrefix(operation) else { return String(message) }
    message = message.dropFirst(operation.count)
    if message.hasPrefix(" → ") {
      message = message.dropFirst(3)
      // The outcome: an address, or words up to a colon.
      if let colon = message.firstIndex(of: ":"), !isAllocation {
        message = message[colon...].dropFirst()
      } else {
        message = message.drop { $0 != " " }
      }
    }
    return String(message.drop { $0 == " " || $0 == ":" })
  }

  /// The violation, told with letters.
  package func lettered(_ violation: Violation) -> Violation {
    Violation(
      violation.kind, at: violation.operation, lettered(violation.message, keepsNumbers: true),
      evidence: violation.evidence.map { lettered($0, keepsNumbers: true) })
  }

  /// The text with letters in place of `b0`, `b1` …, and without the numbers of operations.
  ///
  /// - Parameter keepsNumbers: keep those, where operations stand with theirs.
  package func lettered(_ text: String, keepsNumbers: Bool = false) -> String {
    guard isAllocation else { return text }
    var result = ""
    var rest = (keepsNumbers ? text : text.replacing(", allocated by operation", with: "\u{0}"))[...]
    var isInWord = false
    while let character = rest.first {
      rest = rest.dropFirst()
      if character == "\u{0}" {
        rest = rest.drop { $0 == " " || $0.isNumber }
        continue
      }
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      if character == "b", !isInWord, !digits.isEmpty, let slot = Int(digits), slot < AllocationOperation.slotLimit,
        rest.dropFirst(digits.count).first?.isLetter != true
      {
        result += Self.letter(slot)
        rest = rest.dropFirst(digits.count)
      } else {
        result.append(character)
        isInWord = character.isLetter || character.isNumber
      }
    }
    return result
  }

  /// The parameters, in words; empty where there are none.
  package var circumstances: String {
    var parts: [String] = []
    if let limit = trace.parameter("heap.limit") { parts.append("in a heap of \(Self.bytes(limit))") }
    if let size = trace.parameter("block.size") {
      parts.append("blocks of \(Self.bytes(size))" + Self.multiples(trace.parameter("block.alignment")))
    }
    if let count = trace.parameter("cache.count") {
      let sizes = (0..<count).compactMap { trace.parameter("cache.\($0).size") }.map { Self.bytes($0) }
      parts.append("objects of \(sizes.joined(separator: ", "))" + Self.multiples(trace.parameter("cache.0.alignment")))
    }
    let known = ["heap.", "block.", "cache.", "answer."]
    let vocabulary = VocabularyRegistry.vocabulary(named: trace.vocabulary)
    parts += trace.parameters.filter { parameter in !known.contains { parameter.name.hasPrefix($0) } }.map {
      vocabulary?.describe(parameter: $0.name, $0.value) ?? "\($0.name) = \($0.value)"
    }.filter { !$0.isEmpty }
    return printable(parts.joined(separator: ", "))
  }

  private static func multiples(_ alignment: Int?) -> String {
    alignment.map { $0 > 1 ? " at multiples of \($0)" : "" } ?? ""
  }

  /// A count of bytes in the unit in which it is a small whole number.
  static func bytes(_ count: Int) -> String {
    var (number, unit) = (count, "bytes")
    for larger in ["KiB", "MiB", "GiB"] where number >= 1024 && number % 1024 == 0 {
      (number, unit) = (number / 1024, larger)
    }
    return "\(grouped(number)) \(number == 1 && unit == "bytes" ? "byte" : unit)"
  }
}
