import Examining
import Exercises
import Grading
import Judging
import SystemPackage
import Testing

extension EndToEndBeside {
  /// Submissions that attack the judge by what only exercises with tables and answers have.
  @Suite(.serialized) struct AnswerAttackTests {
    @Test func answersAreClaimsAndTablesAreRead() throws {
      let workspace = try Workspace()
      for (name, (source, _)) in Self.attacks {
        try Files.makeDirectory(workspace.folder.appending("class/\(name)"))
        try Files.write(Array(source.utf8), to: workspace.folder.appending("class/\(name)/LeakFinder.swift"))
      }
      let result = try CommandLineTool.run(
        "grade", "class", "-o", "reports", "--only", "leaks", "--no-shrink", "--admit-unsafe", in: workspace.folder,
        seconds: 300)
      #expect(result.status == 1, "\(result.all.suffix(2000))")
      for (name, (_, expected)) in Self.attacks {
        let leaks = try Report(workspace.folder.appending("reports/instructor/\(name).json")).exercise("leaks")
        // That all blocks are lost for good is right where they are.
        #expect(leaks.points == 0 || name == "answers-by-thread", "\(name)")
        #expect(!leaks.findings.isEmpty, "\(name)")
        #expect(leaks.findings.allSatisfy(expected.contains), "\(name): \(leaks.findings)")
      }
    }

    private static let attacks: [String: (source: String, expected: [ViolationKind])] = [
      "answers-without-end": (
        #"""
        // Answers with more words than there is memory for them.
        import AllocLab

        struct LeakFinder: LeakDetector, ~Copyable {
          init(image: HeapImage) {}
          mutating func classify(_ categories: inout CategoryList) {
            for _ in 0..<1 << 24 { categories.append(.reachable) }
          }
          mutating func total(_ category: LeakCategory) -> LeakTotal { LeakTotal(blocks: .min, bytes: .max) }
          mutating func report(_ records: inout RecordList) {
            for _ in 0..<1 << 22 {
              records.append(LeakRecord(category: .definite, site: .max, total: LeakTotal(blocks: .max, bytes: .min)))
            }
          }
        }
        """#,
        [.answerTooLong, .wrongTotal]
      ),
      "answers-by-thread": (
        #"""
        // A thread goes on changing what was answered.
        import AllocLab
        import Glibc

        nonisolated(unsafe) var answers = UnsafeMutablePointer<UInt64>(bitPattern: 8)!

        struct LeakFinder: LeakDetector, ~Copyable {
          let count: Int

          init(image: HeapImage) {
            count = image.blocks.count
            var status = stat()
            fstat(3, &status)
            let words = mmap(nil, Int(status.st_size), PROT_READ | PROT_WRITE, MAP_SHARED, 3, 0)!
              .assumingMemoryBound(to: UInt64.self)
            // Behind the control page, operations, outcomes and slots.
            answers = words + 512 + 2 * Int(words[6]) + 3 * Int(words[7])
            var thread = pthread_t()
            let error = pthread_create(
              &thread, nil,
              { _ in while true { for place in 0..<8 { answers[place] = answers[place] % 4 + 1 } } }, nil)
            // A submission has no thread but the judge's own.
            if error == 0 { _exit(1) }
          }
          mutating func classify(_ categories: inout CategoryList) {
            for _ in 0..<count { categories.append(.definite) }
          }
          mutating func total(_ category: LeakCategory) -> LeakTotal { LeakTotal() }
          mutating func report(_ records: inout RecordList) {}
        }
        """#,
        [
          .missedLeak, .falseLeak, .wrongCategory, .wrongTotal, .wrongRecord, .incompleteAnswer,
          .crash,
        ]
      ),
      "write-tables": (
        #"""
        // Writes to the tables: if that could be done, it ends at once, which nobody expects.
        import AllocLab
        import Glibc

        struct LeakFinder: LeakDetector, ~Copyable {
          init(image: HeapImage) {
            var status = stat()
            guard fstat(5, &status) == 0 else { _exit(1) }
            let flags = [PROT_READ | PROT_WRITE, PROT_WRITE]
            for flags in flags where mmap(nil, Int(status.st_size), flags, MAP_SHARED, 5, 0) != MAP_FAILED { _exit(2) }
            let shown = mmap(nil, Int(status.st_size), PROT_READ, MAP_SHARED, 5, 0)
            guard shown != MAP_FAILED else { _exit(3) }
            if mprotect(shown, Int(status.st_size), PROT_READ | PROT_WRITE) == 0 { _exit(4) }
            var word: UInt64 = 0
            if pwrite(5, &word, 8, 4096) > 0 || ftruncate(5, 0) == 0 { _exit(5) }
          }
          mutating func classify(_ categories: inout CategoryList) {}
          mutating func total(_ category: LeakCategory) -> LeakTotal { LeakTotal() }
          mutating func report(_ records: inout RecordList) {}
        }
        """#,
        [.incompleteAnswer, .wrongTotal, .crash]
      ),
    ]
  }
}
