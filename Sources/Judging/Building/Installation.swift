import Glibc
import Sandbox
package import SystemPackage
import Traces

/// Where the framework's own things are: the package, the built modules, the toolchain, and a place for work.
package struct Installation: Sendable {
  /// The folder of `Package.swift`.
  package let root: FilePath
  /// Where the built modules and objects lie: the folder of this very program, or at a student's, where the program came built, that
  /// of the package's release build.
  package let build: FilePath
  /// For what can be made again. Nobody else enters it: reference solutions and what is being graded lie there. A sandbox has its
  /// parts mounted.
  package let cache: FilePath
  /// Whether submissions may have unsafe code; otherwise a `SafetyCheck` refuses it.
  package var admitsUnsafeCode = false

  /// Finds everything, or says what is missing.
  package init() throws(JudgeError) {
    guard let program = Files.realPath("/proc/self/exe") else {
      throw .missing("the path of this program", remedy: "mount /proc")
    }
    let folder = program.removingLastComponent()
    root = try Self.findRoot(from: folder)
    build = Files.isDirectory(folder.appending("Modules")) ? folder : root.appending(".build/release")
    cache = try Self.makeCache()
  }

  private static func findRoot(from build: FilePath) throws(JudgeError) -> FilePath {
    if let root = environment("ALLOCLAB_ROOT") { return FilePath(root) }
    var folder = build
    while folder.components.count > 0 {
      if Files.isDirectory(folder.appending("Sources/AllocLab")) { return folder }
      folder = folder.removingLastComponent()
    }
    throw .missing(
      "the folder of the AllocLab package", remedy: "run alloclab from where it was built, or set ALLOCLAB_ROOT")
  }

  private static func makeCache() throws(JudgeError) -> FilePath {
    let folder: FilePath
    if let chosen = environment("ALLOCLAB_CACHE") {
      folder = FilePath(chosen)
    } else if getuid() == 0 {
      folder = "/var/cache/alloclab"
    } else {
      folder = FilePath(environment("XDG_CACHE_HOME") ?? (environment("HOME") ?? "/tmp") + "/.cache")
        .appending("alloclab")
    }
    // An open one is closed to others, which would be no favour to whatever else lies there.
    if Files.isOpenToOthers(folder), Files.names(in: folder).contains(where: { !CacheUpkeep.isOwn($0) }) {
      throw .file(
        folder,
        "is to be the cache, which nobody else enters, and other things lie there; name a folder of its own with "
          + "ALLOCLAB_CACHE")
    }
    try Files.makePrivateDirectory(folder)
    return Files.realPath(folder) ?? folder
  }

  /// Whether this is what a student was handed, where there is nothing to grade by.
  package var isHandout: Bool { Files.exists(root.appending(Self.handoutMark)) }

  /// The same of this program, before anything else of the installation is looked for.
  package static var isHandout: Bool {
    let folder = Files.realPath("/proc/self/exe")?.removingLastComponent().removingLastComponent()
    return folder.map { Files.exists($0.appending(handoutMark)) } ?? false
  }

  /// The file by which a handout is known: in its folder, what it was made from.
  package static let handoutMark = "handout.json"

  /// The folder of `course.json`.
  package var course: FilePath { root.appending(isHandout ? "Course" : "grading") }

  /// What builds the framework, and runs this program, as one types it in the package's folder.
  package var launcher: String { isHandout ? "./alloclab" : "grading/alloclab" }

  /// The folder with an assignment's starters, or nil where there is none.
  package func starters(of assignment: String) -> FilePath? {
    ["ProblemSets", "Labs"].map { root.appending($0).appending(assignment) }.first { Files.isDirectory($0) }
  }

  /// The value of a variable of the environment; nil if it is unset or empty.
  package static func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    let text = unsafe String(cString: value)
    return text.isEmpty ? nil : text
  }
}
