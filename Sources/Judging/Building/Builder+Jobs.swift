import Glibc
import Synchronization
package import SystemPackage

/// The folders that builds work in.
extension Builder {
  /// How many builders this process has had: each has a folder of its own, which it may remove.
  private static let count = Atomic(0)

  /// A folder for this builder's jobs; those of processes that are gone are removed.
  static func makeJobs(in folder: FilePath) throws(JudgeError) -> FilePath {
    try Files.makePrivateDirectory(folder)
    for name in Files.names(in: folder) {
      guard let process = pid_t(name.prefix { $0 != "." }), kill(process, 0) != 0, errno == ESRCH else { continue }
      Files.remove(folder.appending(name))
    }
    let number = count.add(1, ordering: .relaxed).newValue
    return folder.appending("\(getpid()).\(number)")
  }

  /// Removes all that this builder's builds left behind.
  package func discardAll() { Files.remove(jobs) }

  func makeJob() throws(JudgeError) -> FilePath {
    let job = try Files.makeTemporaryDirectory(in: jobs)
    for part in ["source", "main", "out"] { try Files.makeDirectory(job.appending(part), for: .sandbox) }
    return job
  }

  /// Removes what a build left behind, once its worker is no longer needed.
  package func discard(_ worker: FilePath) {
    guard worker.starts(with: jobs) else { return }
    Files.remove(worker)
    var folder = worker.removingLastComponent()
    // A group's workers lie in a folder of their own; the job goes with the last of them.
    if folder.lastComponent?.string == "workers" {
      Files.removeIfEmpty(folder)
      if Files.isDirectory(folder) { return }
      folder = folder.removingLastComponent()
    }
    removeJob(folder)
  }

  /// Removes a job, and the folder of this process's jobs with the last of them.
  func removeJob(_ job: FilePath) {
    Files.remove(job)
    Files.removeIfEmpty(jobs)
  }
}
