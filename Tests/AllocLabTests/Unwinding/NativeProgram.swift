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

  private let scratch: ScratchFolder
  private let file: String
  let tables: BinaryTables

  static let isPossible = (["gcc", "addr2line"] + BinaryTables.tools).allSatisfy { tool in
    access("/usr/bin/\(tool)", X_OK) == 0
  }

  /// - Parameter hasRows: whether the program's own functions have unwind rows; else they have frame pointers.
  init(hasRows: Bool) throws {
    scratch = try ScratchFolder("unwind")
    file = "\(scratch.path)/unwound"
    let source = #filePath.replacing("NativeProgram.swift", with: "unwound.c")
    try scratch.run(
      "gcc", "-O2", "-g", "-static-pie", hasRows ? "-fomit-frame-pointer" : "-fno-omit-frame-pointer", "-o", file,
      source)
    tables = try BinaryTables(of: file, source: "unwound.c", hasOwnRows: hasRows, in: scratch)
  }

  func remove() { scratch.remove() }

  func run(scenario: Int) throws -> Run {
    try scratch.run(file, "\(scenario)", "\(scratch.path)/out")
    var result = Run()
    for line in try scratch.text("out").split(separator: "\n") {
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
      modules: [tables.module(at: run.base..<run.base + run.codeBytes)])
  }

  /// What `addr2line` says of places from the program's start: function and line; an empty name where it knows nothing of this file.
  func names(of places: [UInt64]) throws -> [(name: String, line: Int)] {
    try scratch.run(["addr2line", "-f", "-e", file] + places.map { String($0, radix: 16) }, into: "names")
    let told = try scratch.text("names").split(separator: "\n").map(String.init)
    return stride(from: 0, to: told.count - 1, by: 2).map { place in
      guard let colon = told[place + 1].lastIndex(of: ":"), told[place + 1].contains("unwound.c") else {
        return ("", 0)
      }
      let number = told[place + 1][colon...].dropFirst().prefix(while: \.isNumber)
      return (told[place], Int(number) ?? 0)
    }
  }
}
