import Examining
import Exercises
import Glibc
import Gradebook
import Judging
import SystemPackage
import Testing

/// What is packed is just what is graded, and comes back as it was.
@Suite struct PackingTests {
  private func withFolder(_ body: (FilePath) throws -> Void) throws {
    let folder = try Files.makeTemporaryDirectory(in: "/tmp")
    defer { Files.remove(folder) }
    try body(folder)
  }

  private func write(_ files: [String: String], _ folder: FilePath) throws {
    for (name, text) in files {
      try Files.makeDirectory(folder.appending(name).removingLastComponent())
      try Files.write(Array(text.utf8), to: folder.appending(name))
    }
  }

  @Test func othersAreLeftOutWithTheReason() throws {
    try withFolder { folder in
      try write(
        [
          "PoolAllocator.swift": "pool", "PoolAllocator+Links.swift": "links", "Helper.swift": "helper",
          "main.swift": "main", "Package.swift": "manifest", "notes.txt": "n", ".hidden.swift": "h", "old/A.swift": "a",
        ], folder)
      symlink("/etc/passwd", folder.appending("Link.swift").string)
      let packing = try Packing(folder, .all)
      let part = try #require(packing.parts.first)
      #expect(packing.parts.count == 1)
      #expect(part.assignment == "ProblemSet1")
      #expect(part.files.map(\.name) == ["Helper.swift", "PoolAllocator+Links.swift", "PoolAllocator.swift"])
      #expect(part.missing.map(\.id) == ["slab", "buddy", "comparison"])
      let left = Dictionary(part.leftOut.map { ($0.name, $0.reason) }, uniquingKeysWith: { first, _ in first })
      #expect(left.keys.sorted() == [".hidden.swift", "Link.swift", "Package.swift", "main.swift", "notes.txt", "old"])
      #expect(left["Link.swift"]?.contains("link") == true)
      #expect(left["main.swift"]?.contains("never graded") == true)
    }
  }

  @Test func theZipComesBackThroughTheIntake() throws {
    try withFolder { folder in
      let text = (0..<5000).map { "// \($0) ä\n" }.joined()
      try write(
        ["ProblemSets/ProblemSet1/PoolAllocator.swift": text, "Labs/Allocators/ArenaAllocator.swift": "", "x.md": "x"],
        folder.appending("work"))
      let packing = try Packing(folder.appending("work"), .all)
      #expect(packing.name == "assignments.zip")
      #expect(packing.archive == packing.archive)
      try Files.makeDirectory(folder.appending("class"))
      try Files.write(packing.archive, to: folder.appending("class/ada.zip"))
      let entry = try #require(try ClassEntry.all(in: folder.appending("class")).entries.first)
      let collected = Collected(entry, assignments: ["ProblemSet1", "Allocators"])
      #expect(collected.problems.isEmpty)
      #expect(collected.files.keys.sorted() == ["Allocators/ArenaAllocator.swift", "ProblemSet1/PoolAllocator.swift"])
      let isAsItWas = collected.files["ProblemSet1/PoolAllocator.swift"] == Array(text.utf8)
      #expect(isAsItWas)
      // Another reader agrees, checksums and all.
      #expect(system("python3 -m zipfile -t '\(folder)/class/ada.zip' >/dev/null") == 0)
    }
  }

  @Test func aFolderWithNothingToHandInIsRefused() throws {
    try withFolder { folder in
      #expect(throws: JudgeError.self) { try Packing(folder, .all) }
      #expect(throws: JudgeError.self) { try Packing(folder.appending("none"), .all) }
    }
  }
}
