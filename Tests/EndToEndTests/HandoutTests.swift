import Glibc
import Gradebook
import Judging
import SystemPackage
import Testing

extension EndToEnd {
  /// What students are given: made, looked through by other means than it was itself, and used.
  @Suite(.serialized) struct HandoutTests {
    private let workspace: Workspace
    private var folder: FilePath { workspace.folder }

    init() throws { workspace = try Workspace() }

    private static let texts: Set = ["swift", "c", "h", "md", "json", "sh", "map", "modulemap"]

    /// Lines that say something, without the space around them.
    private static func lines(of file: FilePath) throws -> Set<String> {
      let text = String(decoding: try Files.read(file, limit: 1 << 28), as: UTF8.self)
      let lines = text.split(separator: "\n").map { String($0.drop { $0 == " " }) }
      return Set(lines.filter { $0.utf8.count >= 30 && !$0.hasPrefix("//") && !$0.hasPrefix("import") })
    }

    private func make(_ arguments: String...) throws -> CommandLineTool.Result {
      try CommandLineTool.run(["handout", "cs101"] + arguments, in: folder, seconds: 400)
    }

    @Test func itIsUsedWithoutAnythingElseAndHoldsNoSolution() throws {
      let made = try make()
      #expect(made.status == 0, "\(made.all)")
      let handout = folder.appending("cs101")
      #expect(Files.names(in: folder) == ["cs101"], "nothing is left beside it")
      try lookThrough(handout)
      try use(handout)
      // A second one is not laid over the first.
      let again = try make()
      #expect(again.status == 2)
      #expect(again.errors.contains("is there already"))
    }

    /// Every line of a solution that neither a starter nor the protocols have is in no file of it.
    private func lookThrough(_ handout: FilePath) throws {
      let root = CommandLineTool.root
      var given: Set<String> = []
      for name in ["ProblemSets", "Labs", "Sources/AllocLab"] {
        for file in Files.below(root.appending(name)) { given.formUnion(try Self.lines(of: file)) }
      }
      var secret: [String: String] = [:]
      for name in ["Solutions", "grading/honest", "grading/composed"] {
        for file in Files.below(root.appending(name)) {
          for line in try Self.lines(of: file) where !given.contains(line) { secret[line] = file.string }
        }
      }
      #expect(secret.count > 1000)
      let files = Files.below(handout)
      var shared: [String: Int] = [:]
      for file in files where Self.texts.contains(file.extension ?? "") {
        for line in try Self.lines(of: file) {
          if let from = secret[line] { shared["\(from) in \(file)", default: 0] += 1 }
        }
      }
      // Single lines that anybody would write: none has more than one.
      #expect(shared.values.allSatisfy { $0 <= 1 } && shared.count <= 6, "\(shared)")
      let names = files.map(\.string).map { $0.dropFirst(handout.string.count).lowercased() }
      for word in ["solution", "mutant", "honest", "attacks/", "grading", "tests", "traces/perl", ".build"] {
        #expect(!names.contains { $0.contains(word) && !$0.contains("recording") }, "\(word)")
      }
      let course = String(decoding: try Files.read(handout.appending("Course/course.json")), as: UTF8.self)
      #expect(course.contains(#""hiddenSeed": "example""#))
    }

    /// The tool in it fails the starter, and passes a solution that is copied into it.
    private func use(_ handout: FilePath) throws {
      let tool = handout.appending("lib/alloclab")
      // What `alloclab` in its folder would build, from the same sources; that takes half a minute.
      try Files.makeDirectory(handout.appending(".build"))
      let built = try CommandLineTool.program().removingLastComponent()
      #expect(symlink(built.string, handout.appending(".build/release").string) == 0)
      func check() throws -> CommandLineTool.Result {
        try CommandLineTool.run(program: tool, ["check", "page-replacement"], in: handout, seconds: 300)
      }
      let starter = try check()
      #expect(starter.status == 1, "\(starter.all)")
      #expect(starter.output.contains("checking Labs/VirtualMemory/PageReplacement.swift"), "\(starter.all)")
      #expect(starter.output.contains("✗ page-replacement"), "\(starter.all)")
      let unchanged = try CommandLineTool.run(
        program: tool, ["submit", "Labs/VirtualMemory"], in: handout, seconds: 100)
      #expect(unchanged.status == 1)
      #expect(unchanged.output.contains("is still the file that was handed out"), "\(unchanged.all)")
      let solution = try Files.read(CommandLineTool.root.appending("Solutions/VirtualMemory/PageReplacement.swift"))
      try Files.write(solution, to: handout.appending("Labs/VirtualMemory/PageReplacement.swift"))
      let solved = try check()
      #expect(solved.status == 0, "\(solved.all)")
      #expect(solved.output.contains("✓ page-replacement"), "\(solved.all)")
      let packed = try CommandLineTool.run(
        program: tool, ["submit", "Labs/VirtualMemory"], in: handout, seconds: 100)
      #expect(packed.status == 0, "\(packed.all)")
      #expect(Files.exists(handout.appending("VirtualMemory.zip")))
      let help = try CommandLineTool.run(program: tool, ["--help"], in: handout)
      #expect(help.output.contains("watch") && !help.output.contains("  grade "), "\(help.output)")
    }

    @Test(arguments: [
      ("Sources/Worker/Loop/Notes.swift", "/* notes */\n", "Solutions/ProblemSet1/BuddyAllocator.swift"),
      ("Labs/Allocators/README.md", "# Arena\n\nLike this:\n\n", "Solutions/Allocators/ArenaAllocator.swift"),
      ("ProblemSets/ProblemSet2/BoundsTable.swift", "", "Solutions/ProblemSet2/BoundsTable.swift"),
      ("Sources/Exercises/Machine/Extra.swift", "", "grading/honest/Allocation/pool"),
    ])
    func aPieceOfASolutionUnderAnotherNameIsRefused(place: String, before: String, source: String) throws {
      let copy = folder.appending("copy")
      try Files.makeDirectory(copy)
      let root = CommandLineTool.root
      #expect(system("cd '\(root)' && cp -R Sources grading Labs ProblemSets Solutions '\(copy)'") == 0)
      let path = root.appending(source)
      let file = try #require(Files.isDirectory(path) ? Files.below(path).first { $0.extension == "swift" } : path)
      // Some lines in the middle, pushed to the left.
      let lines = String(decoding: try Files.read(file), as: UTF8.self).split(separator: "\n")
      let piece = lines[(lines.count / 2)...].prefix(14).map { $0.drop { $0 == " " } }.joined(separator: "\n")
      try Files.write(Array((before + piece + "\n").utf8), to: copy.appending(place))
      let made = try CommandLineTool.run(
        ["handout", "cs101"], in: folder, seconds: 300, variables: ["ALLOCLAB_ROOT=\(copy)"])
      #expect(made.status == 2, "\(made.all)")
      #expect(made.errors.contains("nothing was handed out"), "\(made.all)")
      #expect(made.errors.contains("\(place):"), "\(made.all)")
      #expect(made.errors.contains(file.lastComponent?.string ?? "?"), "\(made.all)")
      #expect(Files.names(in: folder) == ["copy"])
    }

    @Test func whatIsThereAlreadyAndUnknownAssignmentsAreRefused() throws {
      try workspace.write("mine", to: "cs101/notes.txt")
      let used = try make()
      #expect(used.status == 2)
      #expect(used.errors.contains("cs101: is there already; name a folder that is not"), "\(used.all)")
      #expect(Files.names(in: folder.appending("cs101")) == ["notes.txt"])
      Files.remove(folder.appending("cs101"))
      let unknown = try make("--assignment", "Allocator")
      #expect(unknown.status == 2)
      #expect(unknown.errors.contains("Did you mean Allocators?"), "\(unknown.all)")
      #expect(Files.names(in: folder).isEmpty)
    }

    @Test func itsManifestHasTheSettingsOfTheCourses() throws {
      let manifest = String(decoding: try Files.read(CommandLineTool.root.appending("Package.swift")), as: UTF8.self)
      #expect(manifest.contains(HandoutTexts.strictSettings))
    }
  }
}
