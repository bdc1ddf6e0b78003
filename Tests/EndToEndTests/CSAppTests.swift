import Examining
import Exercises
import Judging
import SystemPackage
import Testing
import Traces
import Vocabularies
import Workloads

extension EndToEndBeside {
  /// C allocators of the CS:APP malloc lab as subjects.
  @Suite(.serialized) struct CSAppTests {
    static let rep = "20000\n3\n9\n1\na 0 512\na 1 128\nr 0 640\na 2 40\nf 1\na 1 72\nf 0\nf 2\nf 1\n"

    /// Replays a text with the program, which has `files` in its folder.
    private func replay(_ text: String, _ options: [String] = [], rep: String = rep, files: [String: String] = [:])
      throws -> CommandLineTool.Result
    {
      let workspace = try Workspace()
      for (name, text) in files { try workspace.write(text, to: name) }
      try workspace.write(text, to: "mm.c")
      try workspace.write(rep, to: "short.rep")
      return try CommandLineTool.run(["replay", "--csapp", "mm.c"] + options + ["short.rep"], in: workspace.folder)
    }

    @Test(arguments: [
      (CSAppSubjects.implicitList, 8), (CSAppSubjects.bump, 8), (CSAppSubjects.thirtyTwoBit, 8),
      (CSAppSubjects.renamed, 8),
    ])
    func rightOnesPass(text: String, alignment: Int) throws {
      let judge = try Outside.judge()
      let subject = try Outside.csapp(text, alignment: alignment, judge)
      defer { judge.builder.discardAll() }
      for name in ["pairs", "alignments", "reallocation", "exhaustion"] {
        let workload = try #require(Catalogue.all.exercise("buddy")?.workloads.first { $0.name == name })
        var trace = try judge.trace(workload, seed: 3)
        trace.operations = Array(trace.operations.prefix(4000))
        let result = try Outside.replay(trace, subject, judge)
        #expect(result.violation == nil, "\(name)")
        #expect(result.heapEnd > 0)
        #expect(result.heapFootprint > 0)
      }
    }

    /// Worked out by hand: 8 bytes before each block, sizes rounded up to 8, nothing used again.
    @Test func theFiguresAreThoseOfTheLab() throws {
      let result = try replay(CSAppSubjects.bump)
      #expect(result.status == 0, "\(result.all)")
      let heap = (512 + 8) + (128 + 8) + (640 + 8) + (40 + 8) + (72 + 8)
      #expect(result.output.contains("peak live bytes: 808 B"), "\(result.all)")
      #expect(result.output.contains("heap size by the break: \(TraceSummary.grouped(heap)) B"), "\(result.all)")
      let share = Double(808 * 10000 / heap) / 100
      #expect(
        result.output.contains("utilisation as mdriver counts it (peak payload ÷ heap size): \(share)"), "\(result.all)"
      )
      #expect(result.output.contains("peak footprint: 4,096 B"), "\(result.all)")
    }

    @Test(arguments: [
      // Overlap: a free block is handed out twice.
      ("tag(b, wanted, 1);", "tag(b, wanted, 0);", ["overlap", "enclosure", "payload changed", "crash"], ""),
      // Payload: a footer where the payload ends, not behind it.
      (
        "return (word *)(b + size_of(b) - unit);", "return (word *)(b + size_of(b) - 2 * unit);",
        ["payload changed", "metadata overwritten", "crash", "overlap", "hang"], ""
      ),
      ("size_of(p), 0);\n", "size_of(p), 0);\n  *(volatile int *)8 = 0;\n", ["crash"], "in mm_free (mm.c:"),
      ("size_of(p), 0);\n", "size_of(p), 0);\n  for (;;);\n", ["hang"], "no answer to b0 = reallocate"),
      ("size_of(p), 0);\n", "size_of(p), 0);\n  for (;;) printf(\"free %p\\n\", p);\n", ["flood"], "more output"),
      ("size_of(p), 0);\n", "size_of(p), 0);\n  exit(0);\n", ["early exit"], "with status 0"),
      (
        "  return b;\n}\n\nvoid mm_free", "  return b + 4;\n}\n\nvoid mm_free", ["misaligned"],
        "is not at a multiple of 8"
      ),
      ("memcpy(copy, p, kept < size ? kept : size);", "memcpy(copy, p, 100);", ["payload lost"], "was not kept"),
      ("memcpy(copy, p, kept < size ? kept : size);", "", ["payload lost"], "was not kept"),
      ("char *b = mem_sbrk(size);", "char *b = mem_sbrk(size / 16);", ["out of heap", "crash"], ""),
      ("char *b = first;\n", "return malloc(size);\nchar *b = first;\n", ["out of heap"], "outside the heap"),
      (
        "char *b = first;\n", "if (size == 640) return NULL;\nchar *b = first;\n", ["failed with room"], "not a quarter"
      ),
      ("first = start + 2 * word_size;\n  return 0;", "return -1;", ["early exit"], "mm_init returned -1"),
    ])
    func brokenOnesAreFound(old: String, new: String, kinds: [String], message: String) throws {
      #expect(CSAppSubjects.implicitList.contains(old))
      let result = try replay(CSAppSubjects.implicitList.replacing(old, with: new))
      #expect(result.status == 1, "\(new): \(result.all)")
      #expect(kinds.contains { result.output.hasPrefix("✗ mm.c · short: \($0)") }, "\(new): \(result.all)")
      #expect(result.output.contains(message), "\(result.all)")
    }

    @Test func alignmentIsWhatWasAskedFor() throws {
      #expect(try replay(CSAppSubjects.bump, ["--alignment", "8"]).status == 0)
      let result = try replay(CSAppSubjects.bump, ["--alignment", "16"])
      #expect(result.status == 1)
      #expect(result.output.contains("→ 0x0008 is not at a multiple of 16"), "\(result.all)")
      #expect(try replay(CSAppSubjects.bump, ["--alignment", "12"]).status == 64)
    }

    @Test func whatDoesNotCompileIsToldInTheStudentsWords() throws {
      let wrong = try replay(CSAppSubjects.bump.replacing("return block + 1;", with: "return blok + 1;"))
      #expect(wrong.status == 1)
      #expect(wrong.output.contains("mm.c: does not compile"), "\(wrong.all)")
      #expect(wrong.output.contains("    mm.c:11:10: error: use of undeclared identifier 'blok'"), "\(wrong.all)")
      let missing = try replay(CSAppSubjects.bump.replacing("*mm_realloc", with: "*my_realloc"))
      #expect(missing.status == 1)
      #expect(
        missing.output.contains("    mm_realloc is used, or asked for by the interface, but none"), "\(missing.all)")
      #expect(!missing.output.contains("/"), "\(missing.all)")
    }

    @Test func severalFilesAndHeaders() throws {
      let files = [
        "util.c": "#include \"util.h\"\nlong round_up(long n) { return (n + UNIT - 1) / UNIT * UNIT; }\n",
        "util.h": "#define UNIT 8\nlong round_up(long n);\n", "memlib.h": "#error the framework has its own\n",
      ]
      let text =
        "#include \"util.h\"\n" + CSAppSubjects.bump.replacing("((size + 7) & ~7ul) + 8", with: "round_up(size) + 8")
      #expect(try replay(text, ["--csapp", "util.c"], files: files).status == 0)
      let alone = try replay(text, files: files)
      #expect(alone.status == 1)
      #expect(alone.output.contains("round_up is used"), "\(alone.all)")
    }

    @Test(arguments: [
      (["replay", "--csapp", "absent.c", "short.rep"], 2, "absent.c: "),
      (["replay", "--csapp", "short.rep", "short.rep"], 2, "short.rep: is no C file; --csapp takes mm.c"),
      (["replay", "--csapp", "memlib.c", "short.rep"], 2, "memlib.c: belongs to the lab's own driver"),
      (["replay", "--csapp", "mm.c", "--csapp", "mm.c", "short.rep"], 2, "mm.c: is given twice"),
      (["replay", "--csapp", "mm.c", "pool", "short.rep"], 64, "--csapp is the subject; name only a trace."),
      (["replay", "pool"], 64, "Name a subject and a trace."),
    ])
    func mistakes(arguments: [String], status: Int32, message: String) throws {
      let workspace = try Workspace()
      try workspace.write(CSAppSubjects.bump, to: "mm.c")
      try workspace.write("", to: "memlib.c")
      try workspace.write(Self.rep, to: "short.rep")
      let result = try CommandLineTool.run(arguments, in: workspace.folder)
      #expect(result.status == status, "\(result.all)")
      #expect(result.errors.contains(message), "\(result.all)")
    }

    /// A heap that does not grow when it is asked to, at every call in turn.
    @Test func growthFaultsAreBorne() throws {
      let judge = try Outside.judge()
      let right = try Outside.csapp(CSAppSubjects.implicitList, judge)
      let wrong = try Outside.csapp(
        CSAppSubjects.implicitList.replacing("if (b == (void *)-1) return NULL;", with: ""), judge)
      defer { judge.builder.discardAll() }
      var found = 0
      for call in 1...8 {
        var builder = AllocationTraceBuilder()
        builder.fault(.growthFailsOnce, call)
        for number in 0..<40 { builder.allocate(700 + number * 8) }
        builder.deallocateAll()
        let trace = builder.trace(name: "fault", seed: 1, parameters: [])
        #expect(try Outside.replay(trace, right, judge).violation == nil, "call \(call)")
        if try Outside.replay(trace, wrong, judge).violation != nil { found += 1 }
      }
      #expect(found == 8)
    }

    @Test func chaos() throws {
      let judge = try Outside.judge()
      let subject = try Outside.csapp(CSAppSubjects.implicitList, judge)
      defer { judge.builder.discardAll() }
      let fit = try #require(subject.exercise.chaos)
      let session = judge.session(subject)
      for generator in ChaosRun.generators(for: subject.exercise) {
        let trace = fit.trace(generator, operations: 1000, seed: 4)
        let result = try session.replay(
          trace, oracle: subject.exercise.oracle(trace), windowSeed: 4, seconds: 30)
        #expect(result.violation == nil, "\(generator.name)")
      }
      session.end()
    }
  }
}
