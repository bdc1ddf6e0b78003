import Judging
import SystemPackage
import Testing
import Traces

extension EndToEndBeside {
  /// What is said of a mistake is what it is: on which byte, and nothing at all of what does not show again.
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
      #expect(result.output.contains("constructed-state-lost"), "\(result.all)")
      #expect(
        result.output.contains("byte 4 is not as the constructor leaves it: expected 0x00, found 0x07"),
        "\(result.all)")
    }

    /// What a worker does wrong only because it has lived so long is no finding: it is tried once more, in one of its own.
    @Test func whatDoesNotShowAgainIsNoFinding() throws {
      let workspace = try workspace(
        "PoolAllocator.swift", "  @inlinable public mutating func allocate() -> Address? {\n",
        """
          public mutating func allocate() -> Address? {
            calls += 1
            if calls == 300_000 { return Address(1) }

        """)
      let path = workspace.folder.appending("ada/PoolAllocator.swift")
      let text = String(decoding: try Files.read(path), as: UTF8.self)
      try workspace.write("nonisolated(unsafe) var calls = 0\n" + text, to: "ada/PoolAllocator.swift")
      let result = try CommandLineTool.run(
        "chaos", "pool", "--in", "ada", "--admit-unsafe", "--length", "1000", "--operations", "600000", "--seed", "1",
        in: workspace.folder, seconds: 240)
      #expect(result.status == 0, "\(result.all)")
      #expect(result.output.contains("1 failure that did not show again"), "\(result.all)")
    }

    /// A mistake that the graded traces show after thousands of operations only is shown on a few.
    @Test func aSmallTraceIsFoundWhereALargeOneStaysLong() throws {
      let workspace = try workspace(
        "PoolAllocator.swift", "    if fresh != end {\n", "    if fresh != end, fresh / max(stride, 1) != 20_000 {\n")
      let result = try CommandLineTool.run("check", "ada", in: workspace.folder, seconds: 240)
      #expect(result.status == 1, "\(result.all)")
    }
  }
}
