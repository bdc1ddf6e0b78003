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
  }
}
