package import Examining
package import Judging
package import SystemPackage

/// The mutations that are known to change nothing that may be asked for: `grading/mutations/equivalent.json`, each with the reason.
package struct EquivalentMutations: Sendable, Codable, Equatable {
  package var equivalent: [Entry]

  /// One of them, as an edit of the text around it, so that it is found again wherever that text stands.
  package struct Entry: Sendable, Codable, Equatable {
    package var exercise: String
    /// The honest design that it is of; nil for the reference solution.
    package var design: String?
    package var file: String
    /// Text that occurs once in the file, whatever spaces and line ends there are in it.
    package var find: String
    package var replace: String
    /// Why nobody can tell the difference.
    package var reason: String

    package init(exercise: String, design: String?, file: String, find: String, replace: String, reason: String) {
      self.exercise = exercise
      self.design = design
      self.file = file
      self.find = find
      self.replace = replace
      self.reason = reason
    }

    /// What it makes of a file, without spaces and line ends; nil where its text does not occur exactly once.
    package func applied(to bytes: [UInt8]) -> [UInt8]? {
      var text = Self.dense(bytes)
      let find = Self.dense(Array(self.find.utf8))
      let ranges = find.isEmpty ? [] : text.ranges(of: find)
      guard ranges.count == 1, let range = ranges.first else { return nil }
      text.replaceSubrange(range, with: Self.dense(Array(replace.utf8)))
      return text
    }

    static func dense(_ bytes: [UInt8]) -> [UInt8] {
      bytes.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\t") }
    }
  }

  package init(_ equivalent: [Entry]) { self.equivalent = equivalent }

  /// The course's; none where it has no such file.
  ///
  /// - Parameter catalogue: knows the exercises that they may be of.
  package init(in course: FilePath, _ catalogue: Catalogue) throws(JudgeError) {
    let file = course.appending("mutations").appending("equivalent.json")
    guard Files.exists(file) else {
      self.init([])
      return
    }
    self = try Course.read(Self.self, file)
    if let entry = equivalent.first(where: { $0.reason.isEmpty || $0.find.isEmpty }) {
      throw .file(file, "an entry of \(entry.exercise), \(entry.file): neither \"find\" nor \"reason\" may be empty")
    }
    if let stranger = equivalent.first(where: { catalogue.exercise($0.exercise) == nil }) {
      throw .file(file, "\"exercise\": there is no \(stranger.exercise); `alloclab exercises` lists them")
    }
  }

  /// The entry that makes the same tokens of a file as a mutation of it does.
  package func entry(
    for mutation: Mutation, of bytes: [UInt8], exercise: String, design: String?
  ) -> Entry? {
    let known = equivalent.filter { $0.exercise == exercise && $0.design == design && $0.file == mutation.file }
    if known.isEmpty { return nil }
    let changed = Entry.dense(mutation.applied(to: bytes))
    return known.first { $0.applied(to: bytes) == changed }
  }
}

extension EquivalentMutations.Entry {
  /// The entry that a mutation would have: with whole lines, as many as it takes to find them once.
  package init(_ mutation: Mutation, of bytes: [UInt8], exercise: String, design: String?, reason: String = "…") {
    var lines = MutationLines(mutation, of: bytes)
    while bytes.ranges(of: lines.before).count > 1 || Self.dense(bytes).ranges(of: Self.dense(lines.before)).count > 1 {
      guard lines.widen() else { break }
    }
    self.init(
      exercise: exercise, design: design, file: mutation.file, find: String(decoding: lines.before, as: UTF8.self),
      replace: String(decoding: lines.after, as: UTF8.self), reason: reason)
  }
}

/// The lines of a file that a mutation changes.
struct MutationLines {
  private let bytes: [UInt8]
  private let mutation: Mutation
  private var start: Int
  private var end: Int

  init(_ mutation: Mutation, of bytes: [UInt8]) {
    self.bytes = bytes
    self.mutation = mutation
    start = bytes[..<mutation.offset].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    end = bytes[(mutation.offset + mutation.length)...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
  }

  /// The number of the first line, counted from 1.
  var number: Int { bytes[..<start].count { $0 == UInt8(ascii: "\n") } + 1 }

  var before: [UInt8] { Array(bytes[start..<end]) }

  var after: [UInt8] {
    Array(bytes[start..<mutation.offset]) + Array(mutation.replacement.utf8)
      + Array(bytes[(mutation.offset + mutation.length)..<end])
  }

  /// Takes one more line on each side; false where there is none.
  mutating func widen() -> Bool {
    guard start > 0 || end < bytes.count else { return false }
    start = start > 0 ? bytes[..<(start - 1)].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0 : 0
    end = end < bytes.count ? bytes[(end + 1)...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count : end
    return true
  }
}
