import Judging
import SystemPackage

/// The package's own files.
enum PackageFiles {
  static let root = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()

  static func text(_ path: String) throws -> String {
    String(decoding: try Files.read(root.appending(path)), as: UTF8.self)
  }

  /// All Swift files below a folder, by their paths in the package.
  static func swiftFiles(in folder: String) throws -> [(name: String, text: String)] {
    try Files.names(in: root.appending(folder)).flatMap { name -> [(name: String, text: String)] in
      let path = "\(folder)/\(name)"
      if Files.isDirectory(root.appending(path)) { return try swiftFiles(in: path) }
      return name.hasSuffix(".swift") ? [(path, try text(path))] : []
    }
  }

  /// The names of the public types of a keyword that a folder declares.
  static func declarations(of keyword: String, in folder: String) throws -> Set<String> {
    let declaration = try Regex("public \(keyword) ([A-Za-z0-9_]+)", as: (Substring, Substring).self)
    return Set(try swiftFiles(in: folder).flatMap { $0.text.matches(of: declaration).map { String($0.output.1) } })
  }

  /// The folder with an assignment's starters.
  static func starters(of assignment: String) -> String? {
    ["ProblemSets", "Labs"].map { "\($0)/\(assignment)" }.first { Files.isDirectory(root.appending($0)) }
  }
}
