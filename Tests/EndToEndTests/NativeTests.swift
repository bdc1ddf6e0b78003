import Examining
import Exercises
import Glibc
import Judging
import SystemPackage
import Testing
import Traces
import Workloads

extension EndToEndBeside {
  /// Libraries as subjects, judged as exercises are.
  @Suite(.serialized) struct NativeTests {
    @Test(arguments: Outside.natives) func everyLibraryIsRight(name: String) throws {
      let judge = try Outside.judge()
      let subject = try Outside.native(name, judge)
      for id in ["pool", "slab", "buddy"] {
        let exercise = try #require(Catalogue.all.exercise(id))
        for workload in exercise.workloads where workload.isGenerated {
          let trace = try Outside.bearable(judge.trace(workload, seed: 5), name)
          // A process has one malloc for as long as it lives.
          guard !trace.hasLives else { continue }
          let result = try Outside.replay(trace, subject, judge)
          #expect(result.violation == nil, "\(name) on \(id)/\(workload.name)")
          #expect(result.operations == trace.operations.count)
          #expect(result.footprint > 0 || id + workload.name != "buddychurn")
        }
      }
    }

    /// Alignments, zeroed blocks and sizes of nothing, watched after every operation.
    @Test(arguments: Outside.natives) func lockstep(name: String) throws {
      var builder = AllocationTraceBuilder()
      var generator = SeededGenerator(seed: 9, purpose: "lockstep")
      for number in 0..<300 {
        builder.allocate(
          number % 50 == 0 ? 0 : generator.logarithmic(1...3000), alignment: 1 << generator.pick(0...12),
          zeroed: generator.oneIn(3))
        if generator.oneIn(2) { builder.deallocate(at: generator.below(builder.live.count)) }
        if !builder.live.isEmpty, generator.oneIn(3) {
          builder.reallocate(at: generator.below(builder.live.count), to: generator.below(4) * generator.below(2000))
        }
      }
      let judge = try Outside.judge()
      let trace = Outside.bearable(builder.trace(name: "lockstep", seed: 9, parameters: []), name)
      let result = try Outside.replay(trace, Outside.native(name, judge), judge, lockstep: true)
      #expect(result.violation == nil, "\(name)")
    }

    @Test(arguments: Outside.natives) func chaos(name: String) throws {
      let judge = try Outside.judge()
      let subject = try Outside.native(name, judge)
      let fit = try #require(subject.exercise.chaos)
      let session = judge.session(subject)
      defer { session.end() }
      for generator in ChaosRun.generators(for: subject.exercise) {
        for seed in UInt64(1)...2 {
          let trace = Outside.bearable(fit.trace(generator, operations: 3000, seed: seed), name)
          let result = try session.replay(
            trace, oracle: subject.exercise.oracle(trace), windowSeed: seed, seconds: 20)
          #expect(result.violation == nil, "\(name) on \(generator.name), seed \(seed)")
        }
      }
    }

    @Test(arguments: [
      ("libm.so.6", "libm.so.6: defines no malloc and no free"),
      ("./nothing.so", "./nothing.so: is not there"),
      ("libnothing.so", "libnothing.so: is not there in /usr/local/lib"),
      ("/etc/passwd", "/etc/passwd: is no ELF file"),
      ("/bin/true", "/bin/true: defines no malloc and no free"),
      ("/", "/: "),
    ])
    func whatIsNoSubjectIsRefused(name: String, message: String) throws {
      let workspace = try Workspace()
      try workspace.write("a 0 8\n", to: "short.rep")
      let result = try CommandLineTool.run("replay", name, "short.rep", in: workspace.folder)
      #expect(result.status == 2, "\(result.all)")
      #expect(result.errors.hasPrefix("alloclab: \(message)"), "\(result.all)")
    }

    @Test func damagedLibrariesAreRefused() throws {
      let workspace = try Workspace()
      try workspace.write("a 0 8\n", to: "short.rep")
      guard let library = try Outside.library(Self.source(), in: workspace) else { return }
      let bytes = try Files.read(library)
      var random = SeededGenerator(seed: 3, purpose: "damage")
      for round in 0..<60 {
        var damaged = bytes
        // The header and the section table are where it hurts.
        for _ in 0..<4 {
          let place = random.oneIn(2) ? random.below(64) : bytes.count - 1 - random.below(2000)
          damaged[place] = UInt8(truncatingIfNeeded: random.next())
        }
        if round % 10 == 9 { damaged = Array(damaged.prefix(random.below(bytes.count))) }
        let path = try workspace.write(damaged, to: "damaged.so")
        // Either is fine; a trap is not.
        _ = try? SharedLibrary(named: path.string)
      }
    }

    @Test func aLibraryFromAnywhere() throws {
      let workspace = try Workspace()
      try workspace.write("a 0 100\na 1 3000\nr 0 50\nf 0\nf 1\n", to: "short.rep")
      guard try Outside.library(Self.source(), in: workspace) != nil else { return }
      let result = try CommandLineTool.run("replay", "./libsubject.so", "short.rep", in: workspace.folder)
      #expect(result.status == 0, "\(result.all)")
      #expect(result.output.hasPrefix("✓ libsubject.so · short: 5 operations, all right"))
      let step = try CommandLineTool.run("replay", "libc", "short.rep", "--step", in: workspace.folder)
      #expect(step.status == 64)
    }

    @Test(arguments: [
      // The second block of a pair begins inside the first.
      ("int number;", "if (++number == 20) return last + 16;", "", [ViolationKind.overlap, .enclosure]),
      ("", "taken += 4;", "", [.misaligned]),
      ("", "if (size == 77) last[3] ^= 1;", "", [.payloadChanged]),
      ("", "if (size == 77) *(volatile int *)8 = 0;", "", [.crash]),
      ("", "if (size == 77) for (;;);", "", [.hang]),
      ("", "if (size == 77) exit(0);", "", [.earlyExit]),
      ("", "if (size == 77) for (;;) puts(\"here\");", "", [.flood]),
      ("", "if (size == 77) return 0;", "", [.failedWithRoom]),
      ("", "if (size == 77) return (void *)(1ul << 46);", "", [.crash, .outOfHeap]),
      ("", "", "kept = kept > 40 ? 40 : kept;", [.payloadLost]),
      ("", "", "if (kept > 8) ((char *)p)[2] = 1;", [.payloadLost]),
    ])
    func brokenLibraries(declaration: String, inMalloc: String, inRealloc: String, expected: [ViolationKind]) throws {
      let workspace = try Workspace()
      let source = Self.source(declaration, inMalloc, inRealloc)
      guard let library = try Outside.library(source, in: workspace) else { return }
      let judge = try Outside.judge()
      let subject = try Outside.native(library.string, judge)
      var builder = AllocationTraceBuilder()
      for number in 0..<400 {
        builder.allocate(16 + number % 64)
        if number % 3 == 0 { builder.reallocate(at: number / 2, to: 60 + number % 70) }
      }
      let result = try Outside.replay(builder.trace(name: "t", seed: 1, parameters: []), subject, judge)
      let kind = try #require(result.violation?.kind, "\(inMalloc)\(inRealloc)")
      #expect(expected.contains(kind), "\(inMalloc)\(inRealloc): \(kind): \(result.violation?.message ?? "")")
    }

    @Test func aLibraryWithoutReallocIsServed() throws {
      let workspace = try Workspace()
      let source = Self.source().replacing("*realloc(", with: "*renamed(")
      guard let library = try Outside.library(source, in: workspace) else { return }
      let judge = try Outside.judge()
      let trace = try judge.trace(
        #require(Catalogue.all.exercise("buddy")?.workloads.first { $0.name == "reallocation" }), seed: 2)
      #expect(try Outside.replay(trace, Outside.native(library.string, judge), judge).violation == nil)
    }

    /// An allocator that never uses anything again, each block behind 16 bytes with its size.
    private static func source(_ declaration: String = "", _ inMalloc: String = "", _ inRealloc: String = "") -> String
    {
      """
      #include <stddef.h>
      #include <stdio.h>
      #include <stdlib.h>
      #include <string.h>

      static char memory[64 << 20] __attribute__((aligned(64)));
      static size_t taken;
      static char *last = memory;
      \(declaration)

      void *malloc(size_t size) {
        if (size > sizeof memory / 2) return 0;
        \(inMalloc)
        char *block = memory + taken + 16;
        taken += (size + 31) & ~15ul;
        if (taken > sizeof memory) return 0;
        ((size_t *)block)[-2] = size;
        return last = block;
      }

      void free(void *p) {}

      void *realloc(void *p, size_t size) {
        size_t kept = p ? ((size_t *)p)[-2] : 0;
        if (kept > size) kept = size;
        void *copy = malloc(size);
        \(inRealloc)
        if (copy && p) memcpy(copy, p, kept);
        return copy;
      }

      """
    }
  }
}
