import Examining
import Exercises
import Grading
import Judging
import SystemPackage
import Testing
import Traces

extension EndToEndBeside {
  /// What old malloc labs have that this framework once did not bear: a C source for each, written for these tests.
  @Suite(.serialized) struct CSAppTrapTests {
    struct Trap: CustomTestStringConvertible {
      let name: String
      /// Changes of the allocator that never uses anything again.
      var edits: [(find: String, replace: String)] = []
      var options: [String] = []
      var files: [String: String] = [:]
      /// Whether it is found right, and what is said.
      var isRight = true
      var says: [String] = []
      var warns: [String] = []
      /// Nil where a program of this machine's would not come to its end on it.
      var native: Native? = Native()

      var testDescription: String { name }
      var text: String {
        edits.reduce(CSAppSubjects.bump) {
          #expect($0.contains($1.find), "\(name): \($1.find)")
          return $0.replacing($1.find, with: $1.replace)
        }
      }
    }

    /// What a program of this machine's is given, so that it has what the lab's driver has.
    struct Native {
      var defines: [String] = []
      var base = 0x4400_0000
      var limit = 64 << 20
      var isBoolean = false
      var bits = 64
    }

    private static let start = "int mm_init(void) { return 0; }"

    static let traps = [
      Trap(
        name: "chained comparison",
        edits: [
          (start, "int inside(void *p) { return mem_heap_lo() <= p <= mem_heap_hi(); }\n\(start)"),
          ("void mm_free(void *p) {}", "void mm_free(void *p) { inside(p); }"),
        ]),
      Trap(
        name: "implicit declaration",
        edits: [(start, "int mm_init(void) { return later(0); }\nint later(int n) { return n; }")]),
      Trap(
        name: "inline without static",
        edits: [
          (start, "inline size_t up(size_t n) { return (n + 7) & ~7ul; }\n\(start)"),
          ("((size + 7) & ~7ul) + 8", "up(size) + 8"),
          ("void mm_free(void *p) {}", "size_t (*volatile how)(size_t) = up;\nvoid mm_free(void *p) {}"),
        ]),
      Trap(
        name: "gcc's own", edits: [(start, "int mm_init(void) { int nested(int n) { return n; } return nested(0); }")]),
      Trap(
        name: "gcc's own, with clang",
        edits: [(start, "int mm_init(void) { int nested(int n) { return n; } return nested(0); }")],
        options: ["--compiler", "clang"], isRight: false,
        says: ["does not compile", "function definition is not allowed here"]),
      Trap(
        name: "debugging output", edits: [(start, loud)], options: ["-D", "NDEBUG"], native: Native(defines: ["NDEBUG"])
      ),
      Trap(name: "debugging output without NDEBUG", edits: [(start, loud)], isRight: false, says: ["flood"]),
      Trap(
        name: "a macro with a value", edits: [(start, "int mm_init(void) { return LEVEL - 3; }")],
        options: ["-D", "LEVEL=3"], native: Native(defines: ["LEVEL=3"])),
      Trap(
        name: "memlib of later labs",
        edits: [
          (start, "int mm_init(void) { char a[4], b[4]; mm_memset(a, 7, 4); mm_memcpy(b, a, 4); return b[3] - 7; }")
        ]),
      Trap(
        name: "mm_init with ranges",
        edits: [
          (start, "typedef struct range range_t;\nint mm_init(range_t **ranges) { return *ranges == NULL ? 0 : -1; }")
        ]),
      Trap(
        name: "config.h asks for 16", files: ["config.h": "#pragma once\n# define ALIGNMENT 16 // bytes\n"],
        isRight: false,
        says: ["not at a multiple of 16"]),
      Trap(
        name: "config.h is overruled", options: ["--alignment", "8"], files: ["config.h": "#define ALIGNMENT 16\n"]),
      Trap(
        name: "MAX_HEAP is the heap's limit",
        edits: [(start, "int mm_init(void) { return mem_sbrk(3 << 20) == (void *)-1 ? 0 : -1; }")],
        files: ["config.h": "#define MAX_HEAP (2*(1<<20)) /* 2 MB */\n"], native: Native(limit: 2 << 20)),
      Trap(
        name: "--heap-limit",
        edits: [(start, "int mm_init(void) { return mem_sbrk(3 << 20) == (void *)-1 ? 0 : -1; }")],
        options: ["--heap-limit", "2097152"], native: Native(limit: 2 << 20)),
      Trap(
        name: "any number below zero is a failure", edits: [(start, "int mm_init(void) { return -2; }")],
        isRight: false,
        says: ["mm_init returned -2"]),
      Trap(
        name: "false is a failure where a Boolean is asked for",
        edits: [
          (start, "#include <stdbool.h>\nbool mm_init(void) { return false; }"),
          ("+ 7) & ~7ul) + 8", "+ 15) & ~15ul) + 16"), ("block + 1", "block + 2"),
          ("((size_t *)p)[-1]", "((size_t *)p)[-2]"),
        ],
        options: ["--lab", "cmu64"], isRight: false, says: ["mm_init returned false"]),
      Trap(
        name: "the 64-bit lab",
        edits: [
          (start, "#include <stdbool.h>\nbool mm_init(void) { return mem_heap_lo() == (void *)0x800000000; }"),
          ("+ 7) & ~7ul) + 8", "+ 15) & ~15ul) + 16"), ("block + 1", "block + 2"),
          ("((size_t *)p)[-1]", "((size_t *)p)[-2]"),
        ],
        options: ["--lab", "cmu64"], native: Native(base: 0x8_0000_0000, isBoolean: true)),
      Trap(
        name: "pointers in an int",
        edits: [
          (start, "#include <stdbool.h>\nstatic unsigned last;\nbool mm_init(void) { last = 0; return true; }"),
          ("((size + 7) & ~7ul) + 8", "((size + 15) & ~15ul) + 16"), ("block + 1", "block + 2"),
          ("((size_t *)p)[-1]", "((size_t *)p)[-2]"),
          (
            "*block = size;",
            "*block = size;\n  if (last) *(volatile char *)(size_t)last;\n  last = (unsigned)(size_t)block;"
          ),
        ], options: ["--lab", "cmu64"], isRight: false, says: ["crash", "this code is for 32 bits"]),
      Trap(
        name: "the same place in each run",
        edits: [(start, "int mm_init(void) { return mem_heap_lo() == (void *)0x44000000 ? 0 : -1; }")]),
      Trap(
        name: "works only once",
        edits: [
          (start, "static char *own;\nint mm_init(void) { if (!own) own = mem_sbrk(64); return 0; }"),
          (
            "size_t *block = mem_sbrk(((size + 7) & ~7ul) + 8);",
            "size_t *block = mem_sbrk(((size + 7) & ~7ul) + 8);\n  if ((char *)block < own + 64) return NULL;"
          ),
        ],
        isRight: false, says: ["works only once", "mm_init was called again in the same process"]),
      Trap(
        name: "a trace for gigabytes",
        edits: [("size_t *block", "if (size > 1ul << 29) return NULL;\n  size_t *block")],
        files: ["short.rep": "1\n2\n4\n1\na 0 16\na 1 600000000\nf 1\nf 0\n"],
        says: ["requests above 512 MiB, which may be refused: 1"], native: nil),
      Trap(
        name: "free(NULL)",
        edits: [
          ("void mm_free(void *p) {}", "void mm_free(void *p) { if (!p) puts(\"none\"); }"),
          (start, "#include <stdio.h>\n\(start)"),
        ],
        files: ["short.rep": "1\n1\n3\n1\na 0 16\nf -1\nf 0\n"], says: ["it printed:\n      none\n"]),
      Trap(
        name: "free(NULL) that crashes",
        edits: [("void mm_free(void *p) {}", "void mm_free(void *p) { *(volatile char *)p; }")],
        files: ["short.rep": "1\n1\n3\n1\na 0 16\nf -1\nf 0\n"], isRight: false,
        says: ["crash", "during free(NULL)"]),
      Trap(
        name: "realloc(NULL, n) that crashes",
        edits: [("size_t kept = p ? ((size_t *)p)[-1] : 0;", "size_t kept = ((size_t *)p)[-1];")],
        files: ["short.rep": "1\n2\n4\n1\na 0 16\nr 1 24\nf 0\nf 1\n"], isRight: false,
        says: ["crash", "in mm_realloc"]),
      Trap(
        name: "realloc(p, 0) ends a block",
        edits: [
          ("size_t kept", "if (size == 0) { puts(p ? \"ended\" : \"null\"); return NULL; }\n  size_t kept"),
          (start, "#include <stdio.h>\n\(start)"),
        ],
        files: ["short.rep": "1\n1\n4\n1\na 0 16\nr 0 0\nr 0 8\nf 0\n"], says: ["it printed:\n      ended\n"]),
      Trap(
        name: "operations beyond the header's number",
        edits: [("size_t *block", "if (size == 99) return NULL;\n  size_t *block")],
        files: ["short.rep": "1\n2\n2\n1\na 0 16\nf 0\na 1 99\n"],
        says: ["short: 2 operations, all right"],
        warns: ["short.rep:3: the header says 2 operations, there are 3; left out those from line 7 on"]),
      Trap(
        name: "what is printed by what is right",
        edits: [(start, "#include <stdio.h>\nint mm_init(void) { printf(\"no line's end\"); return 0; }")],
        says: ["it printed:\n      no line's end\n"]),
      Trap(
        name: "what is printed before a crash",
        edits: [
          (start, "#include <stdio.h>\n\(start)"),
          ("void mm_free(void *p) {}", "void mm_free(void *p) { printf(\"heading there\\n\"); *(volatile char *)1; }"),
        ], isRight: false, says: ["crash", "it printed:\n      heading there\n"]),
      Trap(
        name: "more than 128 bytes of globals",
        edits: [
          (start, "static volatile long table[16] = {1}, more;\n\(start)"),
          ("*block = size;", "*block = size;\n  table[size % 16] = more++;"),
        ],
        options: ["--globals-limit", "128"], isRight: false,
        says: ["keeps too much outside the heap", "136 bytes of variables outside functions; this lab allows 128"]),
      Trap(
        name: "128 bytes of globals",
        edits: [
          (start, "static volatile long table[16];\nstatic const char *const names[] = {\"a\", \"b\"};\n\(start)"),
          ("*block = size;", "*block = size;\n  table[size % 16] = names[size % 2][0];"),
        ],
        options: ["--globals-limit", "128"]),
      Trap(
        name: "a lab for 32 bits",
        edits: [
          (start, "int mm_init(void) { return sizeof(void *) == 4 && sizeof(size_t) == 4 ? 0 : -1; }"),
          ("block + 1", "block + 2"), ("((size_t *)p)[-1]", "((size_t *)p)[-2]"),
        ],
        options: ["--lab", "classic32"], native: Native(bits: 32)),
      Trap(
        name: "32 bits: what is printed, and numbers of 64",
        edits: [(start, arithmetic), ("block + 1", "block + 2"), ("((size_t *)p)[-1]", "((size_t *)p)[-2]")],
        options: ["--bits", "32"], says: ["   -7|ab  |00be|2.50|-157073089682|8"], native: Native(bits: 32)),
      Trap(
        name: "32 bits: a crash",
        edits: [
          ("block + 1", "block + 2"), ("((size_t *)p)[-1]", "((size_t *)p)[-2]"),
          ("void mm_free(void *p) {}", "void mm_free(void *p) { *(volatile char *)1; }"),
        ],
        options: ["--bits", "32"], isRight: false, says: ["crash", "deallocate("]),
      Trap(
        name: "32 bits: a function that is not there",
        edits: [(start, "int mm_init(void) { return tmpnam(0) != 0; }")], options: ["--bits", "32"], isRight: false,
        says: ["tmpnam is used, or asked for by the interface, but none of the files defines it"]),
      Trap(
        name: "32 bits: globals",
        edits: [
          (start, "static volatile long table[40];\n\(start)"),
          ("*block = size;", "*block = size;\n  table[size % 16]++;"),
        ],
        options: ["--bits", "32", "--globals-limit", "128"], isRight: false,
        says: ["160 bytes of variables outside functions; this lab allows 128"]),
    ]

    private static let arithmetic = """
      #include <stdio.h>
      #include <assert.h>
      int mm_init(void) {
        volatile long long many = 1ll << 40;
        assert(many % 1000 == 776);
        printf("%5d|%-4s|%04x|%.2f|%lld|%zu\\n", -7, "ab", 0xbe, 2.5, many / -7, sizeof many);
        return 0;
      }
      """

    private static let loud = """
      #ifndef NDEBUG
      #define say(x) for (int i = 0; i < 100000; i++) printf("%d: %s\\n", i, x)
      #else
      #define say(x)
      #endif
      #include <stdio.h>
      int mm_init(void) { say("a line that nobody wants to read more than once"); return 0; }
      """

    @Test(arguments: traps) func trapIsNone(_ trap: Trap) throws {
      let workspace = try Workspace()
      try workspace.write(CSAppTests.rep, to: "short.rep")
      for (name, text) in trap.files { try workspace.write(text, to: name) }
      try workspace.write(trap.text, to: "mm.c")
      let result = try CommandLineTool.run(
        ["replay", "--csapp", "mm.c"] + trap.options + ["short.rep"], in: workspace.folder)
      #expect(result.status == (trap.isRight ? 0 : 1), "\(result.all)")
      // The table of all of them, for whoever runs this test to see it.
      let verdict =
        result.status == 0
        ? "right" + (try natively(trap, result.output, workspace)) : "found: \(trap.says.joined(separator: "; "))"
      print("trap: \(trap.name)\(String(repeating: " ", count: max(1, 52 - trap.name.count)))\(verdict)")
      for text in trap.says { #expect(result.output.contains(text), "\(result.all)") }
      for text in trap.warns { #expect(result.errors.contains(text), "\(result.all)") }
    }

    /// The utilisation of what is right, and of the same as a program of this machine's, which must be the same to 0.1 %; in words.
    private func natively(_ trap: Trap, _ output: String, _ workspace: Workspace) throws -> String {
      guard trap.isRight, let native = trap.native,
        let known = try CSAppNative.run(
          workspace.folder.appending("mm.c"), workspace.folder.appending("short.rep"), in: workspace,
          defines: native.defines, base: native.base, limit: native.limit, isBoolean: native.isBoolean,
          bits: native.bits)
      else { return "" }
      let line = try #require(output.split(separator: "\n").first { $0.contains("utilisation as mdriver counts it") })
      let told = try #require(Double(line.split(separator: " ").dropLast().last ?? ""), "\(line)")
      #expect(abs(told - known.percent) < 0.1, "\(trap.name): \(told) %, natively \(known.percent) %")
      return ", utilisation \(told) %, natively \(Double(Int(known.percent * 100 + 0.5)) / 100) %"
    }

    /// An option that would change nothing is refused, with what to do in its place.
    @Test(arguments: [
      ["--only", "pool"], ["--seed", "8f3a6c1d90b7e2544a1fcd0837659be2"], ["--reveal"], ["--no-shrink"], ["--profile"],
      ["--course", "."], ["--references", "."], ["--admit-unsafe"],
    ])
    func optionsWithoutMeaning(options: [String]) throws {
      let workspace = try Workspace()
      try workspace.write(CSAppTests.rep, to: "traces/short.rep")
      try workspace.write(CSAppSubjects.bump, to: "class/ann/mm.c")
      let result = try CommandLineTool.run(
        ["grade", "--csapp", "--traces", "traces"] + options + ["class"], in: workspace.folder)
      #expect(result.status == 64, "\(result.all)")
      #expect(result.errors.contains("\(options[0]) means nothing with --csapp: "), "\(result.all)")
    }

    @Test(arguments: [
      (["--lab", "clasic"], "There is no lab 'clasic', and no such file. Did you mean 'classic'?"),
      (["--heap-limit", "12"], "--heap-limit is 4096 to 4294967296 bytes."),
      (["-D", "1x"], "'1x' is no macro; write NAME or NAME=VALUE."),
      (["--compiler", "tcc"], "tcc"),
      (["--lab", "lab.json"], "lab.json:1:46: alignment: is 8 or 16"),
    ])
    func mistakes(options: [String], says: String) throws {
      let workspace = try Workspace()
      try workspace.write(CSAppTests.rep, to: "short.rep")
      try workspace.write(CSAppSubjects.bump, to: "mm.c")
      try workspace.write(
        #"{"name": "mine", "summary": "", "alignment": 12, "base": 1140850688, "defines": [], "initAnswers": "status"}"#,
        to: "lab.json")
      let result = try CommandLineTool.run(
        ["replay", "--csapp", "mm.c"] + options + ["short.rep"], in: workspace.folder)
      #expect(result.status == 64 || result.status == 2, "\(result.all)")
      #expect(result.errors.contains(says), "\(result.all)")
    }

    /// One compilation, one table, a report of each; one that is wrong and one that does not compile leave the others be.
    @Test func aClassAndItsTable() throws {
      let workspace = try Workspace()
      try workspace.write(CSAppTests.rep, to: "traces/short.rep")
      try workspace.write("0\n1\n2\n1\na 0 4096\nf 0\n", to: "traces/page.rep")
      try workspace.write(CSAppSubjects.bump, to: "class/ann/mm.c")
      try workspace.write(CSAppSubjects.implicitList, to: "class/bob/mm.c")
      try workspace.write(
        CSAppSubjects.bump.replacing("block + 1;", with: "(char *)block + 4;"), to: "class/cid/mm.c")
      try workspace.write("int mm_init(void) { return", to: "class/dan/mm.c")
      let result = try CommandLineTool.run(
        ["grade", "--csapp", "--traces", "traces", "--lab", "classic", "-o", "reports", "class"], in: workspace.folder)
      #expect(result.status == 1, "\(result.all)")
      let rows = result.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
      func row(_ name: String) -> [String] { rows.last { $0.first == name } ?? [] }
      #expect(row("ann").dropFirst().first == "2/2", "\(result.all)")
      #expect(row("bob").dropFirst().first == "2/2", "\(result.all)")
      #expect(row("cid").prefix(2) == ["cid", "0/2"] && row("cid").last == "0/100", "\(result.all)")
      #expect(row("dan").prefix(4) == ["dan", "does", "not", "compile"], "\(result.all)")
      let csv = String(decoding: try Files.read(workspace.folder.appending("reports/class.csv")), as: UTF8.self)
        .split(separator: "\r\n").map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
      #expect(csv.map(\.first) == ["Submission", "ann", "bob", "cid", "dan"])
      #expect(csv.allSatisfy { $0.count == csv[0].count })
      #expect(csv[1][1...2] == ["2", "2"] && csv[1][6] != "0" && csv[1][7] == "100", "\(csv)")
      #expect(csv[3][1] == "0" && csv[3][6...7] == ["0", "100"] && csv[3][8].contains("short: misaligned"), "\(csv)")
      #expect(csv[4][1] == "" && csv[4][8] == "does not compile", "\(csv)")
      for name in ["ann", "bob", "cid", "dan"] {
        let report = try Course.read(MallocLabReport.self, workspace.folder.appending("reports/\(name).json"))
        #expect(report.submission == name && report.compiles == (name != "dan"))
      }
      let ann = try Course.read(MallocLabReport.self, workspace.folder.appending("reports/ann.json"))
      // Worked out by hand: 8 bytes before each block, sizes rounded up to 8.
      #expect(ann.traces.map(\.trace) == ["page", "short"])
      #expect(abs(ann.traces[0].utilisation - 4096.0 / 4104) < 1e-9)
      #expect(abs(ann.traces[1].utilisation - 808.0 / Double(520 + 136 + 648 + 48 + 80)) < 1e-9)
    }

    /// A table of records in a mapping of its own is no way to a small heap.
    @Test func recordsInAMappingAreTold() throws {
      let workspace = try Workspace()
      try workspace.write(CSAppTests.rep, to: "traces/short.rep")
      try workspace.write(
        CSAppSubjects.bump.replacing("#include <string.h>", with: "#include <string.h>\n#include <sys/mman.h>")
          .replacing(
            "int mm_init(void) { return 0; }",
            with: """
              int mm_init(void) {
                char *own = mmap(NULL, 4 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
                memset(own, 1, 4 << 20);
                return 0;
              }
              """), to: "mm.c")
      let result = try CommandLineTool.run(
        ["replay", "--csapp", "mm.c", "--lab", "classic", "traces"], in: workspace.folder)
      #expect(result.status == 0, "\(result.all)")
      #expect(result.output.contains("with what is kept outside the heap counted as heap: 0.0"), "\(result.all)")
    }

    /// What `chaos` prints can be typed, and shows the same again.
    @Test func theCommandThatChaosPrintsWorks() throws {
      let workspace = try Workspace()
      try workspace.write(CSAppSubjects.bump.replacing("block + 1;", with: "(char *)block + 8;"), to: "mm.c")
      let chaos = try CommandLineTool.run(
        ["chaos", "--csapp", "mm.c", "--alignment", "16", "--operations", "100000"], in: workspace.folder)
      #expect(chaos.status == 1, "\(chaos.all)")
      let line = try #require(chaos.output.split(separator: "\n").first { $0.contains("see it:") })
      let words = line.split(separator: " ").dropFirst(3).map(String.init)
      #expect(words.first == "replay" && words.contains("--alignment"), "\(line)")
      let folder = try #require(workspace.folder.lastComponent?.string)
      #expect(words.contains { $0.hasPrefix(folder) && $0.hasSuffix(".trace") }, "\(words)")
      let again = try CommandLineTool.run(words.filter { $0 != "--step" }, in: workspace.folder)
      #expect(again.status == 1 && again.output.contains("misaligned"), "\(words): \(again.all)")
    }
  }
}
