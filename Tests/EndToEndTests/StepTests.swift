import Examining
import Exercises
import Glibc
import Judging
import SystemPackage
import Testing
import Traces
import Vocabularies

extension EndToEndBeside {
  /// `alloclab replay --step`, in a pipe and on a terminal.
  @Suite(.serialized) struct StepTests {
    private let workspace: Workspace
    private var folder: FilePath { workspace.folder }

    init() throws {
      workspace = try Workspace()
      try workspace.copy("Solutions/ProblemSet1", to: "right")
      try workspace.copy("Solutions/ProblemSet1", to: "wrong")
    }

    /// A trace of requests to a pool for blocks of 40 bytes, and frees of them.
    private func write(
      _ operations: [AllocationOperation], to name: String = "short.trace", origin: String? = nil
    ) throws {
      var trace = Trace(
        vocabulary: AllocationVocabulary.name, name: "short",
        parameters: [("heap.limit", 1 << 20), ("block.size", 40), ("block.alignment", 8)].map {
          TraceParameter(name: $0.0, value: $0.1)
        }, slotCount: 8, operations: operations.map(\.word))
      if let origin { trace.origin = origin }
      try trace.write(to: folder.appending(name))
    }

    private static func allocate(_ slot: Int) -> AllocationOperation {
      AllocationOperation(.allocate, slot: slot, size: 40, alignment: 8)
    }

    /// Puts a pool into `wrong` that differs in one place.
    private func mutate(_ old: String, _ new: String) throws {
      let file = folder.appending("wrong/PoolAllocator.swift")
      let text = String(decoding: try Files.read(file), as: UTF8.self)
      try #require(text.contains(old))
      try workspace.write(text.replacing(old, with: new, maxReplacements: 1), to: "wrong/PoolAllocator.swift")
    }

    private func step(_ subject: String, _ trace: String = "short.trace") throws -> CommandLineTool.Result {
      try CommandLineTool.run("replay", "pool", trace, "--step", "--in", subject, in: folder)
    }

    @Test func aShortTraceIsPrintedWithAMapOfEachStep() throws {
      try write([Self.allocate(0), Self.allocate(1), AllocationOperation(.deallocate, slot: 0)])
      let result = try step("right")
      #expect(result.status == 0, "\(result.all)")
      #expect(!result.hasEscapes)
      let lines = result.output.split(separator: "\n").map(String.init)
      #expect(lines.filter { $0.contains("before") && $0.contains("after") }.count == 3, "\(result.all)")
      #expect(lines.contains { $0.hasPrefix("1  b1 = allocate(40, alignment: 8)    → 0x0028") }, "\(result.all)")
      #expect(lines.contains { $0.hasPrefix("    0x0000 b0") && $0.contains("b1███") })
      #expect(lines.contains { $0.contains("○○○○○") })
      #expect(lines.contains { $0.hasPrefix("✓ pool · short: 3 operations, all right") })
    }

    @Test func whatIsWrongIsToldAtItsStep() throws {
      try mutate("    fresh += stride\n    return block\n", "    return block\n")
      try write([Self.allocate(0), Self.allocate(1), Self.allocate(2)])
      let result = try step("wrong")
      #expect(result.status == 1, "\(result.all)")
      #expect(result.output.contains("1  b1 = allocate(40, alignment: 8)    → 0x0000  ✗\n"), "\(result.all)")
      #expect(result.output.contains("    ✗ overlap\n      b1 = allocate(40, alignment: 8) → 0x0000 overlaps b0\n"))
      #expect(result.output.contains("   ✗✗✗✗✗···"), "\(result.all)")
      #expect(result.output.contains("1 operation after it was not performed."), "\(result.all)")
    }

    /// What a check told with letters is walked through with the same.
    @Test func blocksOfASavedTraceHaveTheirLetters() throws {
      try mutate("    fresh += stride\n    return block\n", "    return block\n")
      try write([Self.allocate(0), Self.allocate(1)], origin: "shrunk from churn, 120000 operations")
      let result = try step("wrong")
      #expect(result.output.contains("1  b = allocate(40, alignment: 8)     → 0x0000  ✗\n"), "\(result.all)")
      #expect(result.output.contains("      b = allocate(40, alignment: 8) → 0x0000 overlaps a\n"), "\(result.all)")
      #expect(result.output.contains("\n    0x0000 a"), "\(result.all)")
      let replayed = try CommandLineTool.run("replay", "pool", "short.trace", "--in", "wrong", in: folder)
      #expect(replayed.output.hasPrefix("replaying on wrong/PoolAllocator.swift\n✗ pool · short: overlap\n"))
      #expect(replayed.output.contains("    b = allocate(40, alignment: 8) → 0x0000 overlaps a\n"), "\(replayed.all)")
    }

    @Test func whatLiesOutsideTheHeapIsOnTheMap() throws {
      try mutate("      let block = Address(fresh)\n", "      let block = Address(fresh == 0 ? 0 : end - 8)\n")
      try write([Self.allocate(0), Self.allocate(1)])
      let result = try step("wrong")
      #expect(result.status == 1, "\(result.all)")
      // 8 of its 40 bytes lie inside, in one cell, and the others on two rows.
      #expect(result.output.contains("█✗✗\n    0x10000                                    ✗✗\n"), "\(result.all)")
      #expect(result.output.contains("✗ out of heap"), "\(result.all)")
    }

    /// What the student's own check says is shown on the way, and changes nothing about what follows.
    @Test func theSubjectsOwnFindingsAreShownAtTheirStep() throws {
      try mutate("fresh &+= stride\n", "if fresh > stride { fresh &+= stride }\n")
      try workspace.write(
        """
        import AllocLab

        extension PoolAllocator: InvariantChecking {
          public func invariantViolations() -> [String] { ["\\u{1b}[2Jit is not as it should be"] }
        }
        """, to: "wrong/PoolAllocator+Invariants.swift")
      try write([Self.allocate(0), Self.allocate(1), Self.allocate(2)])
      let result = try step("wrong")
      #expect(result.status == 1, "\(result.all)")
      #expect(!result.hasEscapes)
      let said = "! invariantViolations() says, after this operation:\n      \\e[2Jit is not as it should be"
      let parts = result.output.split(separator: "\n\n").map(String.init)
      #expect(parts.count == 3, "\(result.all)")
      #expect(parts.first?.contains(said) == true, "\(result.all)")
      #expect(parts.last?.contains("✗ overlap") == true, "\(result.all)")
      #expect(parts.last?.contains("invariantViolations() found something after operation 0 already") == true)
      // Asked for, it is the verdict.
      let asked = try CommandLineTool.run(
        "replay", "pool", "short.trace", "--step", "--invariants", "--in", "wrong", in: folder)
      #expect(asked.status == 1)
      #expect(asked.output.contains("✗ invariant broken"), "\(asked.all)")
      #expect(!asked.output.contains("overlap"), "\(asked.all)")
    }

    @Test func aTraceWithoutOperationsIsNoTrouble() throws {
      try write([])
      let result = try step("right")
      #expect(result.status == 0, "\(result.all)")
      #expect(result.output.contains("0 operations, all right"))
    }

    @Test func aLongTraceIsALineAStep() throws {
      try write((0..<200).map { $0 & 1 == 0 ? Self.allocate(0) : AllocationOperation(.deallocate, slot: 0) })
      let result = try step("right")
      #expect(result.status == 0, "\(result.all)")
      #expect(result.output.split(separator: "\n").filter { $0.contains("allocate") }.count == 200)
      #expect(!result.output.contains("before"))
    }

    @Test func anotherVocabularyHasNoMap() throws {
      let generated = try CommandLineTool.run(
        "trace", "generate", "page-replacement/lru-published", "-o", "pages.trace", in: folder)
      #expect(generated.status == 0, "\(generated.all)")
      let result = try CommandLineTool.run(
        "replay", "page-replacement", "pages.trace", "--step", "--in",
        "\(CommandLineTool.root)/Solutions/VirtualMemory", in: folder)
      #expect(result.status == 0, "\(result.all)")
      #expect(result.output.contains(" 3  access(4)                          → fault, evicts 1\n"), "\(result.all)")
      #expect(!result.output.contains("before"))
    }

    /// The program in a pseudo-terminal of 80 by 24: all that it wrote to it, and how it ended.
    ///
    /// - Parameter script: what has to have been written before the keys behind it are pressed.
    private func interact(
      _ script: [(seen: String, keys: String)], subject: String
    ) throws -> (screen: String, status: Int32) {
      let program = try #require(Files.realPath("/proc/self/exe")?.removingLastComponent().appending("alloclab"))
      var size = winsize(ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0)
      var (main, terminal): (Int32, Int32) = (-1, -1)
      try #require(openpty(&main, &terminal, nil, nil, &size) == 0)
      defer { close(main) }
      var actions = posix_spawn_file_actions_t()
      posix_spawn_file_actions_init(&actions)
      defer { posix_spawn_file_actions_destroy(&actions) }
      for descriptor in 0..<3 as Range<Int32> { posix_spawn_file_actions_adddup2(&actions, terminal, descriptor) }
      posix_spawn_file_actions_addclose(&actions, main)
      let command = [
        "env", "-C", folder.string, "TERM=xterm", "NO_COLOR=1", "timeout", "--foreground", "-k", "5", "60",
        program.string, "replay", "pool", "short.trace", "--step", "--in", subject,
      ]
      var words = command.map { strdup($0) as UnsafeMutablePointer<CChar>? } + [nil]
      defer { for word in words { free(word) } }
      var process = pid_t()
      try #require(posix_spawnp(&process, "env", &actions, nil, &words, environ) == 0)
      close(terminal)
      var script = script[...]
      var screen: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = read(main, &buffer, buffer.count)
        if count <= 0 { break }
        screen += buffer.prefix(count)
        if let next = script.first, String(decoding: screen, as: UTF8.self).contains(next.seen) {
          script.removeFirst()
          let typed = Array(next.keys.utf8)
          #expect(Glibc.write(main, typed, typed.count) == typed.count)
        }
      }
      var status: Int32 = 0
      while waitpid(process, &status, 0) < 0, errno == EINTR {}
      return (String(decoding: screen, as: UTF8.self), status & 0x7f == 0 ? status >> 8 & 0xff : -(status & 0x7f))
    }

    @Test func keysWalkThroughItAndTheTerminalIsGivenBack() throws {
      try write([Self.allocate(0), Self.allocate(1), Self.allocate(2)])
      let (screen, status) = try interact(
        [("operation 0 of", "n\u{1b}[C"), ("operation 2 of", "q")], subject: "right")
      #expect(status == 0, "\(screen)")
      // The other screen and back, with the verdict behind it.
      let parts = screen.split(separator: "\u{1b}[?1049l", omittingEmptySubsequences: false)
      #expect(parts.count == 2, "\(screen)")
      #expect(parts.first?.contains("\u{1b}[?1049h") == true)
      #expect(parts.first?.contains("operation 2 of 0 … 2") == true, "\(screen)")
      #expect(parts.last?.contains("✓ pool · short: 3 operations, all right") == true, "\(screen)")
    }

    @Test func ctrlCEndsItAsEverywhere() throws {
      try write([Self.allocate(0)])
      let (screen, status) = try interact([("operation 0 of", "\u{3}")], subject: "right")
      #expect(screen.contains("\u{1b}[?1049l"), "\(screen)")
      // `timeout` ends as its command does: by the signal.
      #expect(status == 128 + SIGINT || status == -SIGINT, "\(status) \(screen)")
    }
  }
}
