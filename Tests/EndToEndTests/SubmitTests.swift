import Judging
import SystemPackage
import Testing

extension EndToEndBeside {
  /// `submit`: what is packed, and what is said of it.
  @Suite(.serialized) struct SubmitTests {
    private let workspace: Workspace
    private var folder: FilePath { workspace.folder }

    init() throws { workspace = try Workspace() }

    @Test func whatItPacksIsGradedAsItWas() throws {
      try workspace.copy("Solutions/VirtualMemory", to: "VirtualMemory")
      try workspace.write("notes", to: "VirtualMemory/notes.txt")
      let packed = try CommandLineTool.run("submit", "VirtualMemory", "-o", "class/ada.zip", in: folder)
      #expect(packed.status == 2, "the folder of the zip is not there: \(packed.all)")
      try Files.makeDirectory(folder.appending("class"))
      let again = try CommandLineTool.run("submit", "VirtualMemory", "-o", "class/ada.zip", in: folder)
      #expect(again.status == 0, "\(again.all)")
      #expect(again.output.contains("+ PageReplacement.swift"), "\(again.all)")
      #expect(again.output.contains("- notes.txt is no Swift file"), "\(again.all)")
      let graded = try CommandLineTool.run("grade", "--class", "class", "-o", "reports", in: folder, seconds: 300)
      #expect(graded.status == 0, "\(graded.all)")
      #expect(graded.output.contains("ada") && graded.output.contains("5"), "\(graded.all)")
    }

    @Test func whatWouldBeRefusedIsToldAndPackedAllTheSame() throws {
      try workspace.write("import Glibc\n", to: "Allocators/ArenaAllocator.swift")
      let packed = try CommandLineTool.run("submit", "Allocators", in: folder)
      #expect(packed.status == 1, "\(packed.all)")
      #expect(packed.output.contains("not safe Swift: import of 'Glibc'"), "\(packed.all)")
      #expect(packed.output.contains("! GeneralAllocator.swift is not there"), "\(packed.all)")
      #expect(packed.output.contains("Allocators.zip"), "\(packed.all)")
      #expect(Files.exists(folder.appending("Allocators.zip")))
    }
  }
}
