import Glibc
package import SystemPackage

/// Keeps the cache from growing without end: what nobody has used for a month is removed, and made again if it is wanted again.
///
/// It is looked through at most once a day. A kit, a worker and a program that reads Swift are marked as used whenever they are taken
/// from it, so none is removed under a run that goes on; of the rest it counts when it was last read.
package enum CacheUpkeep {
  /// After so many seconds without use something goes.
  static let age = 30 * 86_400
  /// Between two looks lie so many seconds.
  static let pause = 86_400
  /// The file whose time says when the last look was.
  static let mark = "looked-through"

  /// Whether the cache holds something of that name: a kit, a worker, a program that reads Swift, records, jobs, a recorder, or what
  /// becomes one.
  static func isOwn(_ name: String) -> Bool {
    isMade(name) || ["records", "jobs", mark].contains(name) || name.utf8.count == 6
  }

  private static func isMade(_ name: String) -> Bool {
    ["kit-", "worker-", "safety-check-", "mutator-", "token-lister-", "parser-modules-", "interpose-", "build-"]
      .contains { name.hasPrefix($0) }
  }

  /// Removes what has not been used for long, unless it was looked for within a day.
  ///
  /// - Parameter now: seconds since 1970.
  package static func run(in cache: FilePath, now: Int = time(nil)) {
    let file = cache.appending(mark)
    if let last = lastUse(of: file), now - last < pause { return }
    guard (try? Files.write([], to: file, for: .owner)) != nil else { return }
    let old = { (path: FilePath) in lastUse(of: path).map { now - $0 > age } ?? false }
    for name in Files.names(in: cache) where isMade(name) && old(cache.appending(name)) {
      Files.remove(cache.appending(name))
    }
    for record in Files.entries(in: cache.appending("records")) where old(record) { Files.remove(record) }
  }

  /// Marks something as used now; false where it is not there.
  @discardableResult static func touch(_ path: FilePath) -> Bool {
    unsafe path.withPlatformString { unsafe utimensat(AT_FDCWD, $0, nil, 0) } == 0 || Files.exists(path)
  }

  /// Of a file or folder itself, the later of its two times, in seconds since 1970; nil where nothing is there.
  private static func lastUse(of path: FilePath) -> Int? {
    var status = stat()
    guard unsafe path.withPlatformString({ unsafe lstat($0, &status) }) == 0 else { return nil }
    return max(Int(status.st_atim.tv_sec), Int(status.st_mtim.tv_sec))
  }
}
