import AllocLab
import Testing

/// What tools say of an executable or a library: where its functions are, how to unwind them, and which lines they are from. All places
/// count from where the file is loaded.
struct BinaryTables {
  private(set) var rows: [ProcessImageMemory.Row] = []
  /// By start.
  private(set) var symbols: [(start: UInt64, size: UInt64, name: String)] = []
  private(set) var lines: [(start: UInt64, file: Int?, line: Int)] = []

  /// The tools that are asked.
  static let tools = ["readelf", "nm", "objdump"]

  /// - Parameters:
  ///   - source: the name of the file whose lines are wanted; nil where none are.
  ///   - hasOwnRows: whether the rows of functions of ours are wanted, which are `main` and those whose names begin with `lab_`.
  init(of file: String, source: String?, hasOwnRows: Bool, in scratch: ScratchFolder) throws {
    try readSymbols(file, scratch)
    try readRows(file, ownToo: hasOwnRows, scratch)
    if let source { try readLines(file, source, scratch) }
  }

  func module(at range: Range<UInt64>) -> ProcessImageMemory.Module {
    .init(range, rows: rows, symbols: symbols.map { ($0.start, $0.size) }, lines: lines)
  }

  private mutating func readSymbols(_ file: String, _ scratch: ScratchFolder) throws {
    try scratch.run(["nm", "-n", "-S", "--defined-only", file], into: "nm")
    for line in try scratch.text("nm").split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count >= 3, let start = UInt64(words[0], radix: 16) else { continue }
      let size = words.count == 4 ? UInt64(words[1], radix: 16) ?? 0 : 0
      guard "tTwWi".contains(words[words.count - 2]) else { continue }
      symbols.append((start, size, String(words[words.count - 1])))
    }
    let end = symbols.map { $0.start + $0.size }.max() ?? 0
    symbols.removeAll { $0.start >= end }
  }

  private func isOwn(_ address: UInt64) -> Bool {
    symbols.contains {
      ($0.name == "main" || $0.name.hasPrefix("lab_")) && $0.start <= address && address < $0.start + $0.size
    }
  }

  /// Rows as `readelf` has interpreted them; those that need expressions are left out, but that of a signal's frame, which is Linux's.
  private mutating func readRows(_ file: String, ownToo: Bool, _ scratch: ScratchFolder) throws {
    try scratch.run(["readelf", "-W", "--debug-dump=no-follow-links,frames-interp", file], into: "frames")
    let numbers = [
      "rax": 0, "rdx": 1, "rcx": 2, "rbx": 3, "rsi": 4, "rdi": 5, "rbp": 6, "rsp": 7, "r8": 8, "r9": 9, "r10": 10,
      "r11": 11, "r12": 12, "r13": 13, "r14": 14, "r15": 15, "ra": 16,
    ]
    let linux = [144, 136, 152, 128, 112, 104, 120, 160, 40, 48, 56, 64, 72, 80, 88, 96, 168] as [Int64]
    var signalEntries: Set<Substring> = []
    var (columns, end, isSignal, isOver): ([Int], UInt64, Bool, Bool) = ([], 0, false, false)
    var entry: Substring = ""
    // What a function begins with is told with what many have in common, and is all there is of some.
    var beginnings: [Substring: (cells: [Substring], columns: [Int])] = [:]
    typealias MakeRow = (Range<UInt64>) -> ProcessImageMemory.Row?
    var found: [(start: UInt64, row: MakeRow, limit: UInt64)] = []
    func row(_ cells: [Substring], _ columns: [Int], _ isSignal: Bool) -> MakeRow {
      { range in
        if isSignal {
          return .init(
            range, cfa: (7, 0), isSignalFrame: true,
            rules: linux.enumerated().map { (register: $0.offset, rule: .saved($0.element)) })
        }
        guard let sign = cells[1].firstIndex(where: { "+-".contains($0) }), let offset = Int64(cells[1][sign...]),
          let register = numbers[String(cells[1][..<sign])]
        else { return nil }
        let rules = zip(columns, cells.dropFirst(2)).compactMap { column, cell in
          Self.rule(cell, of: column, numbers).map { (register: column, rule: $0) }
        }
        guard rules.contains(where: { $0.register == 16 }) else { return nil }
        return .init(range, cfa: (register, offset), rules: rules)
      }
    }
    for line in try scratch.text("frames").split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.contains("CIE") {
        if line.contains("\"zRS\"") { signalEntries.insert(words[0]) }
        (entry, isOver) = (words[0], true)
      } else if words.contains("FDE"), let range = words.first(where: { $0.hasPrefix("pc=") }) {
        let cie = words.first { $0.hasPrefix("cie=") }.map { $0.dropFirst(4) } ?? ""
        isSignal = signalEntries.contains(cie)
        end = UInt64(range.suffix(while: { $0 != "." }), radix: 16) ?? 0
        isOver = false
        if let beginning = beginnings[cie], let start = UInt64(range.dropFirst(3).prefix { $0 != "." }, radix: 16) {
          found.append((start, row(beginning.cells, beginning.columns, isSignal), end))
        }
      } else if words.first == "LOC" {
        columns = words.dropFirst(2).compactMap { numbers[String($0)] }
      } else if words.count == columns.count + 2, let start = UInt64(words[0], radix: 16) {
        if isOver {
          beginnings[entry] = (words, columns)
        } else {
          found.append((start, row(words, columns, isSignal), end))
        }
      }
    }
    // Of several rows of one start the last holds.
    let order = found.enumerated().sorted { ($0.element.start, $0.offset) < ($1.element.start, $1.offset) }.map(
      \.element)
    for (place, item) in order.enumerated() where ownToo || !isOwn(item.start) {
      let next = place + 1 < order.count ? order[place + 1].start : .max
      let end = min(item.limit, next)
      if item.start < end, let row = item.row(item.start..<end) { rows.append(row) }
    }
  }

  private static func rule(_ cell: Substring, of column: Int, _ numbers: [String: Int]) -> RegisterRule.Rule? {
    if cell == "u" { return column == 16 ? .undefined : nil }
    if cell == "s" { return .same }
    if cell.hasPrefix("c"), let offset = Int64(cell.dropFirst()) { return .saved(offset) }
    if cell.hasPrefix("v"), let offset = Int64(cell.dropFirst()) { return .value(offset) }
    return numbers[String(cell)].map { .register($0) } ?? .undefined
  }

  /// Rows of the source's lines, as file 1.
  private mutating func readLines(_ file: String, _ source: String, _ scratch: ScratchFolder) throws {
    try scratch.run(["objdump", "-W", "--dwarf=decodedline", file], into: "lines")
    var found: [(start: UInt64, file: Int?, line: Int)] = []
    var lastBeginsStatement = false
    for line in try scratch.text("lines").split(separator: "\n") where line.hasPrefix(source) {
      let words = line.split(separator: " ")
      guard words.count >= 3, words[2].hasPrefix("0x"), let start = UInt64(words[2].dropFirst(2), radix: 16) else {
        continue
      }
      let row = (start, words[1] == "-" ? nil : 1, Int(words[1]) ?? 0)
      // Of several rows of one place, a debugger goes by the last with which a statement begins, if there is one.
      let beginsStatement = words.last == "x"
      let isAlike = found.last.map { $0.start == start && $0.file != nil } == true
      if isAlike, row.1 != nil, !beginsStatement, lastBeginsStatement { continue }
      lastBeginsStatement = beginsStatement
      if isAlike, row.1 != nil { found.removeLast() }
      found.append(row)
    }
    // Sequences in the order of their addresses; each as it is.
    var sequences: [[(start: UInt64, file: Int?, line: Int)]] = [[]]
    for row in found {
      sequences[sequences.count - 1].append(row)
      if row.file == nil { sequences.append([]) }
    }
    lines = sequences.filter { !$0.isEmpty }.sorted { $0[0].start < $1[0].start }.flatMap { $0 }
  }
}

extension Substring {
  /// The longest end of which something holds.
  fileprivate func suffix(while holds: (Character) -> Bool) -> Substring {
    self[(lastIndex { !holds($0) }.map { index(after: $0) } ?? startIndex)...]
  }
}
