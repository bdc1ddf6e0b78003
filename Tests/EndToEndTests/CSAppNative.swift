import Glibc
import Judging
import SystemPackage
import Testing

/// C files of a malloc lab with a driver and a `memlib` of the tests' own, run as programs of this machine.
enum CSAppNative {
  /// What the program found.
  struct Figures: Equatable {
    /// Bytes of payload at the most, and the heap's size at the end.
    let peak: Int
    let heap: Int

    var percent: Double { Double(peak) / Double(max(heap, 1)) * 100 }
  }

  /// Where the heap lies and what it may grow to are macros, and whether `mm_init` answers with a Boolean. Null is what an id has that has no
  /// block, and an operation beyond the header's number is none.
  private static let driver = """
    #define _GNU_SOURCE
    #include <stdio.h>
    #include <stdlib.h>
    #include <stdint.h>
    #include <string.h>
    #include <sys/mman.h>

    int mm_init(void *);
    void *mm_malloc(size_t);
    void mm_free(void *);
    void *mm_realloc(void *, size_t);

    static char *memory;
    static size_t end;
    void *mem_sbrk(intptr_t n) {
      if (n < 0 || end + n > HEAP_LIMIT) return (void *)-1;
      end += n;
      return memory + end - n;
    }
    void *mem_heap_lo(void) { return memory; }
    void *mem_heap_hi(void) { return memory + end - 1; }
    size_t mem_heapsize(void) { return end; }
    size_t mem_pagesize(void) { return 4096; }
    void *mm_memset(void *to, int value, size_t count) { return memset(to, value, count); }
    void *mm_memcpy(void *to, const void *from, size_t count) { return memcpy(to, from, count); }

    int main(void) {
      long header[4];
      for (int i = 0; i < 4; i++) if (scanf("%ld", header + i) != 1) return 1;
      char **blocks = calloc(header[1], sizeof *blocks);
      size_t *sizes = calloc(header[1], sizeof *sizes), live = 0, peak = 0;
      char kind;
      long id;
      size_t size;
      int how = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE;
      memory = mmap((void *)HEAP_BASE, HEAP_LIMIT, PROT_READ | PROT_WRITE, how, -1, 0);
      if (memory != (char *)HEAP_BASE) return 5;
      void *none = NULL;
      int answer = mm_init(&none);
      if (IS_BOOLEAN ? !(answer & 255) : answer < 0) return 2;
      while (header[2]-- > 0 && scanf(" %c %ld", &kind, &id) == 2) {
        if (kind == 'f') {
          mm_free(id < 0 ? NULL : blocks[id]);
          if (id < 0) continue;
          live -= sizes[id];
          sizes[id] = 0;
          blocks[id] = NULL;
          continue;
        }
        if (scanf("%zu", &size) != 1) return 3;
        blocks[id] = kind == 'a' ? mm_malloc(size) : mm_realloc(blocks[id], size);
        if (!blocks[id] && size) return 4;
        live += size - sizes[id];
        sizes[id] = size;
        if (live > peak) peak = live;
      }
      fprintf(stderr, "%zu %zu\\n", peak, end);
      return 0;
    }
    """

  private static let headers = [
    ("mm.h", "#include <stddef.h>\ntypedef struct { char *team, *a, *b, *c, *d; } team_t;\n"),
    (
      "memlib.h",
      "#include <stdint.h>\n#include <stddef.h>\nvoid *mem_sbrk(intptr_t);\nvoid *mem_heap_lo(void);\nvoid *mem_heap_hi(void);\n"
    ),
  ]

  /// The figures of a C file on a script.
  ///
  /// - Parameters:
  ///   - defines: macros of the C file.
  ///   - bits: for how many it is built. Of 32, nil where this machine has no packages for that.
  static func run(
    _ mm: FilePath, _ script: FilePath, in workspace: Workspace, defines: [String] = [], base: Int = 0x4400_0000,
    limit: Int = 64 << 20, isBoolean: Bool = false, bits: Int = 64
  ) throws -> Figures? {
    try workspace.write(driver, to: "native/driver.c")
    for (name, text) in headers { try workspace.write(text, to: "native/\(name)") }
    try workspace.write(Files.read(mm), to: "native/mm.c")
    let folder = workspace.folder.appending("native")
    let own = "-DHEAP_BASE=\(base)ul -DHEAP_LIMIT=\(limit)ul -DIS_BOOLEAN=\(isBoolean ? 1 : 0)"
    let options = (defines.map { "-D\($0)" } + ["-w", "-O1", "-fgnu89-inline", "-m\(bits)"]).joined(separator: " ")
    let line =
      "cd '\(folder)' && { command -v gcc >/dev/null && c=gcc || c=clang; } && "
      + "$c \(options) \(own) -o driver driver.c mm.c 2>errors && ./driver < '\(script)' 2>&1 >/dev/null"
    let numbers = try shell(line).split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
    if bits == 32, numbers.isEmpty { return nil }
    let errors = String(decoding: try Files.read(folder.appending("errors")), as: UTF8.self)
    try #require(numbers.count == 2, "\(errors)")
    return Figures(peak: numbers[0], heap: numbers[1])
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
}
