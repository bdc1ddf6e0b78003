import Examining
import Glibc
import Grading
import Judging
import SystemPackage
import Testing

extension EndToEndBeside {
  /// Whatever lies in a class's folder: a report that says what is wrong, or a line, and the others are graded.
  @Suite(.serialized) struct OddSubmissionTests {
    private let workspace: Workspace

    init() throws { workspace = try Workspace() }

    private static let file = "PageReplacement.swift"

    private func solution() throws -> [UInt8] {
      try Files.read(CommandLineTool.root.appending("Solutions/VirtualMemory/\(Self.file)"))
    }

    /// Grades the class; most of it does not compile, which takes no time.
    private func grade(_ arguments: String...) throws -> CommandLineTool.Result {
      try CommandLineTool.run(
        ["grade"] + arguments + ["-o", "reports", "--only", "page-replacement"], in: workspace.folder, seconds: 300)
    }

    private func report(_ name: String) throws -> Report {
      try Report(workspace.folder.appending("reports/\(name).json"))
    }

    /// A file beside the exercise's own that is none, or has an odd name, costs nothing, and is named where it is not read.
    @Test func oddHelpersAreNamed() throws {
      let own = try solution()
      try workspace.write(own, to: "ada/\(Self.file)")
      let folder = workspace.folder.appending("ada")
      let longest = String(repeating: "h", count: 249) + ".swift"
      try workspace.write("let helped = 1\n", to: "ada/\(longest)")
      #expect(mkfifo(folder.appending("Fifo.swift").string, 0o644) == 0)
      #expect(mkdir(folder.appending("Folder.swift").string, 0o755) == 0)
      symlink("/etc/passwd", folder.appending("Link.swift").string)
      symlink("/nowhere", folder.appending("Lost.swift").string)
      try bindSocket(folder, "Socket.swift")
      let large = open(folder.appending("Large.swift").string, O_WRONLY | O_CREAT, 0o644)
      #expect(ftruncate(large, 5 << 30) == 0)
      close(large)
      #expect(mkdir(folder.string + "/\u{1b}[31m.swift", 0o755) == 0)
      var name = Array("\(folder)/".utf8CString.dropLast()) + [CChar(bitPattern: 0xff)] + Array(".swift".utf8CString)
      #expect(name.withUnsafeMutableBufferPointer { creat($0.baseAddress!, 0o644) } >= 0)
      let result = try grade("ada")
      #expect(result.status == 0, "\(result.all)")
      let report = try report("ada")
      #expect(report.submission.files.map(\.name).contains(longest))
      let irregular = "is not a regular file"
      let link = "is a symbolic link; only a regular file is read"
      let unread = Dictionary(uniqueKeysWithValues: (report.submission.unread ?? []).map { ($0.name, $0.reason) })
      #expect(
        unread == [
          "Fifo.swift": irregular, "Folder.swift": irregular, "Socket.swift": irregular, "Link.swift": link,
          "Lost.swift": link, "Large.swift": "holds 5368709120 bytes; at most 1048576 are read",
          "\u{fffd}.swift": "has a name that is no UTF-8 text; rename it", "\\e[31m.swift": irregular,
        ], "\(unread)")
      for (name, reason) in unread {
        #expect(result.output.contains("  not read: \(name): \(reason)\n"), "\(result.output)")
      }
      #expect(!result.all.contains("\(CommandLineTool.cache)/jobs") && !result.hasEscapes)
    }

    private func bindSocket(_ folder: FilePath, _ name: String) throws {
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      // Its path is short: a socket's may not be long.
      let short = "/tmp/s\(getpid())"
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(short.utf8)) }
      let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(number) }
      let size = socklen_t(MemoryLayout<sockaddr_un>.size)
      let bound = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(number, $0, size) }
      }
      try #require(bound == 0)
      try #require(rename(short, folder.appending(name).string) == 0)
    }

    /// The exercise's own file is none.
    @Test func anOddFileOfTheExerciseIsToldAsSuch() throws {
      #expect(mkdir(workspace.folder.appending("class").string, 0o755) == 0)
      for name in ["many", "folder", "fifo", "link"] {
        try Files.makeDirectory(workspace.folder.appending("class/\(name)"))
      }
      let folder = workspace.folder.appending("class")
      for number in 0..<10_000 { close(creat("\(folder)/many/f\(number).swift", 0o644)) }
      close(creat("\(folder)/many/\(Self.file)", 0o644))
      #expect(mkdir("\(folder)/folder/\(Self.file)", 0o755) == 0)
      #expect(mkfifo("\(folder)/fifo/\(Self.file)", 0o644) == 0)
      symlink("\(CommandLineTool.root)/Solutions/VirtualMemory/\(Self.file)", "\(folder)/link/\(Self.file)")
      // A whole assignment behind a link.
      try Files.makeDirectory(folder.appending("behind"))
      symlink("\(CommandLineTool.root)/Solutions/VirtualMemory", "\(folder)/behind/VirtualMemory")
      let result = try grade("class")
      #expect(result.status == 1, "\(result.all.suffix(2000))")
      for (name, reason) in [
        ("many", "\(Self.file) is one of 10001 Swift files; at most 100 are read"),
        ("folder", "\(Self.file) is not a regular file"), ("fifo", "\(Self.file) is not a regular file"),
        ("link", "\(Self.file) is a symbolic link; only a regular file is read"),
      ] {
        let exercise = try report(name).exercise("page-replacement")
        #expect(exercise.points == 0 && exercise.findings == [.doesNotCompile], "\(name)")
        #expect(exercise.compilerMessages == reason, "\(name)")
      }
      // Not ten thousand lines.
      #expect(try report("many").submission.unread?.count == 21)
      let behind = try report("behind")
      #expect(try behind.exercise("page-replacement").findings == [.missing])
      #expect(
        behind.submission.unread?.map(\.name) == ["VirtualMemory"], "\(String(describing: behind.submission.unread))")
    }

    /// Nobody's folder is passed over in silence, and none is graded under another's name.
    @Test func oddFoldersAreToldOf() throws {
      let wrong = "import AllocLab\n"
      // Both spellings of an é.
      let names = ["ada", "Cat", "cat", "jos\u{e9}", "jose\u{301}", String(repeating: "n", count: 255)]
      for name in names { try workspace.write(wrong, to: "class/\(name)/\(Self.file)") }
      let folder = workspace.folder.appending("class")
      symlink("ada", folder.appending("bob").string)
      symlink("/nowhere", folder.appending("lost").string)
      // A name that is no text.
      var raw = Array("\(folder)/odd".utf8CString.dropLast()) + [CChar(bitPattern: 0xff), 0]
      #expect(raw.withUnsafeMutableBufferPointer { mkdir($0.baseAddress!, 0o755) } == 0)
      let place = raw.withUnsafeBufferPointer { FilePath(platformString: $0.baseAddress!) }
      try FileDescriptor.open(
        place.appending(Self.file), .writeOnly, options: .create, permissions: .ownerReadWrite
      ).close()
      let result = try grade("class")
      #expect(result.status == 2, "\(result.all)")
      for (name, reason) in [
        ("bob", "class/bob: is a link to "), ("lost", "class/lost: is a link to nothing; "),
        ("Cat", "class/Cat: has the name of class/cat, "), ("cat", "class/cat: has the name of class/Cat, "),
        ("jos\u{e9}", "class/jos\u{e9}: has the name of class/jose\u{301}, "),
      ] {
        #expect(result.errors.contains("alloclab: \(reason)"), "\(result.errors)")
        #expect(result.output.contains("\n\(name): not graded: "), "\(result.output)")
      }
      let stem = String(repeating: "n", count: 120)
      let reports = Files.names(in: workspace.folder.appending("reports")).filter { $0.hasSuffix(".json") }
      #expect(reports.count == 3 && reports.contains("ada.json") && reports.contains("odd\u{fffd}.json"), "\(reports)")
      #expect(reports.contains { $0.hasPrefix(stem + "-") }, "\(reports)")
      #expect(try report("odd\u{fffd}").exercise("page-replacement").findings == [.doesNotCompile])
      // Named by itself, as a shell names it, too.
      let script = "exec \"$0\" grade class/odd* class/bo* -o reports2 --only page-replacement"
      let named = try CommandLineTool.run(
        program: "/bin/bash", ["-c", script, CommandLineTool.program().string], in: workspace.folder)
      #expect(named.status == 2 && named.errors.contains("class/bob: is a link to "), "\(named.all)")
      #expect(
        Files.names(in: workspace.folder.appending("reports2"))
          == ["instructor", "odd\u{fffd}.json", "odd\u{fffd}.txt"],
        "\(named.all)")
    }
  }
}
