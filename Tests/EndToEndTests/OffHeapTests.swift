import Examining
import Exercises
import Judging
import SystemPackage
import Testing
import Traces
import Workloads

extension EndToEndBeside {
  /// Memory that a subject keeps outside its heap counts, wherever it is, also if it is given back before the end.
  @Suite(.serialized) struct OffHeapTests {
    static let hidden = 6 << 20

    /// Calls of `allocate` that come before, and after, `count` of them.
    private func trace() -> Trace {
      var builder = AllocationTraceBuilder()
      for _ in 0..<6000 {
        builder.allocate(64)
        builder.deallocateLast()
      }
      return builder.trace(
        name: "pairs", seed: 1, parameters: [("block.size", 64), ("block.alignment", 8), ("heap.limit", 1 << 20)])
    }

    @Test(arguments: [
      // Globals, which stay.
      ("char hidden[6 << 20];", "if (++calls == 2000) memset(hidden, 1, sizeof hidden);", true),
      // The C library's malloc, given back.
      (
        "static char *hidden;",
        "if (++calls == 2000) memset(hidden = malloc(6 << 20), 1, 6 << 20); if (calls == 4000) free(hidden);", true
      ),
      (
        "static char *hidden;",
        """
        if (++calls == 2000) memset(hidden = mmap(0, 6 << 20, 3, MAP_PRIVATE | MAP_ANON, -1, 0), 1, 6 << 20);
        if (calls == 4000) munmap(hidden, 6 << 20);
        """, true
      ),
      // What is only reserved, and never touched, takes no memory.
      ("char hidden[6 << 20];", "if (++calls == 2000) hidden[0] = 1;", false),
      ("", "++calls;", false),
    ])
    func inC(declaration: String, code: String, isCharged: Bool) throws {
      let judge = try Outside.judge()
      let text =
        "#include <stdlib.h>\n#include <sys/mman.h>\n#define MAP_ANON 0x20\nstatic int calls;\n\(declaration)\n"
        + CSAppSubjects.implicitList.replacing("char *b = first;\n", with: "\(code)\n  char *b = first;\n")
      let subject = try Outside.csapp(text, judge)
      defer { judge.builder.discardAll() }
      let result = try Outside.replay(trace(), subject, judge)
      #expect(result.violation == nil)
      expect(result, isCharged, code)
    }

    /// Shared anonymous memory is in no private count; so a worker cannot have any.
    @Test func sharedMappingsAreNotToBeHad() throws {
      let judge = try Outside.judge()
      let text =
        "#include <sys/mman.h>\n"
        + CSAppSubjects.implicitList.replacing(
          "char *b = first;\n",
          with: "if (mmap(0, 4096, 3, 0x21, -1, 0) != MAP_FAILED) return NULL;\n  char *b = first;\n")
      let subject = try Outside.csapp(text, judge)
      defer { judge.builder.discardAll() }
      #expect(try Outside.replay(trace(), subject, judge).violation == nil)
    }

    @Test(arguments: [
      // A Swift array, given back.
      ("", "var hidden: [UInt8] = []", "hidden = Array(repeating: 1, count: 6 << 20)", "hidden = []", true),
      ("nonisolated(unsafe) var hidden: [UInt8] = []", "", "hidden = Array(repeating: 1, count: 6 << 20)", "", true),
      (
        "import Glibc", "var hidden: UnsafeMutableRawPointer? = nil",
        """
        hidden = unsafe mmap(nil, 6 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        unsafe hidden?.initializeMemory(as: UInt8.self, repeating: 1, count: 6 << 20)
        """, "unsafe munmap(hidden, 6 << 20)", true
      ),
      ("", "", "", "", false),
    ])
    func inSwift(global: String, stored: String, taking: String, giving: String, isCharged: Bool) throws {
      let workspace = try Workspace()
      try workspace.write(
        """
        import AllocLab
        \(global)

        public struct PoolAllocator: BlockPool {
          let heap: Heap
          let block: Layout
          var next: Address?
          var calls = 0
          \(stored)

          public init(heap: Heap, block: Layout) {
            self.heap = heap
            self.block = block
          }

          public mutating func allocate() -> Address? {
            calls += 1
            if calls == 2000 {
              \(taking)
            }
            if calls == 4000 {
              \(giving)
            }
            defer { next = nil }
            return next ?? heap.grow(by: 64)
          }

          public mutating func deallocate(_ address: Address) { next = address }
        }
        """, to: "PoolAllocator.swift")
      let judge = try Outside.judge(admitsUnsafeCode: true)
      let pool = try #require(Catalogue.all.exercise("pool"))
      switch try judge.builder.build(pool, of: Submission(workspace.folder)) {
      case .refused(let messages, _): Issue.record("\(messages)")
      case .built(let worker):
        defer { judge.builder.discard(worker) }
        let result = try judge.replay(Subject(pool, worker: worker), trace(), lockstep: false)
        #expect(result.violation == nil)
        expect(result, isCharged, taking)
      }
    }

    private func expect(_ result: CheckedResult, _ isCharged: Bool, _ code: String) {
      if isCharged {
        #expect(result.privateFootprint > Self.hidden * 9 / 10, "\(code)")
        #expect(result.privateFootprint < Self.hidden * 3 / 2, "\(code)")
      } else {
        #expect(result.privateFootprint < 64 << 10, "\(code)")
      }
    }
  }
}
