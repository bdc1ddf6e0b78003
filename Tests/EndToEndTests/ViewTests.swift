import Glibc
import Judging
import SystemPackage
import Testing

extension EndToEndBeside {
  /// `alloclab view`: pictures of a right file and of a wrong one.
  @Suite(.serialized) struct ViewTests {
    private let workspace: Workspace
    private var folder: FilePath { workspace.folder }

    init() throws {
      workspace = try Workspace()
      try workspace.copy("Solutions/Lab2", to: "right")
      try workspace.copy("Labs/Lab2", to: "starter")
    }

    private func page(_ name: String) throws -> String {
      String(decoding: try Files.read(folder.appending(name)), as: UTF8.self)
    }

    @Test func rightPicturesDifferNowhere() throws {
      let result = try CommandLineTool.run("view", "--in", "right", "cells", "heat", "history", in: folder)
      #expect(result.status == 0, "\(result.all)")
      #expect(result.output.contains("all pictures are right"))
      let text = try page("heap-view.html")
      #expect(text.contains("id=\"history\"") && !text.contains("id=\"pages\""))
      #expect(!text.contains("class=\"differs\""))
    }

    @Test func aStarterHasAPageToo() throws {
      let result = try CommandLineTool.run("view", "--in", "starter", "-o", "mine.html", in: folder)
      #expect(result.status == 1, "\(result.all)")
      #expect(result.output.contains("not right: cells, borders"))
      let text = try page("mine.html")
      #expect(text.contains("differs missing") && text.contains("wrongly taken or refused"))
    }

    @Test func whatIsNotThereIsTold() throws {
      let result = try CommandLineTool.run("view", "--in", "right", "nosuch", in: folder)
      #expect(result.status != 0 && result.errors.contains("no workload 'nosuch'"), "\(result.all)")
    }
  }
}
