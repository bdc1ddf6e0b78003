import AllocLab
import Glibc
import Testing

/// A C program with a library, compiled in one way, that stops under gdb; and what tools say of their files.
struct StoppedProgram {
  /// How it is compiled.
  struct Build: Sendable, CustomTestStringConvertible {
    let flags: [String]
    /// Whether the unwinder is given the rows of its own functions; else they have frame pointers.
    let hasRows: Bool

    var testDescription: String { flags.joined(separator: " ") + (hasRows ? ", by rows" : ", by frame pointers") }
  }

  private let scratch: ScratchFolder
  private let program: String
  private let tables: [String: BinaryTables]

  static let isPossible = (["gcc", "gdb"] + BinaryTables.tools).allSatisfy { tool in
    access("/usr/bin/\(tool)", X_OK) == 0
  }

  private static let folder = #filePath.replacing("StoppedProgram.swift", with: "")

  init(_ build: Build) throws {
    scratch = try ScratchFolder("stopped")
    program = "\(scratch.path)/stopped"
    let library = "\(scratch.path)/libstopped.so"
    let folder = Self.folder
    try scratch.run(
      ["gcc", "-g", "-shared", "-fPIC", "-o", library, folder + "stopped-library.c"] + build.flags, into: nil)
    try scratch.run(
      ["gcc", "-g", "-pie", "-Wl,-rpath,\(scratch.path)", "-o", program, folder + "stopped.c", library] + build.flags,
      into: nil)
    tables = [
      program: try BinaryTables(of: program, source: "stopped.c", hasOwnRows: build.hasRows, in: scratch),
      library: try BinaryTables(of: library, source: "stopped-library.c", hasOwnRows: build.hasRows, in: scratch),
      Self.systemLibrary: try BinaryTables(of: Self.systemLibrary, source: nil, hasOwnRows: true, in: scratch),
    ]
  }

  private static let systemLibrary = "/usr/lib/x86_64-linux-gnu/libc.so.6"

  func remove() { scratch.remove() }

  /// - Parameter steps: how many instructions to go on from each stop; after each of them it stops again.
  func run(scenario: Int, steps: Int) throws -> DebuggerOutput {
    try scratch.run(
      ["gdb", "-nx", "-nh", "-batch", "-x", Self.folder + "stopped.gdb", "--args", program, "\(scenario)", "\(steps)"],
      into: "gdb")
    return try DebuggerOutput(scratch.text("gdb"))
  }

  /// The modules of which something is known, in the order of their addresses.
  func modules(of run: DebuggerOutput) -> [(range: Range<UInt64>, tables: BinaryTables)] {
    run.modules.compactMap { file, range in tables[file].map { (range, $0) } }.sorted {
      $0.range.lowerBound < $1.range.lowerBound
    }
  }

  /// The image of a stop.
  func image(of stop: DebuggerOutput.Stop, _ run: DebuggerOutput) -> ProcessImageMemory {
    let registers = Dictionary(uniqueKeysWithValues: (0..<16).map { ($0, stop.thread[1 + $0]) })
    let end = stop.stack.start + UInt64(8 * stop.stack.words.count)
    return ProcessImageMemory(
      threads: [.init(programCounter: stop.thread[0], registers: registers, stack: stop.stack.start - 4096..<end)],
      regions: [stop.stack], modules: modules(of: run).map { $0.tables.module(at: $0.range) })
  }
}
