import Glibc
import Judging
import SystemPackage
import Testing

extension EndToEnd {
  /// `watch`, as someone sits before it who mends a file.
  @Suite(.serialized) struct WatchTests {
    private let workspace: Workspace
    private var folder: FilePath { workspace.folder }

    init() throws {
      workspace = try Workspace()
      try workspace.copy("Labs/VirtualMemory", to: "work")
    }

    private func solve() throws {
      try workspace.copy("Solutions/VirtualMemory", to: "work")
    }

    @Test func hintsComeOneByOneAndASavedFileIsCheckedAnew() throws {
      let result = try TerminalTool.run(
        ["watch", "page-replacement", "--in", "work"], in: folder,
        [
          .init(seen: "h hint", keys: "h"),
          .init(seen: "h next hint", keys: "h", also: {}),
          .init(seen: "r check again   q quit", also: solve),
          .init(seen: "✓ page-replacement", keys: "q"),
        ], seconds: 200)
      #expect(result.status == 0, "\(result.screen)")
      #expect(result.screen.contains("this was check 1") && result.screen.contains("this was check 2"))
      // The terminal is given back, and the last verdict stands on it.
      let end = try #require(result.screen.ranges(of: "\u{1b}[?1049l").last)
      #expect(result.screen[end.upperBound...].contains("✓ page-replacement"))
    }

    @Test func interruptsEndItAtOnceEvenInTheMiddleOfACheck() throws {
      let result = try TerminalTool.run(
        ["watch", "page-replacement", "--in", "work"], in: folder, whenSeen: "page-replacement: compiling",
        press: "\u{3}")
      #expect(result.status == -SIGINT, "\(result.screen)")
      #expect(result.screen.contains("\u{1b}[?1049l"))
      #expect(!result.screen.contains("✗"))
    }

    @Test func withoutATerminalItSaysWhatToDo() throws {
      let result = try CommandLineTool.run("watch", "page-replacement", "--in", "work", in: folder)
      #expect(result.status == 2)
      #expect(result.errors.contains("run `alloclab check page-replacement` instead"), "\(result.all)")
    }
  }
}
