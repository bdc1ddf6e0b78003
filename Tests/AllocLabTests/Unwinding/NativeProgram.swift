import AllocLab
import Glibc
import Testing

/// A C program, compiled once, that writes down its registers, its stack and what gcc's unwinder makes of them; and what tools say of it.
struct NativeProgram {
  /// What a run of it had.
  struct Run {
    var base: UInt64 = 0
    var codeBytes: UInt64 = 0
    /// Program counter and registers.
    var thread: [UInt64] = []
    /// The stack from the stack pointer up: its address, then its words.
    var stack: [UInt64] = []
    var frames: [Frame] = []
  }

  private let folder: String
  private(set) var rows: [ProcessImageMemory.Row] = []
  /// By start, from the program's own.
  private(set) var symbols: [(start: UInt64, size: UInt64, name: String)] = []
  private(set) var lines: [(start: UInt64, file: Int?, line: Int)] = []

  static let isPossible = (["gcc", "readelf", "nm", "objdump", "addr2line"] as [String]).allSatisfy { tool in
    access("/usr/bin/\(tool)", X_OK) == 0
  }

  /// - Parameter hasRows: whether the program's own functions have unwind rows; else they have frame pointers.
  init(hasRows: Bool) throws {
    var template = Array("/tmp/alloclab-unwind-XXXXXX".utf8CString)
    folder = try #require(mkdtemp(&template).map { String(cString: $0) })
    let source = #filePath.replacing("NativeProgram.swift", with: "unwound.c")
    try run(
      "gcc", "-O2", "-g", "-static-pie", hasRows ? "-fomit-frame-pointer" : "-fno-omit-frame-pointer", "-o",
      "\(folder)/unwound", source)
    try readSymbols()
    try readRows(ownToo: hasRows)
    try readLines()
  }

  func remove() {
    for file in ["unwound", "nm", "frames", "lines", "names", "out", ""] { _ = Glibc.remove("\(folder)/\(file)") }
  }

  func run(scenario: Int) throws -> Run {
    try run("\(folder)/unwound", "\(scenario)", "\(folder)/out")
    var result = Run()
    for line in try text("out").split(separator: "\n") {
      let words = line.split(separator: " ").dropFirst().compactMap { UInt64($0, radix: 16) }
      switch line.prefix(while: { $0 != " " }) {
      case "base": (result.base, result.codeBytes) = (words[0], words[1])
      case "thread": result.thread = words
      case "stack": result.stack = words
      default:
        result.frames.append(
          Frame(programCounter: words[0], stackPointer: words[1], isReturnAddress: words[2] == 1))
      }
    }
    try #require(result.thread.count == 17 && result.stack.count > 1)
    return result
  }

  func image(of run: Run) -> ProcessImageMemory {
    let (start, words) = (run.stack[0], Array(run.stack.dropFirst()))
    let registers = Dictionary(uniqueKeysWithValues: (0..<16).map { ($0, run.thread[1 + $0]) })
    let end = start + UInt64(8 * words.count)
    return ProcessImageMemory(
      threads: [.init(programCounter: run.thread[0], registers: registers, stack: start - 4096..<end)],
      regions: [(start, words)],
      modules: [
        .init(
          run.base..<run.base + run.codeBytes, rows: rows, symbols: symbols.map { ($0.start, $0.size) }, lines: lines)
      ])
  }

  /// What `addr2line` says of places from the program's start: function and line; an empty name where it knows nothing of this file.
  func names(of places: [UInt64]) throws -> [(name: String, line: Int)] {
    try run(["addr2line", "-f", "-e", "\(folder)/unwound"] + places.map { String($0, radix: 16) }, into: "names")
    let told = try text("names").split(separator: "\n").map(String.init)
    return stride(from: 0, to: told.count - 1, by: 2).map { place in
      guard let colon = told[place + 1].lastIndex(of: ":"), told[place + 1].contains("unwound.c") else {
        return ("", 0)
      }
      let number = told[place + 1][colon...].dropFirst().prefix(while: \.isNumber)
      return (told[place], Int(number) ?? 0)
    }
  }

  // MARK: - What tools say of the program

  private mutating func readSymbols() throws {
    try run(["nm", "-n", "-S", "--defined-only", "\(folder)/unwound"], into: "nm")
    for line in try text("nm").split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count >= 3, let start = UInt64(words[0], radix: 16) else { continue }
      let size = words.count == 4 ? UInt64(words[1], radix: 16) ?? 0 : 0
      guard "tTwWi".contains(words[words.count - 2]) else { continue }
      symbols.append((start, size, String(words[words.count - 1])))
    }
    let end = try #require(symbols.map { $0.start + $0.size }.max())
    symbols.removeAll { $0.start >= end }
  }

  private func isOwn(_ address: UInt64) -> Bool {
    symbols.contains {
      ($0.name == "main" || $0.name.hasPrefix("lab_")) && $0.start <= address && address < $0.start + $0.size
    }
  }

  /// Rows as `readelf` has interpreted them; those that need expressions are left out, but that of a signal's frame, which is Linux's.
  private mutating func readRows(ownToo: Bool) throws {
    try run(["readelf", "-W", "--debug-dump=frames-interp", "\(folder)/unwound"], into: "frames")
    let numbers = [
      "rax": 0, "rdx": 1, "rcx": 2, "rbx": 3, "rsi": 4, "rdi": 5, "rbp": 6, "rsp": 7, "r8": 8, "r9": 9, "r10": 10,
      "r11": 11, "r12": 12, "r13": 13, "r14": 14, "r15": 15, "ra": 16,
    ]
    let linux = [144, 136, 152, 128, 112, 104, 120, 160, 40, 48, 56, 64, 72, 80, 88, 96, 168] as [Int64]
    var signalEntries: Set<Substring> = []
    var (columns, end, isSignal, isOver): ([Int], UInt64, Bool, Bool) = ([], 0, false, false)
    var found: [(start: UInt64, row: (UInt64) -> ProcessImageMemory.Row?, limit: UInt64)] = []
    for line in try text("frames").split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.contains("CIE") {
        if line.contains("\"zRS\"") { signalEntries.insert(words[0]) }
        isOver = true
      } else if words.contains("FDE"), let range = words.first(where: { $0.hasPrefix("pc=") }) {
        let cie = words.first { $0.hasPrefix("cie=") }.map { $0.dropFirst(4) } ?? ""
        isSignal = signalEntries.contains(cie)
        end = UInt64(range.suffix(while: { $0 != "." }), radix: 16) ?? 0
        isOver = false
      } else if words.first == "LOC" {
        columns = words.dropFirst(2).compactMap { numbers[String($0)] }
      } else if !isOver, words.count == columns.count + 2, let start = UInt64(words[0], radix: 16) {
        let cells = Array(words)
        let (columns, isSignal) = (columns, isSignal)
        let row: (UInt64) -> ProcessImageMemory.Row? = { end in
          guard start < end else { return nil }
          if isSignal {
            return .init(
              start..<end, cfa: (7, 0), isSignalFrame: true,
              rules: linux.enumerated().map { (register: $0.offset, rule: .saved($0.element)) })
          }
          guard let sign = cells[1].firstIndex(where: { "+-".contains($0) }), let offset = Int64(cells[1][sign...]),
            let register = numbers[String(cells[1][..<sign])]
          else { return nil }
          let rules = zip(columns, cells.dropFirst(2)).compactMap { column, cell in
            Self.rule(cell, of: column, numbers).map { (register: column, rule: $0) }
          }
          guard rules.contains(where: { $0.register == 16 }) else { return nil }
          return .init(start..<end, cfa: (register, offset), rules: rules)
        }
        found.append((start, row, end))
      }
    }
    // Of several rows of one start the last holds.
    let order = found.enumerated().sorted { ($0.element.start, $0.offset) < ($1.element.start, $1.offset) }.map(
      \.element)
    for (place, item) in order.enumerated() where ownToo || !isOwn(item.start) {
      let next = place + 1 < order.count ? order[place + 1].start : .max
      if let row = item.row(min(item.limit, next)) { rows.append(row) }
    }
  }

  private static func rule(_ cell: Substring, of column: Int, _ numbers: [String: Int]) -> RegisterRule.Rule? {
    if cell == "u" { return column == 16 ? .undefined : nil }
    if cell == "s" { return .same }
    if cell.hasPrefix("c"), let offset = Int64(cell.dropFirst()) { return .saved(offset) }
    if cell.hasPrefix("v"), let offset = Int64(cell.dropFirst()) { return .value(offset) }
    return numbers[String(cell)].map { .register($0) } ?? .undefined
  }

  /// Rows of lines; all files are one.
  private mutating func readLines() throws {
    try run(["objdump", "-W", "--dwarf=decodedline", "\(folder)/unwound"], into: "lines")
    var found: [(start: UInt64, file: Int?, line: Int)] = []
    for line in try text("lines").split(separator: "\n") where line.hasPrefix("unwound.c") {
      let words = line.split(separator: " ")
      guard words.count >= 3, words[2].hasPrefix("0x"), let start = UInt64(words[2].dropFirst(2), radix: 16) else {
        continue
      }
      found.append((start, words[1] == "-" ? nil : 1, Int(words[1]) ?? 0))
    }
    // Sequences in the order of their addresses; each as it is.
    var sequences: [[(start: UInt64, file: Int?, line: Int)]] = [[]]
    for row in found {
      sequences[sequences.count - 1].append(row)
      if row.file == nil { sequences.append([]) }
    }
    lines = sequences.filter { !$0.isEmpty }.sorted { $0[0].start < $1[0].start }.flatMap { $0 }
  }

  // MARK: - Processes

  private func text(_ name: String) throws -> String {
    let file = try #require(fopen("\(folder)/\(name)", "r"))
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer.prefix(count) }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func run(_ command: String...) throws { try run(command, into: nil) }

  private func run(_ command: [String], into output: String?) throws {
    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let output {
      posix_spawn_file_actions_addopen(&actions, 1, "\(folder)/\(output)", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    }
    var process: pid_t = 0
    try #require(posix_spawnp(&process, command[0], &actions, nil, &arguments, environ) == 0, "\(command[0])")
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {}
    try #require(status == 0, "\(command.joined(separator: " ")) ended with \(status)")
  }
}

extension Substring {
  /// The longest end of which something holds.
  fileprivate func suffix(while holds: (Character) -> Bool) -> Substring {
    self[(lastIndex { !holds($0) }.map { index(after: $0) } ?? startIndex)...]
  }
}
