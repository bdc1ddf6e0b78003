import Examining
package import Grading
package import Judging
package import SystemPackage
package import Traces

/// The Swift files of one hand-in, whatever it came in, in the shape that is graded: directly in a folder, or in one for each
/// assignment.
package struct Collected: Sendable {
  /// By path, for example `Arena.swift` or `Allocators/Arena.swift`.
  package private(set) var files: [String: [UInt8]] = [:]
  /// What could not be taken, and why.
  package private(set) var problems: [SubmissionSummary.UnreadFile] = []

  /// The most folders and files of a hand-in that are looked at, how deep they may lie, and how much is taken.
  static let entryLimit = 10_000
  static let depthLimit = 12
  static let fileCount = 500

  private let assignments: Set<String>
  private var looked = 0
  /// Everything that was found, with the attempt; paths as they were handed in.
  private var found: [(path: String, bytes: [UInt8], attempt: Int)] = []

  /// Takes the files in; whatever is wrong with one of them is told, and the others are taken.
  ///
  /// - Parameter assignments: names of folders that stand for an assignment.
  /// - Complexity: O(bytes), of which no more are read than the limits allow.
  package init(_ entry: ClassEntry, assignments: Set<String>) {
    self.assignments = assignments
    for source in entry.sources {
      if Files.isLink(source.path) {
        refuse(source.name, "is a symbolic link; hand in what it leads to")
      } else if Files.isDirectory(source.path) {
        walk(source.path, "", depth: 0)
      } else if ClassEntry.isArchive(source.name) {
        unpack(source.path, source.name, under: "", source.attempt)
      } else if source.name.hasSuffix(".swift") {
        take(source.path, source.name, source.attempt)
      } else {
        refuse(source.name, "is no Swift file, zip or tar.gz, and is not looked at")
      }
    }
    arrange()
  }

  private mutating func refuse(_ name: String, _ reason: String) {
    if problems.count < 20 {
      problems.append(
        SubmissionSummary.UnreadFile(
          name: printable(name, maximumBytes: 200), reason: printable(reason, maximumBytes: 400)))
    }
  }

  private static func wants(_ path: String) -> Bool {
    path.hasSuffix(".swift")
      && !path.split(separator: "/").contains { $0.hasPrefix(".") || $0 == "__MACOSX" || $0 == "Package.swift" }
  }

  private mutating func walk(_ folder: FilePath, _ prefix: String, depth: Int) {
    guard depth <= Self.depthLimit else {
      return refuse(prefix, "lies too deep; at most \(Self.depthLimit) folders are entered")
    }
    let entries = Files.entries(in: folder)
    if entries.isEmpty, !Files.isReadable(folder) {
      return refuse(prefix.isEmpty ? "." : prefix, "cannot be read: permission denied")
    }
    for path in entries {
      looked += 1
      guard looked <= Self.entryLimit else {
        if looked == Self.entryLimit + 1 {
          refuse(
            prefix.isEmpty ? "." : prefix,
            "has more than \(Self.entryLimit) files; what comes after these is not looked at")
        }
        return
      }
      let bytes = Array(Files.bytes(of: path).split(separator: UInt8(ascii: "/")).last ?? [])
      let name = String(decoding: bytes, as: UTF8.self)
      if Files.isLink(path) {
        if name.hasSuffix(".swift") || assignments.contains(name) {
          refuse(prefix + name, "is a symbolic link; hand in what it leads to")
        }
      } else if Files.isDirectory(path) {
        if !name.hasPrefix("."), name != "__MACOSX" { walk(path, "\(prefix)\(name)/", depth: depth + 1) }
      } else if depth == 0, ClassEntry.isArchive(name) {
        unpack(path, name, under: prefix, 0)
      } else if Self.wants(name) {
        if name.utf8.elementsEqual(bytes) {
          take(path, prefix + name, 0)
        } else {
          refuse(prefix + name, "has a name that is no UTF-8 text; rename it")
        }
      }
    }
  }

  private mutating func take(_ path: FilePath, _ name: String, _ attempt: Int) {
    do throws(JudgeError) {
      found.append((name, try Files.read(path, limit: Archive.fileLimit), attempt))
    } catch .file(_, let reason) { refuse(name, reason) } catch { refuse(name, "\(error)") }
  }

  private mutating func unpack(_ path: FilePath, _ name: String, under prefix: String, _ attempt: Int) {
    let bytes: [UInt8]
    do throws(JudgeError) { bytes = try Files.read(path, limit: Archive.archiveLimit) } catch .file(_, let reason) {
      return refuse(name, reason)
    } catch { return refuse(name, "\(error)") }
    guard !bytes.isEmpty else { return refuse(name, "is empty") }
    let archive = Archive(bytes, name: name) { Self.wants(String(decoding: $0, as: UTF8.self)) }
    for problem in archive.problems { refuse(problem.name, problem.reason) }
    for member in archive.members {
      let path = String(decoding: member.path, as: UTF8.self)
      if path.utf8.elementsEqual(member.path) {
        found.append((prefix + path, member.bytes, attempt))
      } else {
        refuse(path, "has a name that is no UTF-8 text; rename it")
      }
    }
  }

  /// Where a file belongs: in the folder of its assignment, or directly in the hand-in's.
  private mutating func arrange() {
    if found.isEmpty, problems.isEmpty { refuse(".", "holds no Swift file") }
    let parts = found.map { $0.path.split(separator: "/").map(String.init).filter { $0 != "." } }
    // Archives and downloads have folders around the one that was meant.
    var depth = 0
    while let first = parts.first, first.count > depth + 1, !assignments.contains(first[depth]),
      parts.allSatisfy({ $0.count > depth + 1 && $0[depth] == first[depth] })
    { depth += 1 }
    var attempts: [String: Int] = [:]
    for (file, parts) in zip(found, parts) {
      let inner = parts.dropFirst(depth)
      let assignment = inner.dropLast().last { assignments.contains($0) }
      let isDirect = assignment.map { $0 == inner.dropLast().last } ?? (inner.count == 1)
      guard isDirect, let name = inner.last else {
        refuse(
          file.path, "lies in a folder of its own; hand in files side by side, or in the folder of their assignment")
        continue
      }
      let path = assignment.map { "\($0)/\(name)" } ?? name
      if let other = attempts[path] {
        if other == file.attempt { refuse(file.path, "is there twice; the first is taken") }
        if other >= file.attempt { continue }
      } else if files.count >= Self.fileCount {
        refuse(file.path, "is one of more than \(Self.fileCount) Swift files")
        continue
      }
      (files[path], attempts[path]) = (file.bytes, file.attempt)
    }
    found = []
    // Files beside folders of assignments would make the whole a single directory.
    if files.keys.contains(where: { $0.contains("/") }) {
      for name in files.keys.filter({ !$0.contains("/") }).sorted() {
        files[name] = nil
        refuse(name, "lies beside the folders of assignments; put it into one of them")
      }
    }
  }

  /// The assignments that it has files for, in the course's order.
  package func assignments(_ course: Course) -> [Rubric] {
    course.rubrics.filter { rubric in
      course.catalogue.exercises(ofAssignment: rubric.assignment).contains { exercise in
        files[exercise.file] != nil || files["\(rubric.assignment)/\(exercise.file)"] != nil
      }
    }
  }

  /// Adds what its files are to a hash.
  package func update(_ hash: inout SHA256.Hasher) {
    for (name, bytes) in files.sorted(by: { $0.key < $1.key }) {
      hash.update(Array("\(name) \(bytes.count)\n".utf8))
      hash.update(bytes)
    }
    for problem in problems { hash.update(Array("\(problem.name): \(problem.reason)\n".utf8)) }
  }

  /// Writes them into a folder that is made anew; all names in it are the framework's or ordinary Swift files'.
  package func write(to folder: FilePath) throws(JudgeError) {
    Files.remove(folder)
    try Files.makeDirectory(folder)
    for (name, bytes) in files {
      let file = folder.appending(name)
      try Files.makeDirectory(file.removingLastComponent())
      try Files.write(bytes, to: file)
    }
  }
}
