import Examining
import Exercises
import Glibc
import Judging
import Sandbox
import SystemPackage
import Testing
import Traces
import Vocabularies
import Workloads

extension EndToEndBeside {
  /// The same C file with a driver and a `memlib` of this test's own, run as a program of this machine: the heap is as large there, to the byte.
  @Suite(.serialized) struct CSAppNativeTests {
    private static let driver = """
      #include <stdio.h>
      #include <stdlib.h>
      #include <stdint.h>
      #include <string.h>

      int mm_init(void);
      void *mm_malloc(size_t);
      void mm_free(void *);
      void *mm_realloc(void *, size_t);

      static char memory[64 << 20] __attribute__((aligned(4096)));
      static size_t end;
      void *mem_sbrk(intptr_t n) {
        if (n < 0 || end + n > sizeof memory) return (void *)-1;
        end += n;
        return memory + end - n;
      }
      void *mem_heap_lo(void) { return memory; }
      void *mem_heap_hi(void) { return memory + end - 1; }
      size_t mem_heapsize(void) { return end; }
      size_t mem_pagesize(void) { return 4096; }

      int main(void) {
        long header[4];
        for (int i = 0; i < 4; i++) if (scanf("%ld", header + i) != 1) return 1;
        char **blocks = calloc(header[1], sizeof *blocks);
        size_t *sizes = calloc(header[1], sizeof *sizes), live = 0, peak = 0;
        char kind;
        long id;
        size_t size;
        if (mm_init() < 0) return 2;
        while (scanf(" %c %ld", &kind, &id) == 2) {
          if (kind == 'f') {
            mm_free(blocks[id]);
            live -= sizes[id];
            sizes[id] = 0;
            continue;
          }
          if (scanf("%zu", &size) != 1) return 3;
          blocks[id] = kind == 'a' ? mm_malloc(size) : mm_realloc(blocks[id], size);
          if (!blocks[id]) return 4;
          live += size - sizes[id];
          sizes[id] = size;
          if (live > peak) peak = live;
        }
        printf("%zu %zu\\n", peak, end);
        return 0;
      }
      """

    private struct Figures: Equatable {
      let peak: Int
      let heap: Int
    }

    private static func native(_ mm: FilePath, _ script: FilePath, in workspace: Workspace) throws -> Figures {
      try workspace.write(driver, to: "native/driver.c")
      for (name, text) in [
        ("mm.h", "#include <stddef.h>\ntypedef struct { char *team, *a, *b, *c, *d; } team_t;\n"),
        (
          "memlib.h",
          "#include <stdint.h>\n#include <stddef.h>\nvoid *mem_sbrk(intptr_t);\nvoid *mem_heap_lo(void);\nvoid *mem_heap_hi(void);\n"
        ),
      ] {
        try workspace.write(text, to: "native/\(name)")
      }
      try workspace.write(Files.read(mm), to: "native/mm.c")
      let folder = workspace.folder.appending("native")
      let line =
        "cd '\(folder)' && { command -v gcc >/dev/null && c=gcc || c=clang; } && $c -w -O1 -o driver driver.c mm.c && ./driver < '\(script)'"
      let text = try Self.shell(line)
      let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
      try #require(numbers.count == 2, "\(text)")
      return Figures(peak: numbers[0], heap: numbers[1])
    }

    private static func percent(_ part: Int, _ whole: Int) -> String {
      "\(Double(part * 10000 / max(whole, 1)) / 100) %"
    }

    /// What a command prints.
    private static func shell(_ line: String) throws -> String {
      let stream = try #require(popen(line, "r"))
      defer { pclose(stream) }
      var text = ""
      var buffer = [CChar](repeating: 0, count: 4096)
      while fgets(&buffer, Int32(buffer.count), stream) != nil {
        text += String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      }
      return text
    }

    @Test(arguments: ["pairs", "alignments", "reallocation"])
    func theHeapIsAsLarge(workload name: String) throws {
      let judge = try Outside.judge()
      defer { judge.builder.discardAll() }
      let workspace = try Workspace()
      let workload = try #require(Catalogue.all.exercise("buddy")?.workloads.first { $0.name == name })
      var trace = try judge.trace(workload, seed: 11)
      trace.operations = Projection.operations(Array(trace.operations.prefix(3000)), keepsReallocations: true) {
        max($0, 1)
      }.filter { AllocationOperation(word: $0).kind != .hostile }
      let script = workspace.folder.appending("\(name).rep")
      _ = try RepExporter.write(trace, to: script)
      for (number, text) in [CSAppSubjects.implicitList, CSAppSubjects.bump].enumerated() {
        let mm = try workspace.write(text, to: "\(number)/mm.c")
        let known = try Self.native(mm, script, in: workspace)
        let subject = try Outside.csapp(text, judge)
        let result = try Outside.replay(try RepImporter.read(script).trace, subject, judge)
        #expect(result.violation == nil)
        let peak = result.measurements.first { $0.name == "peak live bytes" }?.value
        print(
          "utilisation of \(name), allocator \(number): natively \(Self.percent(known.peak, known.heap)), here "
            + Self.percent(Int(peak ?? 0), result.heapEnd))
        #expect(Figures(peak: Int(peak ?? 0), heap: result.heapEnd) == known, "\(name), subject \(number)")
      }
    }
  }
}
