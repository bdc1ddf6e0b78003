package import Examining
import Sandbox
package import SystemPackage
import Traces

/// A directory of Swift files that somebody handed in.
package struct Submission: Sendable {
  /// A file of the submission, as it was when the submission was read.
  package struct File: Sendable {
    package let name: String
    package let bytes: [UInt8]

    package init(name: String, bytes: [UInt8]) {
      self.name = name
      self.bytes = bytes
    }
  }

  /// The directory's last component.
  package let name: String
  /// The directory.
  package let folder: FilePath
  /// The Swift files directly in it, by name. Others, hidden ones, links and folders are not looked at.
  package let files: [File]
  /// Why a Swift file that stands in the directory could not be read, by its name: it is a link or a folder, say, or too large.
  package let unusable: [String: String]

  /// The largest file and the most files that are read.
  package static let fileLimit = 1 << 20
  package static let countLimit = 100

  /// Reads the directory once; nothing that happens to it later matters.
  package init(_ folder: FilePath) throws(JudgeError) {
    guard let resolved = Files.realPath(folder), Files.isDirectory(resolved) else {
      throw .file(folder, "is not a directory; name the directory that holds the submission's Swift files")
    }
    self.folder = folder
    name = resolved.lastComponent?.string ?? "submission"
    // The student's mistake, whatever lies here: told of each file, and the grader's trouble in no case.
    var files: [File] = []
    var unusable: [String: String] = [:]
    let names = Files.namesOnDisk(in: resolved).filter { name in
      name.suffix(6).elementsEqual(".swift".utf8) && name.first != UInt8(ascii: ".")
    }.sorted { $0.lexicographicallyPrecedes($1) }
    for bytes in names {
      let name = String(decoding: bytes, as: UTF8.self)
      guard names.count <= Self.countLimit else {
        unusable[name] = "is one of \(names.count) Swift files; at most \(Self.countLimit) are read"
        continue
      }
      guard name.utf8.elementsEqual(bytes) else {
        unusable[name] = "has a name that is no UTF-8 text; rename it"
        continue
      }
      do throws(SandboxError) {
        files.append(File(name: name, bytes: try readRegularFile(resolved.appending(name), limit: Self.fileLimit)))
      } catch .unsuitableFile(_, let reason) { unusable[name] = reason } catch { unusable[name] = "\(error)" }
    }
    self.files = files
    self.unusable = unusable
  }

  /// The same submission with one file changed.
  package init(_ base: Submission, named name: String, replacing file: String, with bytes: [UInt8]) {
    self.name = name
    folder = base.folder
    unusable = base.unusable
    files = base.files.map { $0.name == file ? File(name: file, bytes: bytes) : $0 }
  }

  /// Whether the file of an exercise is there, readable or not.
  package func contains(_ exercise: Exercise) -> Bool {
    files.contains { $0.name == exercise.file } || unusable[exercise.file] != nil
  }

  /// Whether the file of an exercise is there and can be read.
  package func isUsable(_ exercise: Exercise) -> Bool { files.contains { $0.name == exercise.file } }

  /// The files that an exercise is built from: its own, and those that are no other exercise's of its assignment. No program of the
  /// student's own and no manifest is built. A file `Name+Aspect.swift` belongs to the exercise whose file is `Name.swift`.
  package func files(for exercise: Exercise) -> [File] {
    files.filter { Self.reasonAgainst($0.name, for: exercise) == nil }
  }

  /// Why a file is no part of an exercise's build; nil where it is one.
  private static func reasonAgainst(_ name: String, for exercise: Exercise) -> String? {
    if name == "main.swift" { return "a program of its own" }
    if name == "Package.swift" { return "a manifest" }
    let stem = name.prefix { $0 != "+" }
    let isOthers =
      exercise.otherFiles.contains(name)
      || (stem.count < name.count && exercise.otherFiles.contains("\(stem).swift"))
    return isOthers ? "another exercise's" : nil
  }

  /// So many of them are listed.
  private static let listLimit = 20

  /// Which Swift files in the directory are no part of an exercise's build, and why, in a line; empty where all are.
  func remarkOnFilesLeftOut(of exercise: Exercise) -> String {
    var reasons = unusable.map { (name: $0.key, reason: $0.value) }
    reasons += files.compactMap { file in
      Self.reasonAgainst(file.name, for: exercise).map { (file.name, $0) }
    }
    guard !reasons.isEmpty else { return "" }
    let list = reasons.sorted { $0.name < $1.name }.prefix(Self.listLimit).map { "\($0.name) (\($0.reason))" }
    let others = reasons.count > list.count ? ", and \(reasons.count - list.count) more" : ""
    return "not built with \(exercise.id): \(list.joined(separator: ", "))\(others)\n"
  }

  /// SHA-256 over the names and bytes of the files that an exercise is built from.
  package func digest(for exercise: Exercise) -> String {
    var hash = SHA256.Hasher()
    for file in files(for: exercise) {
      hash.update(Array("\(file.name) \(file.bytes.count)\n".utf8))
      hash.update(file.bytes)
    }
    return SHA256.hexadecimal(digest: hash.finalize())
  }

  /// SHA-256 over all files.
  package var digest: String {
    var hash = SHA256.Hasher()
    for file in files {
      hash.update(Array("\(file.name) \(file.bytes.count)\n".utf8))
      hash.update(file.bytes)
    }
    return SHA256.hexadecimal(digest: hash.finalize())
  }
}
