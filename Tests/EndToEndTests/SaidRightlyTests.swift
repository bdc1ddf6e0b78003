import Judging
import SystemPackage
import Testing

extension EndToEndBeside {
  /// What is said of a mistake is what it is: the byte that differs, to begin with.
  @Suite(.serialized) struct SaidRightlyTests {
    /// A folder with the reference solution of Problem Set 1, in which a text that occurs once is another.
    private func workspace(_ file: String, _ find: String, _ replace: String) throws -> Workspace {
      let workspace = try Workspace()
      let path = CommandLineTool.root.appending("Solutions/ProblemSet1/\(file)")
      let text = String(decoding: try Files.read(path), as: UTF8.self)
      #expect(text.ranges(of: find).count == 1)
      try workspace.write(text.replacing(find, with: replace), to: "ada/\(file)")
      return workspace
    }

    /// The first eight bytes hold a number, of which a small link changes the highest bytes alone.
    @Test func theByteThatDiffersIsNamed() throws {
      let workspace = try workspace(
        "SlabAllocator.swift", "    magazine[count] = address\n",
        "    slabs.heap.store(UInt32(7), at: address + 4)\n    magazine[count] = address\n")
      let result = try CommandLineTool.run("check", "ada", "--no-shrink", in: workspace.folder)
      #expect(result.status == 1, "\(result.all)")
      #expect(result.output.contains("all-small-objects: constructed state lost"), "\(result.all)")
      #expect(
        result.output.contains("byte 4 is not as the constructor leaves it: expected 0x00, found 0x07"),
        "\(result.all)")
    }

    /// Nothing was ever freed, so nothing can have been joined badly: memory was never used.
    @Test func memoryThatWasNeverUsedIsNotCalledBadlyJoined() throws {
      let workspace = try workspace(
        "BuddyAllocator.swift", "let size = max(layout.size,",
        "let size = max(layout.size < 1 << 40 ? 2 * layout.size : layout.size,")
      let result = try CommandLineTool.run("check", "ada", in: workspace.folder)
      #expect(result.status == 1, "\(result.all)")
      #expect(result.output.contains("all-full-heaps: failed with room"), "\(result.all)")
      #expect(result.output.contains("returned nil, but 0x0000 ..< 0x20000 was never handed out"), "\(result.all)")
    }

    /// What is right and takes long is no mistake, and is told with the trace that cost most.
    @Test(.enabled(if: EndToEnd.GradeTests.isRelease)) func whatIsSlowIsCalledRight() throws {
      let workspace = try workspace(
        "PoolAllocator.swift", "    if free != 0 {\n      let block = Address(free &- 1)",
        """
            for number in 0..<4000 where heap.end.offset &+ number < 0 { return nil }
            if free != 0 {
              let block = Address(free &- 1)
        """)
      let result = try CommandLineTool.run("grade", "--only", "pool", "--no-shrink", "ada", in: workspace.folder)
      #expect(result.status == 1, "\(result.all)")
      let loss = "– pool: right, but it takes more than the reference solution: time ("
      #expect(result.output.contains(loss) && !result.output.contains("✗"), "\(result.all)")
      #expect(result.output.contains("time: 0 of 5 = mean of [churn "), "\(result.all)")
    }
  }
}
