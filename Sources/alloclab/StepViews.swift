import Examining
import Exercises
import Grading
import Judging
import Traces
import Visualization
import Vocabularies

/// Makes what there is to see of each operation of a walkthrough.
struct StepViews {
  let walkthrough: Walkthrough
  private let title: String
  private let vocabulary: (any Vocabulary.Type)?
  /// Nil where nobody knows what the words mean.
  private let describer: ((UInt64) -> String)?
  /// Letters for blocks, in a trace that was told with them; nil for numbers.
  private let names: OperationNames?
  private var timeline: HeapTimeline
  /// What each operation does to the heap, as the allocation vocabulary has it.
  private let requests: ArraySlice<UInt64>
  /// Of a trace of attacks, what they are about; nil of others.
  private let attacks: AttackPicture?
  /// Damaged blocks that are told of in words.
  private static let damageShown = 3

  private var hasHeap: Bool { walkthrough.trace.hasPayloads || attacks != nil }

  init(_ walkthrough: Walkthrough, title: String) {
    self.walkthrough = walkthrough
    let all = walkthrough.trace.operations.count
    let cut = walkthrough.first > 0 ? " (the last \(walkthrough.range.count) of \(all) operations are kept)" : ""
    self.title = printable(title, maximumBytes: 200) + cut
    names = OperationNames(shrunk: walkthrough.trace)
    vocabulary = VocabularyRegistry.vocabulary(named: walkthrough.trace.vocabulary)
    describer = vocabulary?.describer(of: walkthrough.trace.tables)
    let operations = walkthrough.trace.operations[walkthrough.first...]
    attacks =
      walkthrough.trace.vocabulary == AttackVocabulary.name
      ? AttackPicture(operations: operations, outcomes: walkthrough.outcomes) : nil
    let before = Array(repeating: UInt64(0), count: attacks == nil ? 0 : walkthrough.first)
    requests = attacks.map { (before + $0.words)[walkthrough.first...] } ?? operations
    timeline = HeapTimeline(
      from: walkthrough.start.contents, operations: requests, outcomes: attacks?.outcomes ?? walkthrough.outcomes)
  }

  /// The operation at `index` with as many others as wanted on either side.
  mutating func view(at index: Int, around count: Int, zoom: Int, withMap: Bool) -> StepView {
    let range = walkthrough.range
    let rows = (index - count..<index + count + 1).clamped(to: range).map { row($0) }
    var view = StepView(title: title, rows: rows, index: index, range: range)
    view.failure = walkthrough.failure
    view.remarks = remarks(at: index)
    if hasHeap, !range.isEmpty, withMap { addHeap(to: &view, zoom: zoom) }
    return view
  }

  private func row(_ index: Int) -> StepView.Row {
    let word = walkthrough.trace.operations[index]
    let place = index - walkthrough.first
    let outcome =
      place < walkthrough.outcomes.count
      ? vocabulary?.describe(outcome: walkthrough.outcomes[place], of: word) ?? "\(walkthrough.outcomes[place])"
      : "no answer"
    return StepView.Row(index: index, operation: describe(word), outcome: outcome)
  }

  private func describe(_ word: UInt64) -> String {
    named(describer?(word) ?? "operation \(word)")
  }

  /// The text with blocks called as elsewhere.
  private func named(_ text: String) -> String { names?.lettered(text, keepsNumbers: true) ?? text }

  private func name(_ slot: Int) -> String {
    names == nil ? (attacks == nil ? "b\(slot)" : "p\(slot)") : OperationNames.letter(slot)
  }

  private func heapEnd(before index: Int) -> Int {
    index > walkthrough.first ? walkthrough.heapEnds[index - walkthrough.first - 1] : walkthrough.start.heapEnd
  }

  private mutating func addHeap(to view: inout StepView, zoom: Int) {
    let index = view.index
    let place = index - walkthrough.first
    timeline.move(to: place)
    let old = timeline.contents
    timeline.move(to: place + 1)
    let new = timeline.contents
    let ends = (heapEnd(before: index), heapEnd(before: min(index + 1, walkthrough.first + walkthrough.heapEnds.count)))
    var before = moment(old, end: ends.0, at: index)
    var after = moment(new, end: ends.1, at: index)
    for damage in walkthrough.damage where damage.operation <= index {
      let block = damage.bytes.block
      let isLive = new.blocks[block.slot] == block
      if isLive { after.faults.append(damage.bytes.bytes) }
      // Of a block that ended just now, what was wrong is to be seen before.
      if old.blocks[block.slot] == block, damage.operation < index || !isLive {
        before.faults.append(damage.bytes.bytes)
      }
    }
    if let changed = attacks?.changed[place] { after.faults.append(changed) }
    if index == walkthrough.failure { after.faults += misplaced(old, new, end: ends.1, at: index) }
    var map = HeapMap(before: before, after: after)
    map.zoom = zoom
    map.surroundings = surroundings(of: place)
    view.map = map
    view.figures = figures(old, new, ends)
  }

  private func moment(_ contents: HeapContents, end: Int, at index: Int) -> HeapMap.Moment {
    let slot = HeapContents.slot(of: requests[index])
    return HeapMap.Moment(
      end: end,
      blocks: contents.blocks.values.map {
        HeapMap.Block(bytes: $0.bytes, name: name($0.slot), tint: $0.origin)
      }, subject: attacks?.bytes[index - walkthrough.first] ?? slot.flatMap { contents.blocks[$0]?.bytes })
  }

  /// What a block that was just placed has in common with others, and what of it lies outside the heap.
  private func misplaced(_ old: HeapContents, _ new: HeapContents, end: Int, at index: Int) -> [Range<Int>] {
    guard let slot = HeapContents.slot(of: requests[index]), let block = new.blocks[slot],
      block.origin == index
    else { return [] }
    let others = new.blocks.values.filter { $0.slot != slot && $0.reserved.overlaps(block.reserved) }
    let shared = others.map { other in
      let bytes = other.bytes.clamped(to: block.bytes)
      return bytes.isEmpty ? other.reserved.clamped(to: block.reserved) : bytes
    }
    let bytes = block.bytes
    return shared + (bytes.upperBound > end ? [max(bytes.lowerBound, end)..<bytes.upperBound] : [])
  }

  /// Where the last block before was placed, for operations that are about none.
  private func surroundings(of place: Int) -> Range<Int>? {
    for place in stride(from: min(place, walkthrough.outcomes.count - 1), through: max(0, place - 100), by: -1) {
      let index = walkthrough.first + place
      let outcome = attacks?.outcomes[place] ?? walkthrough.outcomes[place]
      if let block = timeline.contents.block(madeBy: requests[index], outcome, at: index) {
        return block.bytes
      }
    }
    return nil
  }

  private func figures(_ old: HeapContents, _ new: HeapContents, _ ends: (Int, Int)) -> String {
    let live = [old, new].map { "\(counted($0.blocks.count, "block")), \(counted($0.liveBytes, "byte"))" }
    let heap = [ends.0, ends.1].map { TraceSummary.grouped($0) }
    return "live: " + (live[0] == live[1] ? live[0] : live.joined(separator: " → "))
      + "    heap: " + (heap[0] == heap[1] ? heap[0] : heap.joined(separator: " → ")) + " bytes"
  }

  private func remarks(at index: Int) -> [StepView.Remark] {
    var remarks: [StepView.Remark] = []
    let isEnd = walkthrough.range.isEmpty || index == walkthrough.range.upperBound - 1
    if isEnd, let violation = walkthrough.result.violation {
      remarks.append(
        StepView.Remark(
          title: violation.kind.rawValue.replacing("-", with: " "), text: text(of: violation), isVerdict: true))
    } else if isEnd, walkthrough.endsUnanswered {
      remarks.append(
        StepView.Remark(
          title: "the program ended here, as it should", text: [], isVerdict: false))
    }
    let damage = walkthrough.damage.filter { $0.operation == index }
    if !damage.isEmpty, index != walkthrough.failure {
      let blocks = damage.prefix(Self.damageShown).map { describe($0.bytes) }
      let more = damage.count > blocks.count ? ["and in \(counted(damage.count - blocks.count, "other block"))"] : []
      remarks.append(
        StepView.Remark(title: "bytes of live blocks have changed", text: blocks + more, isVerdict: true))
    }
    if let finding, finding.operation == index {
      remarks.append(
        StepView.Remark(
          title: "invariantViolations() says, after this operation:", text: [harmless(Array(finding.text.utf8))],
          isVerdict: false))
    }
    return remarks
  }

  private func text(of violation: Violation) -> [String] {
    var text = ([violation.message] + violation.evidence).map { harmless(Array(named($0).utf8)) }
    if let failure = walkthrough.failure {
      for damage in walkthrough.damage.prefix(Self.damageShown) where damage.operation < failure {
        text.append("bytes of \(name(damage.bytes.block.slot)) had changed after operation \(damage.operation) already")
      }
    }
    if let finding, let failure = walkthrough.failure, finding.operation < failure {
      text.append("invariantViolations() found something after operation \(finding.operation) already")
    }
    text.append(violation.kind.explanation)
    let left = walkthrough.trace.operations.count - walkthrough.range.upperBound
    if left > 0 { text.append("\(counted(left, "operation")) after it \(left == 1 ? "was" : "were") not performed.") }
    return text
  }

  /// What the subject found, where that is not the verdict itself.
  private var finding: Finding? {
    walkthrough.result.violation?.kind == .invariantBroken ? nil : walkthrough.finding
  }

  private func describe(_ damage: DamagedBytes) -> String {
    let (block, bytes) = (damage.block, damage.bytes)
    let which =
      bytes.count == 1
      ? hexadecimal(UInt64(bytes.lowerBound))
      : "\(hexadecimal(UInt64(bytes.lowerBound))) ..< \(hexadecimal(UInt64(bytes.upperBound)))"
    return "\(which) in the \(block.size)-byte block \(name(block.slot)), which begins at "
      + "\(hexadecimal(UInt64(block.address))) and was made by operation \(block.origin)"
  }

  /// The next operation, from an index on, that is about a block, or in whose line a text stands.
  func next(about text: String, from index: Int) -> Int? {
    let range = walkthrough.range
    guard index < range.upperBound else { return nil }
    let rest = max(index, range.lowerBound)..<range.upperBound
    let slot = names == nil ? Int(text.first == "b" ? text.dropFirst() : text[...]) : OperationNames.slot(text)
    if hasHeap, let slot {
      return rest.first { HeapContents.slot(of: requests[$0]) == slot }
    }
    return rest.first {
      let row = row($0)
      return row.operation.contains(text) || row.outcome.contains(text)
    }
  }

  private func harmless(_ bytes: [UInt8]) -> String {
    printable(bytes, keepsLines: true).replacing("\t", with: "    ")
  }
}

/// A number of things, in the singular or the plural.
private func counted(_ count: Int, _ thing: String) -> String {
  "\(TraceSummary.grouped(count)) \(thing)\(count == 1 ? "" : "s")"
}
