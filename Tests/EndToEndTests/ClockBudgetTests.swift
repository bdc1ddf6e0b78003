import Examining
import Grading
import Judging
import SystemPackage
import Testing

extension EndToEnd {
  /// Who sleeps a little in each replay, and never enough to be called a hang, is told so before it has taken long.
  @Suite(.serialized) struct ClockBudgetTests {
    /// A pool that is right, and sleeps 0.4 s whenever it is made.
    private func sleepy() throws -> Workspace {
      let workspace = try Workspace()
      let file = CommandLineTool.root.appending("Solutions/ProblemSet1/PoolAllocator.swift")
      let text = String(decoding: try Files.read(file), as: UTF8.self)
      let place = "@inlinable public init(heap: Heap, block: Layout) {\n"
      try #require(text.contains(place))
      let changed = text.replacing(place, with: "public init(heap: Heap, block: Layout) {\n    sleepOnce()\n")
      // A trace may have thousands of subjects, one after the other.
      let sleeping =
        "import Glibc\nnonisolated(unsafe) var slept = false\n"
        + "@usableFromInline func sleepOnce() { if !slept { usleep(400_000) }; slept = true }\n"
      try workspace.write(sleeping + changed, to: "ada/PoolAllocator.swift")
      return workspace
    }

    @Test func sleepingInEachReplayUsesItUp() throws {
      let workspace = try sleepy()
      let result = try CommandLineTool.run(
        "grade", "ada", "-o", "reports", "--only", "pool", "--profile", "--admit-unsafe", in: workspace.folder)
      #expect(result.status == 1, "\(result.all)")
      let pool = try Report(workspace.folder.appending("reports/ada.json")).exercise("pool")
      let budget = try #require(pool.budget)
      #expect(budget.hasPrefix("the budget by the clock ran out: "), "\(budget)")
      #expect(result.output.contains("the budget by the clock ran out: "), "\(result.output)")
      #expect(pool.findings.contains(.hang))
      // Most traces were not even tried, and those that were cost no more than the budget, twice over.
      let notRun = pool.cases.filter { $0.violation?.message?.hasPrefix("not run: ") == true }
      #expect(!notRun.isEmpty, "\(result.output)")
      let line = try #require(result.errors.split(separator: "\n").last { $0.hasPrefix("by the clock") })
      let words = line.split(separator: " ")
      let slept = try #require(words.dropLast().last.flatMap { Double($0) })
      #expect(slept > 1 && slept < 12, "\(line)")
    }
  }
}
