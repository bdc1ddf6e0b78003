import Examining
import Exercises
import Grading
import Judging
import SystemPackage
import Testing

extension EndToEndBeside {
  /// `verify-grader --mutations`, on a pool that is small enough to know what its mutations do.
  @Suite(.serialized) struct MutationVerificationTests {
    private let workspace: Workspace

    private static let pool = """
      import AllocLab

      public struct PoolAllocator: BlockPool, ~Copyable {
        let heap: Heap
        let stride: Int
        var free: [Address] = []
        var returns = 0

        public init(heap: Heap, block: Layout) {
          self.heap = heap
          stride = block.stride ?? 0
        }

        public mutating func allocate() -> Address? {
          if let block = free.popLast() { return block }
          guard stride > 0 else { return nil }
          return heap.grow(by: stride)
        }

        public mutating func deallocate(_ address: Address) {
          free.append(address)
          returns &+= 1
        }
      }

      """

    init() throws {
      workspace = try Workspace()
      try workspace.write(Self.pool, to: "solutions/ProblemSet1/PoolAllocator.swift")
      for folder in ["", "rubrics", "traces"] { try workspace.copy("grading/\(folder)", to: "course/\(folder)") }
    }

    private static let seed: UInt64 = 5

    /// The names of the mutations that make these texts of the pool.
    private func names(_ changes: [(find: String, replace: String)]) throws -> [String] {
      let judge = try Outside.judge()
      defer { judge.builder.discardAll() }
      let submission = try Submission(workspace.folder.appending("solutions/ProblemSet1"))
      let candidates = try Mutator(judge).mutations(of: submission.files, in: submission.folder).map {
        MutationDraw.Candidate(solution: 0, mutation: $0)
      }
      let order = MutationDraw.order(candidates, of: "pool", seed: Self.seed)
      return try changes.map { find, replace in
        let wanted = EquivalentMutations.Entry(
          exercise: "pool", design: nil, file: "PoolAllocator.swift", find: find, replace: replace, reason: "wanted")
        let list = EquivalentMutations([wanted])
        let place = try #require(
          order.firstIndex {
            list.entry(for: $0.mutation, of: submission.files[0].bytes, exercise: "pool", design: nil) != nil
          })
        return "pool-\(place + 1)"
      }
    }

    private func verify(_ names: [String]) throws -> CommandLineTool.Result {
      try CommandLineTool.run(
        ["verify-grader", "--mutations", "1000", "--seed", "\(Self.seed)", "--exercise", "pool", "--course", "course"]
          + ["--references", "solutions"] + names.flatMap { ["--mutant", $0] }, in: workspace.folder)
    }

    @Test func killsAndSurvivorsAreToldApart() throws {
      let names = try names([
        ("returns &+= 1", "returns &+= 2"), ("return heap.grow(by: stride)", "return nil"),
      ])
      let result = try verify(names)
      #expect(result.status == 1, "\(result.all)")
      #expect(
        result.output.contains(
          """
          ✗ \(names[0]) survived
              constant-off-by-one in PoolAllocator.deallocate of the reference solution, PoolAllocator.swift:22
              -     returns &+= 1
              +     returns &+= 2
          """), "\(result.all)")
      #expect(!result.output.contains("\(names[1]) "), "\(result.all)")
      let row = try #require(result.output.split(separator: "\n").first { $0.hasPrefix("pool ") })
      #expect(row.split(separator: " ") == ["pool", "2", "1", "50.00", "%", "1", "50.00", "%", "1", "0"])

      // Both listed, and one whose text is gone.
      try workspace.write(
        """
        {"equivalent": [
          {"exercise": "pool", "file": "PoolAllocator.swift", "find": "returns &+= 1", "replace": "returns &+= 2",
            "reason": "nobody reads it"},
          {"exercise": "pool", "file": "PoolAllocator.swift", "find": "return heap.grow(by: stride)", "replace": "return nil",
            "reason": "wrong"},
          {"exercise": "pool", "file": "PoolAllocator.swift", "find": "returns -= 1", "replace": "returns -= 2",
            "reason": "gone"}]}
        """, to: "course/mutations/equivalent.json")
      let again = try verify(names)
      #expect(again.status == 1, "\(again.all)")
      #expect(!again.output.contains("survived\n"), "\(again.all)")
      #expect(again.output.contains("✗ \(names[1]) is listed as equivalent, and was killed: "), "\(again.all)")
      #expect(again.output.contains("does not occur exactly once any more"), "\(again.all)")
      #expect(again.output.contains("    returns -= 1\n"), "\(again.all)")
      let other = try #require(again.output.split(separator: "\n").first { $0.hasPrefix("pool ") })
      #expect(other.split(separator: " ") == ["pool", "1", "1", "100.00", "%", "1", "100.00", "%", "0", "1"])
    }

    @Test(arguments: [
      (["--mutations", "0"], "1 or more"), (["--mutations", "x"], "'x'"), (["--seed", "1"], "--mutations"),
      (["--mutations", "3", "--quick"], "give one of them"),
      (["--mutations", "3", "--draws", "3"], "give one of them"),
      (["--mutations", "3", "--mutant", "no-header"], "as in pool-17"),
    ])
    func wrongArgumentsAreNamed(arguments: [String], said: String) throws {
      let result = try CommandLineTool.run(["verify-grader"] + arguments, in: workspace.folder)
      #expect(result.status == 64, "\(result.all)")
      #expect(result.all.contains(said), "\(result.all)")
    }
  }
}
