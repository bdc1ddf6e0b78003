package import SystemPackage
import Vocabularies

/// Reads the `.rep` traces of malloc labs, every dialect of them.
///
///     header := 4 integers (see RepDialect), or 2, or none; one a line or several
///     op     := a id bytes | r id bytes | f id       '#' starts a comment
///
/// Ids become slots, which are used again once their block is freed. An id without a block stands for a null pointer, as in the labs' own
/// drivers: before its first `a`, and after `r id 0`. Operations beyond the number in the header are left out, as there. Whatever is odd is
/// reported with its line and something sensible is made of it; a strict reading stops there instead.
package struct RepImporter {
  /// The largest file that is read: it is held in memory.
  package static let byteLimit = 1 << 30

  private enum Pointer { case null, stale }

  private let path: FilePath
  private let isStrict: Bool
  private var tokens: RepTokens
  private var dialect = RepDialect.bare
  private var header: [(value: Int, line: Int)] = []
  private var oddities: [RepOddity] = []
  private var operations: [UInt64] = []
  private var operationLines = 0
  private var slots: [Int: Int] = [:]
  /// Ids whose block has ended, and what their pointer is since then.
  private var ended: [Int: Pointer] = [:]
  /// The line of the first operation beyond the header's number.
  private var firstLineBeyond: Int?
  private var freeSlots: [Int] = []
  private var slotCount = 0
  private var highestID = -1

  /// Reads a file.
  package static func read(_ path: FilePath, strict: Bool = false) throws(TraceError) -> RepScript {
    let file = try TraceFile(reading: path)
    let byteCount = try file.byteCount()
    guard byteCount <= byteLimit else {
      throw .tooLarge(path: path, reason: "\(byteCount) bytes, more than the \(byteLimit) of text that are read")
    }
    return try parse(try file.read(at: 0, count: byteCount), path: path, strict: strict)
  }

  /// Reads a file's bytes; `path` is for messages and the trace's name.
  package static func parse(_ bytes: [UInt8], path: FilePath, strict: Bool = false) throws(TraceError) -> RepScript {
    var importer = RepImporter(path: path, isStrict: strict, bytes: bytes)
    try importer.readHeader()
    try importer.readOperations()
    try importer.compareWithHeader()
    let trace = Trace(
      vocabulary: AllocationVocabulary.name, name: path.stem ?? "imported",
      origin: "imported \(path.lastComponent?.string ?? "")",
      slotCount: max(importer.slotCount, importer.operations.isEmpty ? 0 : 1),
      operations: importer.operations)
    return RepScript(trace: trace, dialect: importer.dialect, oddities: importer.oddities)
  }

  private init(path: FilePath, isStrict: Bool, bytes: [UInt8]) {
    self.path = path
    self.isStrict = isStrict
    tokens = RepTokens(bytes)
  }

  private mutating func report(_ line: Int, _ finding: String, _ remedy: String) throws(TraceError) {
    if isStrict { throw .script(path: path, line: line, reason: finding) }
    oddities.append(RepOddity(line: line, finding: finding, remedy: remedy))
  }

  private mutating func readHeader() throws(TraceError) {
    while let token = tokens.peek(), case .number(let value) = token.kind {
      header.append((value, token.line))
      tokens.advance()
    }
    switch header.count {
    case 0: dialect = .bare
    case 2: dialect = .counts
    case 4:
      let isWeight = header[0].value >= 0 && header[0].value <= 3
      dialect = !isWeight ? .suggestedHeap : header[3].value > 1 ? .largestPayload : .ignoredRanges
    default:
      dialect = .unknown
      try report(header[0].line, "a header of \(header.count) integers, where 4, 2 or none are known", "ignored it")
    }
  }

  private mutating func readOperations() throws(TraceError) {
    var hasForeignWords = false
    while let token = tokens.peek() {
      tokens.advance()
      switch token.kind {
      case .letter(let letter): try readOperation(letter, line: token.line)
      case .number(let value): try report(token.line, "a stray number \(value)", "ignored it")
      case .other(let text):
        hasForeignWords = true
        if operationLines == 0 && oddities.count > 100 { break }
        try report(token.line, "'\(text)' is no operation", "ignored the line")
        tokens.skip(line: token.line)
      }
      if hasForeignWords, operationLines == 0, oddities.count > 100 { break }
    }
    if operationLines == 0, hasForeignWords {
      throw .script(path: path, line: oddities.first?.line ?? 1, reason: "not a .rep file: it holds no operation")
    }
    if operationLines == 0 { try report(1, "no operations", "made an empty trace") }
  }

  private mutating func readOperation(_ letter: UInt8, line: Int) throws(TraceError) {
    let name = String(UnicodeScalar(letter))
    guard let id = takeNumber() else { return try report(line, "'\(name)' without an id", "ignored it") }
    operationLines += 1
    if let count = operationCount, operationLines > count {
      firstLineBeyond = firstLineBeyond ?? line
      if letter != UInt8(ascii: "f") { _ = takeNumber() }
      return
    }
    if letter == UInt8(ascii: "f") { return try free(id, line: line) }
    guard id >= 0 else {
      _ = takeNumber()
      return try report(line, "'\(name)' with the id \(id)", "ignored it")
    }
    guard let token = tokens.peek(), case .number(let size) = token.kind else {
      return try report(line, "'\(name) \(id)' without a size", "ignored it")
    }
    tokens.advance()
    if token.line != line { try report(line, "the size is on line \(token.line)", "took it from there") }
    guard size >= 0 else { return try report(line, "the size \(size) is negative", "ignored the operation") }
    if token.isClamped { try report(line, "the size exceeds 63 bits", "took \(size)") }
    try place(letter, id: id, size: size, line: line)
  }

  private mutating func place(_ letter: UInt8, id: Int, size: Int, line: Int) throws(TraceError) {
    highestID = max(highestID, id)
    var kind = AllocationOperation.Kind.allocate
    var slot = slots[id]
    if letter == UInt8(ascii: "r") {
      kind = .reallocate
      if let slot, size == 0 {
        (slots[id], ended[id]) = (nil, .null)
        freeSlots.append(slot)
        operations.append(AllocationOperation(.byReallocation).word)
        operations.append(AllocationOperation(.deallocate, slot: slot).word)
        return
      }
      if slot == nil {
        kind = .allocate
        if ended[id] != .null {
          try report(line, "'r \(id)' of a block that does not live", "allocated it, by realloc of a null pointer")
        }
        operations.append(AllocationOperation(.byReallocation).word)
      }
    } else if slot != nil {
      slot = nil
      try report(line, "'a \(id)' while the block \(id) lives", "let the earlier block live on without a name")
    }
    let place: Int
    if let slot { place = slot } else { place = try newSlot() }
    slots[id] = place
    ended[id] = nil
    let operation = AllocationOperation(kind, slot: place, size: size)
    operations.append(operation.word)
    if operation.size != size {
      try report(line, "the size \(size) has more than 25 significant bits", "rounded it up to \(operation.size)")
    }
  }

  private mutating func free(_ id: Int, line: Int) throws(TraceError) {
    if let slot = slots.removeValue(forKey: id) {
      freeSlots.append(slot)
      ended[id] = .stale
      operations.append(AllocationOperation(.deallocate, slot: slot).word)
      return
    }
    guard ended[id] != .stale else {
      return try report(line, "'f \(id)' of a block that was freed before", "left it out")
    }
    let isNull = id == -1 ? dialect != .suggestedHeap && dialect != .bare : ended[id] == .null
    if !isNull { try report(line, "'f \(id)' of a block that was never allocated", "freed a null pointer") }
    operations.append(AllocationOperation(.freeOfNull).word)
  }

  private mutating func newSlot() throws(TraceError) -> Int {
    if let slot = freeSlots.popLast() { return slot }
    guard slotCount < TraceFormat.slotLimit else {
      throw .tooLarge(path: path, reason: "more than \(TraceFormat.slotLimit) blocks live at once")
    }
    slotCount += 1
    return slotCount - 1
  }

  private mutating func takeNumber() -> Int? {
    guard let token = tokens.peek(), case .number(let value) = token.kind else { return nil }
    tokens.advance()
    return value
  }

  /// How many operations the header says there are; nil where it says nothing, or none.
  private var operationCount: Int? {
    guard header.count == 2 || header.count == 4 else { return nil }
    let count = header[header.count == 4 ? 2 : 1].value
    return count > 0 ? count : nil
  }

  private mutating func compareWithHeader() throws(TraceError) {
    guard header.count == 2 || header.count == 4 else { return }
    let ids = header[header.count == 4 ? 1 : 0]
    let count = header[header.count == 4 ? 2 : 1]
    if count.value != operationLines {
      let remedy = firstLineBeyond.map { "left out those from line \($0) on, as the labs' drivers do" }
      try report(
        count.line, "the header says \(count.value) operations, there are \(operationLines)", remedy ?? "took them all")
    }
    if highestID >= ids.value {
      try report(ids.line, "the header says \(ids.value) ids, the highest is \(highestID)", "took them all")
    }
  }
}
