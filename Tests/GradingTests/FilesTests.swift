import Foundation
import Glibc
import Judging
import SystemPackage
import Testing

struct FilesTests {
  /// Two builds of one process do so: the folder of their jobs is removed with the last job there is.
  @Test func foldersAreMadeWhileTheirFolderComesAndGoes() async throws {
    let parent = FilePath(FileManager.default.temporaryDirectory.path).appending("alloclab-files-\(getpid())")
    defer { Files.remove(parent) }
    let folder = parent.appending("jobs")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<2 {
        group.addTask {
          for _ in 0..<3_000 {
            let job = try Files.makeTemporaryDirectory(in: folder)
            #expect(Files.isDirectory(job))
            Files.remove(job)
            _ = unsafe rmdir(folder.string)
          }
        }
      }
      try await group.waitForAll()
    }
  }
}
