import Glibc
import Judging
import SystemPackage
import Testing

/// What nobody uses goes from the cache, and nothing else does.
@Suite struct CacheUpkeepTests {
  private let folder: FilePath
  private let now = 2_000_000_000
  private let day = 86_400

  init() throws {
    folder = try Files.makeTemporaryDirectory(in: "/tmp")
    try Files.makePrivateDirectory(folder.appending("records"))
    try Files.makePrivateDirectory(folder.appending("kit-old"))
    try Files.write([1], to: folder.appending("kit-old/object.o"))
    for name in ["worker-old", "worker-new", "notes.txt", "records/old", "records/new", "kit-old"] {
      if name != "kit-old" { try Files.write([1], to: folder.appending(name)) }
      used(name, daysAgo: name.hasSuffix("new") ? 29 : 31)
    }
  }

  private func used(_ name: String, daysAgo: Int) {
    let moment = timespec(tv_sec: now - daysAgo * day, tv_nsec: 0)
    let times = [moment, moment]
    let result = unsafe times.withUnsafeBufferPointer {
      unsafe utimensat(AT_FDCWD, folder.appending(name).string, $0.baseAddress, 0)
    }
    precondition(result == 0)
  }

  private var names: [String] { Files.names(in: folder) + Files.names(in: folder.appending("records")) }

  @Test func whatHasNotBeenUsedForAMonthGoes() {
    defer { Files.remove(folder) }
    CacheUpkeep.run(in: folder, now: now)
    #expect(names.sorted() == ["looked-through", "new", "notes.txt", "records", "worker-new"])
  }

  @Test func itIsLookedThroughOnceADay() throws {
    defer { Files.remove(folder) }
    try Files.write([], to: folder.appending("looked-through"))
    used("looked-through", daysAgo: 0)
    CacheUpkeep.run(in: folder, now: now + day - 1)
    #expect(names.contains("worker-old"))
    CacheUpkeep.run(in: folder, now: now + day)
    #expect(!names.contains("worker-old"))
  }
}
