package import Traces
package import Vocabularies

/// A process image as its tables have it, taken apart: what belongs to a module stands in it, and rules in their rows.
package struct ProcessImageTables: Equatable, Sendable {
  package struct Thread: Equatable, Sendable {
    package var programCounter: UInt64 = 0
    /// Sixteen.
    package var registers: [UInt64] = Array(repeating: 0, count: 16)
    package var stackStart: UInt64 = 0
    package var stackEnd: UInt64 = 0

    package init() {}
  }

  package struct Region: Equatable, Sendable {
    package var start: UInt64
    package var bytes: [UInt8]

    package init(start: UInt64, bytes: [UInt8]) {
      self.start = start
      self.bytes = bytes
    }

    package var end: UInt64 { start + UInt64(bytes.count) }
  }

  package struct Rule: Equatable, Sendable {
    package var register: Int
    package var code: UnwindVocabulary.RuleCode
    package var operand: UInt64

    package init(_ register: Int, _ code: UnwindVocabulary.RuleCode, _ operand: UInt64 = 0) {
      self.register = register
      self.code = code
      self.operand = operand
    }
  }

  package struct Row: Equatable, Sendable {
    package var start: UInt64
    package var end: UInt64
    package var cfaRegister: Int
    package var cfaOffset: UInt64
    package var isSignalFrame: Bool
    package var rules: [Rule]

    package init(
      _ start: UInt64, _ end: UInt64, cfaRegister: Int, cfaOffset: UInt64, isSignalFrame: Bool = false, rules: [Rule]
    ) {
      self.start = start
      self.end = end
      self.cfaRegister = cfaRegister
      self.cfaOffset = cfaOffset
      self.isSignalFrame = isSignalFrame
      self.rules = rules
    }
  }

  package struct Symbol: Equatable, Sendable {
    package var start: UInt64
    package var size: UInt64

    package init(start: UInt64, size: UInt64) {
      self.start = start
      self.size = size
    }
  }

  package struct Line: Equatable, Sendable {
    package var start: UInt64
    /// `UnwindVocabulary.none` where nothing is known of what follows.
    package var file: UInt64
    package var line: UInt64

    package init(start: UInt64, file: UInt64, line: UInt64) {
      self.start = start
      self.file = file
      self.line = line
    }
  }

  package struct Module: Equatable, Sendable {
    package var start: UInt64
    package var byteCount: UInt64
    package var rows: [Row] = []
    package var symbols: [Symbol] = []
    package var lines: [Line] = []

    package init(start: UInt64, byteCount: UInt64) {
      self.start = start
      self.byteCount = byteCount
    }
  }

  package var threads: [Thread] = []
  /// In the order of their addresses, as modules are.
  package var regions: [Region] = []
  package var modules: [Module] = []
  /// What questions are about.
  package var addresses: [UInt64] = []

  package init() {}

  /// - Returns: nil where the tables are no image.
  package init?(_ tables: [NamedTable]) {
    typealias Names = UnwindVocabulary
    guard Names.faults(in: tables).isEmpty, let memory = tables.bytes(Names.memory) else { return nil }
    func records(_ name: String, _ size: Int) -> [ArraySlice<UInt64>] {
      let words = tables.words(name) ?? []
      return stride(from: 0, to: words.count, by: size).map { words[$0..<$0 + size] }
    }
    threads = records(Names.threads, Names.threadWords).map { words in
      var thread = Thread()
      let first = words.startIndex
      thread.programCounter = words[first]
      thread.registers = Array(words[first + 1..<first + 17])
      (thread.stackStart, thread.stackEnd) = (words[first + 17], words[first + 18])
      return thread
    }
    regions = records(Names.regions, Names.regionWords).map { words in
      let (first, offset) = (words.startIndex, Int(words[words.startIndex + 2]))
      return Region(start: words[first], bytes: Array(memory[offset..<offset + Int(words[first + 1])]))
    }
    let rules = records(Names.rules, Names.ruleWords).map { words in
      let first = words.startIndex
      return Rule(Int(words[first]), Names.RuleCode(rawValue: words[first + 1]) ?? .undefined, words[first + 2])
    }
    var ruleStart = 0
    let rows = records(Names.rows, Names.rowWords).map { words in
      let first = words.startIndex
      let end = Int(words[first + 5])
      defer { ruleStart = end }
      return Row(
        words[first], words[first + 1], cfaRegister: Int(words[first + 2]), cfaOffset: words[first + 3],
        isSignalFrame: words[first + 4] != 0, rules: Array(rules[ruleStart..<end]))
    }
    let symbols = records(Names.symbols, Names.symbolWords).map { words in
      Symbol(start: words[words.startIndex], size: words[words.startIndex + 1])
    }
    let lines = records(Names.lines, Names.lineWords).map { words in
      Line(start: words[words.startIndex], file: words[words.startIndex + 1], line: words[words.startIndex + 2])
    }
    var (row, symbol, line) = (0, 0, 0)
    modules = records(Names.modules, Names.moduleWords).map { words in
      let first = words.startIndex
      var module = Module(start: words[first], byteCount: words[first + 1])
      let ends = (Int(words[first + 2]), Int(words[first + 3]), Int(words[first + 4]))
      module.rows = Array(rows[row..<ends.0])
      module.symbols = Array(symbols[symbol..<ends.1])
      module.lines = Array(lines[line..<ends.2])
      (row, symbol, line) = ends
      return module
    }
    addresses = tables.words(Names.addresses) ?? []
  }

  package var tables: [NamedTable] {
    typealias Names = UnwindVocabulary
    var (regionWords, memory): ([UInt64], [UInt8]) = ([], [])
    for region in regions {
      regionWords += [region.start, UInt64(region.bytes.count), UInt64(memory.count)]
      memory += region.bytes
    }
    var (moduleWords, rowWords, ruleWords): ([UInt64], [UInt64], [UInt64]) = ([], [], [])
    var (symbolWords, lineWords): ([UInt64], [UInt64]) = ([], [])
    for module in modules {
      for row in module.rows {
        for rule in row.rules { ruleWords += [UInt64(rule.register), rule.code.rawValue, rule.operand] }
        rowWords += [
          row.start, row.end, UInt64(row.cfaRegister), row.cfaOffset, row.isSignalFrame ? 1 : 0,
          UInt64(ruleWords.count / Names.ruleWords),
        ]
      }
      for symbol in module.symbols { symbolWords += [symbol.start, symbol.size] }
      for line in module.lines { lineWords += [line.start, line.file, line.line] }
      moduleWords += [
        module.start, module.byteCount, UInt64(rowWords.count / Names.rowWords),
        UInt64(symbolWords.count / Names.symbolWords), UInt64(lineWords.count / Names.lineWords),
      ]
    }
    return [
      NamedTable(
        Names.threads,
        words: threads.flatMap { [$0.programCounter] + $0.registers + [$0.stackStart, $0.stackEnd] }),
      NamedTable(Names.regions, words: regionWords), NamedTable(Names.memory, bytes: memory),
      NamedTable(Names.modules, words: moduleWords), NamedTable(Names.rows, words: rowWords),
      NamedTable(Names.rules, words: ruleWords), NamedTable(Names.symbols, words: symbolWords),
      NamedTable(Names.lines, words: lineWords), NamedTable(Names.addresses, words: addresses),
    ]
  }

  /// The module that an address is in, if any.
  package func module(at address: UInt64) -> Int? {
    var (low, high) = (0, modules.count)
    while low < high {
      let middle = (low + high) / 2
      if modules[middle].start <= address { low = middle + 1 } else { high = middle }
    }
    return low > 0 && address - modules[low - 1].start < modules[low - 1].byteCount ? low - 1 : nil
  }

  /// The word at an address; nil where not all of its bytes are in one region.
  ///
  /// - Complexity: O(log regions).
  package func word(at address: UInt64) -> UInt64? {
    guard let region = region(before: address) else { return nil }
    let offset = address - regions[region].start
    let count = regions[region].bytes.count
    guard count >= 8, offset <= UInt64(count - 8) else { return nil }
    // Safe: the eight bytes are in the region.
    return unsafe regions[region].bytes.withUnsafeBytes {
      unsafe $0.loadUnaligned(fromByteOffset: Int(offset), as: UInt64.self)
    }
  }

  /// The last region that does not start behind an address.
  private func region(before address: UInt64) -> Int? { regions.lastPlace { $0.start <= address } }

  /// Takes bytes out of the memory: a region that has them becomes two, even where there are none.
  package mutating func cut(_ address: UInt64, bytes: Int) {
    guard let number = regions.lastIndex(where: { $0.start < address }), regions[number].end > address else { return }
    let region = regions[number]
    let before = Int(address - region.start)
    regions[number].bytes = Array(region.bytes.prefix(before))
    let rest = Region(start: address + UInt64(bytes), bytes: Array(region.bytes.dropFirst(before + bytes)))
    if !rest.bytes.isEmpty { regions.insert(rest, at: number + 1) }
  }

  /// Puts a word at an address, as far as there are bytes.
  package mutating func set(_ word: UInt64, at address: UInt64) {
    for byte in UInt64(0)..<8 {
      guard let region = region(before: address &+ byte) else { continue }
      let offset = address &+ byte - regions[region].start
      guard offset < UInt64(regions[region].bytes.count) else { continue }
      regions[region].bytes[Int(offset)] = UInt8(truncatingIfNeeded: word >> (8 * byte))
    }
  }
}

extension Trace {
  /// Words that the answers to some questions may have, and a few more, so that what is a little too long is seen.
  ///
  /// A backtrace may have twice as many frames as are right, and a few hundred.
  static func answerWords(to questions: [UInt64], about image: ProcessImageTables) -> Int {
    var frames: [Int: Int] = [:]
    return questions.reduce(64) { words, question in
      guard let (kind, number) = UnwindVocabulary.question(question) else { return words }
      guard kind == .backtrace else { return words + UnwindVocabulary.locationWords }
      guard image.threads.indices.contains(number) else { return words }
      let count = frames[number] ?? image.backtrace(of: number).steps.count
      frames[number] = count
      return words + UnwindVocabulary.frameWords * (2 * count + 200) + 1
    }
  }

  /// Questions about an image.
  package init(asking questions: [UInt64], about image: ProcessImageTables) {
    self.init(
      vocabulary: UnwindVocabulary.name, name: "",
      parameters: [
        TraceParameter(name: Channel.answerParameter, value: Self.answerWords(to: questions, about: image))
      ],
      tables: image.tables, operations: questions)
  }
}
