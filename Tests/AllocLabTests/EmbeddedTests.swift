import Foundation
import Testing

@Suite("The student's module")
struct EmbeddedTests {
  private static let sources = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Sources/AllocLab").standardized

  private static func files() throws -> [URL] {
    let all = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
    return all.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }.sorted { $0.path < $1.path }
  }

  /// Runs the Swift compiler that the tests were built with, and answers its exit status and its messages.
  private static func compile(_ arguments: [String]) throws -> (status: Int32, messages: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["swiftc"] + arguments
    let pipe = Pipe()
    process.standardError = pipe
    try process.run()
    let messages = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: messages, as: UTF8.self))
  }

  @Test("compiles as Embedded Swift")
  func embedded() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "alloclab-embedded-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let object = folder.appending(path: "AllocLab.o").path
    let files = try Self.files()
    try #require(files.count > 10)
    let (status, messages) = try Self.compile(
      ["-enable-experimental-feature", "Embedded", "-wmo", "-O", "-parse-as-library", "-module-name", "AllocLab", "-c"]
        + files.map(\.path) + ["-o", object])
    #expect(status == 0, "\(messages)")
    #expect(FileManager.default.fileExists(atPath: object))
  }

  @Test("imports nothing")
  func imports() throws {
    for file in try Self.files() {
      let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      #expect(!lines.contains { $0.contains(/^\s*((public|package|internal|private)\s+)?import\s/) }, "\(file.path)")
    }
  }
}
