import Vocabularies

/// What the operations of an attack trace do to a heap, so that it can be drawn: requests as the allocation vocabulary has them, and the
/// bytes that each step of the attacker's is about.
package struct AttackPicture: Sendable {
  /// One for each operation: a request, or a word that changes nothing.
  package private(set) var words: [UInt64] = []
  package private(set) var outcomes: [UInt64] = []
  /// By operation, the bytes that it is about, where they are not a block that it makes or ends.
  package private(set) var bytes: [Range<Int>?] = []
  /// By operation, the bytes that a step of the attacker's has changed.
  package private(set) var changed: [Range<Int>?] = []

  /// - Parameter outcomes: of the first operations, or of all.
  package init(operations: some Collection<UInt64>, outcomes said: [UInt64]) {
    let nothing = AllocationOperation(.clock).word
    // By name, where its block begins and how many bytes it has, also when it has ended.
    var blocks: [Int: (base: Int, size: Int)] = [:]
    for (place, word) in operations.enumerated() {
      let operation = AttackOperation(word: word)
      let outcome = place < said.count ? said[place] : AttackVocabulary.none
      let isReport = AttackVocabulary.report(of: outcome) != nil
      var (request, answer) = (nothing, outcome)
      var (about, touched): (Range<Int>?, Range<Int>?)
      func range(_ distance: Int, _ count: Int, of name: Int) -> Range<Int>? {
        guard let base = blocks[name]?.base, count > 0 else { return nil }
        let start = base.addingReportingOverflow(distance)
        guard !start.overflow, start.partialValue >= 0, start.partialValue < 1 << 47 else { return nil }
        return start.partialValue..<start.partialValue + count
      }
      switch operation.kind {
      case .allocate:
        request =
          AllocationOperation(.allocate, slot: operation.name, size: min(operation.size, 1 << 30)).word
        if isReport { answer = AllocationVocabulary.noAddress }
        blocks[operation.name] =
          answer == AllocationVocabulary.noAddress ? nil : (Int(clamping: answer), operation.size)
      case .deallocate:
        if operation.number == 0, !isReport {
          request = AllocationOperation(.deallocate, slot: operation.name).word
        } else {
          about = range(operation.number, 1, of: operation.name)
        }
      case .forge: about = (0..<1 << 47).contains(operation.number) ? operation.number..<operation.number + 1 : nil
      case .scribble:
        about = range(operation.offset, operation.count, of: operation.name)
        touched = range(operation.offset, min(operation.count, Int(clamping: outcome)), of: operation.name)
      case .touch: about = range(operation.number, 1, of: operation.name)
      case .learn, .replay:
        about = range(blocks[operation.name]?.size ?? 0, AttackVocabulary.canary, of: operation.name)
        touched = operation.kind == .replay ? about : nil
      case .restart:
        request = AllocationOperation(.reset).word
        blocks.removeAll(keepingCapacity: true)
      case nil: break
      }
      words.append(request)
      outcomes.append(answer)
      bytes.append(about)
      changed.append(place < said.count ? touched : nil)
    }
    outcomes.removeLast(max(0, outcomes.count - said.count))
  }
}
