import Glibc
import SystemPackage
import Testing
import Traces
import Vocabularies

/// Records small C programs, built here with the toolchain's clang. Serialized: a recording handles the process's signals.
@Suite(.serialized)
struct RecordingTests {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  /// Builds a C program from the body of its main.
  func program(_ name: String, before: String = "", _ body: String, flags: [String] = []) throws -> String {
    let source = try folder.write(
      """
      #define _GNU_SOURCE
      #include <errno.h>
      #include <fcntl.h>
      #include <malloc.h>
      #include <pthread.h>
      #include <signal.h>
      #include <stdlib.h>
      #include <string.h>
      #include <sys/wait.h>
      #include <unistd.h>
      \(before)
      int main(int argc, char **argv) {
      \(body)
      }
      """, to: "\(name).c")
    let path = folder.path.appending(name).string
    let command = ["clang", "-O0", "-w", "-fno-builtin", "-o", path, source.string, "-pthread"] + flags
    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var process: pid_t = 0
    try #require(posix_spawnp(&process, "clang", nil, nil, &arguments, environ) == 0)
    var status: Int32 = 0
    waitpid(process, &status, 0)
    try #require(status == 0)
    return path
  }

  func recording(_ arguments: String...) -> Recording {
    var recording = Recording(arguments: arguments, output: folder.path.appending("app.trace"))
    recording.isQuiet = true
    return recording
  }

  /// The trace's operations, without marks in time.
  func operations(_ trace: RecordedTrace?) throws -> [AllocationOperation] {
    try Trace(contentsOf: #require(trace).path).operations.map(AllocationOperation.init(word:)).filter {
      $0.kind != .clock
    }
  }

  /// What the program did between its two requests of 77,777 bytes.
  func marked(_ trace: RecordedTrace?) throws -> [String] {
    let parts = try operations(trace).split(omittingEmptySubsequences: false) {
      $0.kind == .allocate && $0.size == 77_777
    }
    try #require(parts.count == 3)
    return parts[1].map { "\($0.kind.map(String.init(describing:)) ?? "?") \($0.size) \($0.alignment)" }
  }

  @Test("Every call of the family is recorded as it was made")
  func family() throws {
    let path = try program(
      "family",
      """
      void *mark = malloc(77777), *p;
      free(malloc(24));
      free(calloc(10, 3));
      p = realloc(NULL, 40);
      p = realloc(p, 300000);
      p = reallocarray(p, 7, 11);
      p = realloc(p, 0);
      free(NULL);
      posix_memalign(&p, 64, 100); free(p);
      free(aligned_alloc(256, 512));
      free(memalign(32, 1));
      free(valloc(5));
      free(pvalloc(5));
      free(malloc(0));
      free(malloc(131071)); free(malloc(131072)); free(malloc(1ul << 33));
      if (posix_memalign(&p, 24, 8) != EINVAL || reallocarray(NULL, 1ul << 40, 1ul << 40) || errno != ENOMEM) return 1;
      if (malloc_usable_size(mark) < 77777) return 2;
      malloc(77777);
      return 9;
      """)
    let report = try recording(path).run()
    #expect(report.status == 9)
    #expect(report.traces.count == 1)
    let freed = "deallocate 0 1"
    #expect(
      try marked(report.traces.first) == [
        "allocate 24 16", freed, "allocateZeroed 30 16", freed, "allocate 40 16", "reallocate 300000 16",
        "reallocate 77 16", freed, "allocate 100 64", freed, "allocate 512 256", freed, "allocate 1 32", freed,
        "allocate 5 4096", freed, "allocate 4096 4096", freed, "allocate 0 16", freed, "allocate 131071 16", freed,
        "allocate 131072 16", freed, "allocate 8589934592 16", freed,
      ])
    #expect(report.traces.first?.summary.remarks == [])
  }

  @Test("The header tells the command that makes the trace again")
  func header() throws {
    let path = try program("head", "malloc(5);")
    var recording = recording(path, "it's", "")
    recording.limit = 9
    let trace = try Trace(contentsOf: #require(try recording.run().traces.first).path)
    #expect(trace.vocabulary == AllocationVocabulary.name)
    #expect(trace.name == "head")
    #expect(trace.seed == nil)
    #expect(trace.origin == "recorded: alloclab record --operations 9 -- \(path) 'it'\\''s' ''")
    let operations = trace.operations.filter { AllocationOperation(word: $0).kind != .clock }
    #expect(operations == [AllocationOperation(.allocate, size: 5, alignment: 16).word])
    #expect(trace.slotCount == 1)
  }

  @Test("Threads that give up each other's blocks are put in order", arguments: [2, 4])
  func threads(count: Int) throws {
    let path = try program(
      "threads",
      before: """
        static _Atomic(void *) box[16];
        static void *work(void *seed) {
          unsigned long x = (unsigned long)seed;
          for (int i = 0; i < 20000; i++) {
            x ^= x << 13; x ^= x >> 7; x ^= x << 17;
            void *p = x % 3 ? malloc(x >> 8 & 127) : realloc(__c11_atomic_exchange(&box[x >> 16 & 15], 0, 5), 200);
            free(__c11_atomic_exchange(&box[x >> 32 & 15], p, 5));
          }
          return 0;
        }
        """,
      """
      pthread_t t[\(count)];
      for (long i = 0; i < \(count); i++) pthread_create(&t[i], 0, work, (void *)(i + 88172645463325252));
      for (int i = 0; i < \(count); i++) pthread_join(t[i], 0);
      for (int i = 0; i < 16; i++) free(box[i]);
      """)
    let report = try recording(path).run()
    let summary = try #require(report.traces.first).summary
    // An event out of order would show as a block that ends before it begins, or that begins where another lives.
    #expect(summary.unknownBlocks == 0)
    #expect(summary.unseenEnds == 0)
    #expect(summary.threads == count + 1)
    let operations = try operations(report.traces.first)
    #expect(operations.filter { $0.kind == .reallocate || $0.kind == .allocate }.count > 15_000 * count)
    // What a thread's own control block and stack cost may stay; every block of the boxes ends.
    let begun = operations.filter { $0.kind == .allocate && ($0.size <= 127 || $0.size == 200) }
    #expect(operations.filter { $0.kind == .deallocate }.count >= begun.count)
  }

  @Test("An address that one thread gives up and another gets is given up first")
  func reusedAddresses() throws {
    let path = try program(
      "reused",
      before: """
        static void *work(void *unused) { for (int i = 0; i < 10000; i++) free(malloc(5000)); return 0; }
        """,
      """
      mallopt(M_MMAP_THRESHOLD, 4096); // The kernel hands a block's address to whoever asks next.
      pthread_t t[4];
      for (int i = 0; i < 4; i++) pthread_create(&t[i], 0, work, 0);
      for (int i = 0; i < 4; i++) pthread_join(t[i], 0);
      """)
    let report = try recording(path).run()
    let summary = try #require(report.traces.first).summary
    #expect(summary.unknownBlocks == 0)
    #expect(summary.unseenEnds == 0)
    #expect(try operations(report.traces.first).filter { $0.size == 5000 }.count == 40_000)
  }

  @Test("A thousand threads, one after another, share their streams")
  func shortThreads() throws {
    let path = try program(
      "short", before: "static void *work(void *p) { free(p); return malloc(1001); }",
      """
      for (int i = 0; i < 1000; i++) {
        pthread_t t; void *r;
        pthread_create(&t, 0, work, malloc(1002)); pthread_join(t, &r); free(r);
      }
      """)
    let report = try recording(path).run()
    let trace = try #require(report.traces.first)
    #expect(trace.summary.threads == 1001)
    #expect(trace.summary.remarks == [])
    let operations = try operations(trace)
    #expect(operations.filter { $0.kind == .allocate && $0.size == 1001 }.count == 1000)
    #expect(operations.filter { $0.kind == .allocate && $0.size == 1002 }.count == 1000)
    #expect(operations.filter { $0.kind == .thread }.count >= 2000)
  }

  @Test("A forked child gets its own trace, however it was forked", arguments: ["fork()", "_Fork()"])
  func forks(call: String) throws {
    let path = try program(
      "forks",
      """
      void *p = malloc(500);
      if (\(call) == 0) { free(p); for (int i = 0; i < 3; i++) malloc(600); _exit(0); }
      wait(NULL);
      free(p);
      malloc(700);
      """)
    let report = try recording(path).run()
    try #require(report.traces.count == 2)
    let sizes = try report.traces.map { try operations($0).filter { $0.kind == .allocate }.map(\.size) }
    #expect(sizes == [[500, 700], [600, 600, 600]])
    #expect(report.traces[0].path == folder.path.appending("app.trace"))
    #expect(report.traces[1].path == folder.path.appending("app.trace.\(report.traces[1].process)"))
    #expect(report.traces.map(\.summary.unknownBlocks) == [0, 1])

    var alone = recording(path)
    alone.includesChildren = false
    #expect(try alone.run().traces.count == 1)
  }

  @Test("The program that exec starts gets the trace's name, the one before it a number")
  func execs() throws {
    let path = try program(
      "execs", "if (argc > 1) { malloc(800); return 4; } malloc(900); execl(argv[0], argv[0], \"again\", NULL);")
    let report = try recording(path).run()
    try #require(report.traces.count == 2)
    #expect(report.status == 4)
    #expect(try report.traces.map { try operations($0).map(\.size) } == [[800], [900]])
    #expect(report.traces[1].path == folder.path.appending("app.trace.\(report.traces[0].process).1"))
  }

  @Test("A killed program leaves all that it did", arguments: [10, 50_000])
  func killed(count: Int) throws {
    let path = try program(
      "killed", "for (int i = 0; i < \(count); i++) malloc(123); kill(getpid(), SIGKILL); pause();")
    let report = try recording(path).run()
    #expect(report.signal == SIGKILL)
    #expect(report.status == 128 + SIGKILL)
    #expect(try operations(report.traces.first).count == count)
  }

  @Test("A daemon that closes everything and leaves its folder and environment is recorded to its end")
  func daemons() throws {
    let path = try program(
      "daemons",
      """
      if (fork()) return 0;
      setsid(); chdir("/"); clearenv();
      free(malloc(66)); // The file is opened here.
      for (int i = 0; i < 2000; i++) close(i);
      for (int i = open("/dev/null", O_RDWR); i < 2000; i++) dup2(0, i);
      for (int i = 0; i < 50000; i++) free(malloc(64));
      if (fork() == 0) { malloc(65); _exit(0); }
      """)
    let report = try recording(path).run()
    let counts = try report.traces.map { try operations($0).count }.sorted()
    #expect(counts == [1, 100_002])
  }

  @Test("Calls before main are recorded")
  func startUp() throws {
    let path = try program(
      "early",
      before: """
        static int chosen(void) { return 0; }
        static void *choose(void) { malloc(30); return chosen; }
        int choice(void) __attribute__((ifunc("choose")));
        __attribute__((constructor(101))) static void early(void) { malloc(31); }
        """, "malloc(32); return choice();", flags: ["-Wl,-z,lazy"])
    // The loader runs `choose` while it links the program, before the C library has the environment.
    #expect(try operations(recording(path).run().traces.first).map(\.size) == [30, 31, 32])
  }

  @Test("A Swift program runs on its own runtime, not on the recorder's")
  func swiftProgram() throws {
    let report = try recording("swiftc", "--version").run()
    #expect(report.status == 0)
    #expect(try #require(report.traces.first).summary.operations > 1000)
  }

  @Test("Skipping and cutting leave a trace that stands alone")
  func skipsAndCuts() throws {
    let path = try program(
      "cut",
      """
      void *p[10];
      for (int i = 0; i < 10; i++) p[i] = malloc(10 + i);
      for (int i = 0; i < 9; i++) free(p[i]);
      p[9] = realloc(p[9], 99);
      for (int i = 0; i < 10; i++) malloc(50 + i);
      """)
    var recording = recording(path)
    recording.skip = 15
    recording.limit = 5
    let report = try recording.run()
    let operations = try operations(report.traces.first)
    // Fifteen are left out: ten beginnings and five ends. The other four ends are of blocks that the trace never saw.
    // One of the five may be a mark in time.
    #expect(operations.count >= 4)
    #expect(operations.allSatisfy { $0.kind == .allocate })
    #expect(operations.map(\.size).prefix(4) == [99, 50, 51, 52])
    #expect(operations.map(\.slot).prefix(4) == [0, 1, 2, 3])
    #expect(report.traces.first?.summary.operations == 5)
    #expect(report.traces.first?.summary.isCut == true)
  }

  @Test("What cannot be recorded is told, with the reason")
  func refusals() throws {
    func failure(_ arguments: String...) -> RecordingError? {
      var recording = Recording(arguments: arguments, output: folder.path.appending("app.trace"))
      recording.isQuiet = true
      do throws(RecordingError) { _ = try recording.run() } catch { return error }
      return nil
    }
    let missing = try #require(failure("./no-such-program"))
    #expect(missing.exitStatus == 127)
    #expect(missing.description.contains("no such program"))

    _ = try folder.write("exit 3\n", to: "script")
    chmod(folder.path.appending("script").string, 0o755)
    let script = try #require(failure(folder.path.appending("script").string))
    #expect(script.exitStatus == 126)
    #expect(script.description.contains("names no interpreter"))

    let idle = try program("idle", "return 6;")
    let ownAllocator = try #require(failure(idle))
    #expect(ownAllocator.exitStatus == 6)
    #expect(ownAllocator.description.contains("never called the C library's malloc"))

    let brief = try program("brief", "free(malloc(3));")
    var recording = recording(brief)
    recording.skip = 2
    #expect(throws: RecordingError.self) { try recording.run() }
    recording.skip = 1
    #expect(throws: RecordingError.self) { try recording.run() }
    recording.skip = 0
    #expect(try recording.run().traces.first?.summary.operations == 2)
    _ = folder.contents.filter { $0.hasSuffix(".trace") }.map { unlink(folder.path.appending($0).string) }

    let linked = try program("linked", "free(malloc(3)); return 7;", flags: ["-static"])
    let staticallyLinked = try #require(failure(linked))
    #expect(staticallyLinked.exitStatus == 7)
    #expect(staticallyLinked.description.contains("statically linked"))
    #expect(folder.contents.filter { $0.contains("recording") || $0.contains("trace") }.isEmpty)
  }

  @Test("A setuid program is told apart", .enabled(if: getuid() == 0, "only root can make a program of another user's"))
  func changesUser() throws {
    let path = try program("changes", "free(malloc(3));")
    chown(path, 65_534, 65_534)
    chmod(path, 0o4755)
    // Where the file system ignores the bit, the program is recorded.
    do throws(RecordingError) {
      _ = try recording(path).run()
    } catch {
      #expect(error.description.contains("setuid"))
    }
  }
}
