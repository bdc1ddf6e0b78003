import Judging
package import SystemPackage

/// A folder that is to be graded, or why it cannot be under its name.
package struct HandedIn: Sendable {
  /// The student's name: that of the folder.
  package let name: String
  package let folder: FilePath
  /// Why it is not graded, with what to do about it; nil where it is.
  package private(set) var problem: String?

  /// Where it really is; nil for a link.
  private let place: FilePath?

  private init(_ folder: FilePath) {
    self.folder = folder
    let real = Files.realPath(folder)
    // A link would bring another's work under this name, or this work under another's.
    if Files.isLink(folder) {
      place = nil
      name = folder.lastComponent?.string ?? "submission"
      let target = real.map { "to \($0)" } ?? "to nothing"
      problem = "\(folder): is a link \(target); name that folder itself, or put a copy here"
    } else {
      place = real ?? folder
      name = real?.lastComponent?.string ?? folder.lastComponent?.string ?? "submission"
    }
  }

  /// Those folders, each once. Where names are the same but for case, or the way in which a letter is spelled, reports and hidden
  /// traces could be taken for each other's, so none of them is graded.
  package static func all(_ folders: [FilePath]) -> [HandedIn] {
    var seen: Set<FilePath> = []
    var all = folders.map { HandedIn($0) }.filter { seen.insert($0.place ?? $0.folder).inserted }
    // Links are not graded, and take nobody's name away. (Strings are equal if they read the same, however they are spelled.)
    let named = Dictionary(grouping: all.indices.filter { all[$0].place != nil }) { all[$0].name.lowercased() }
    for alike in named.values where alike.count > 1 {
      for place in alike {
        let other = alike.first { $0 != place }.map { all[$0].folder } ?? all[place].folder
        all[place].problem =
          "\(all[place].folder): has the name of \(other), so that they would share a report and hidden traces; rename one, "
          + "or grade them one by one, each with an --output of its own"
      }
    }
    return all
  }
}
