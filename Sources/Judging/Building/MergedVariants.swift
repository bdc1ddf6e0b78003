/// Submissions that differ from one original in the bodies of some functions, as one: each such body begins with the question which of
/// the submissions runs. So what is the same in all of them is compiled once.
///
/// Lines are compared, not syntax: the original is formatted, so that a body ends at the first line that is indented as the one that
/// opens it. Where a guess is wrong, the program does not compile, and the submissions are built in another way.
package struct MergedVariants {
  /// The files of the one program, all but that which declares `startedVariant`.
  package let files: [Submission.File]
  /// What says which of the submissions runs.
  static let name = "startedVariant"

  /// - Parameters:
  ///   - original: the files that all of them are made from.
  ///   - variants: the files of each.
  /// - Returns: nil where one differs in more than bodies and values.
  package init?(_ original: [Submission.File], _ variants: [[Submission.File]]) {
    var merged: [Submission.File] = []
    for file in original {
      let source = FormattedSource(file.bytes)
      var changes: [FormattedSource.Place: [(variant: Int, text: [Substring])]] = [:]
      for (number, variant) in variants.enumerated() {
        guard let its = variant.first(where: { $0.name == file.name }) else { return nil }
        guard its.bytes != file.bytes else { continue }
        guard let changed = source.changes(to: its.bytes) else { return nil }
        for (place, text) in changed { changes[place, default: []].append((number, text)) }
      }
      merged.append(
        changes.isEmpty ? file : Submission.File(name: file.name, bytes: Array(source.merged(changes).utf8)))
    }
    guard variants.allSatisfy({ $0.count == original.count }) else { return nil }
    files = merged
  }
}

/// A file of Swift by lines, with the places in which variants may differ.
private struct FormattedSource {
  /// What is told apart when it runs.
  enum Place: Hashable {
    /// The body of a function, an initialiser or a computed property: the lines between two.
    case body(opener: Int, closer: Int)
    /// A body that stands in one line, behind so many characters.
    case oneLine(Int, head: Int)
    /// The value of a constant or variable, which stands behind so many characters of its line.
    case value(Int, head: Int)
  }

  private let lines: [Substring]
  private let bodies: [Range<Int>]

  init(_ bytes: [UInt8]) {
    lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    bodies = Self.bodies(in: lines)
  }

  /// What differs in another version of the file; nil where that is more than what is told apart.
  func changes(to bytes: [UInt8]) -> [Place: [Substring]]? {
    let others = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    var changes: [Place: [Substring]] = [:]
    let hunks = Self.hunks(from: lines, to: others)
    /// Where a line that did not change stands in the other version.
    func other(_ line: Int) -> Int {
      hunks.prefix { $0.old.upperBound <= line }.reduce(line) { $0 + $1.new.count - $1.old.count }
    }
    for hunk in hunks {
      if let body = bodies.first(where: { $0.lowerBound < hunk.old.lowerBound && hunk.old.upperBound <= $0.upperBound })
      {
        changes[.body(opener: body.lowerBound, closer: body.upperBound)] = Array(
          others[other(body.lowerBound) + 1..<other(body.upperBound)])
        continue
      }
      guard hunk.old.count == hunk.new.count else { return nil }
      for (old, new) in zip(hunk.old, hunk.new) {
        guard let (place, text) = Self.change(in: old, lines[old], others[new]) else { return nil }
        changes[place] = [text]
      }
    }
    return changes
  }

  /// One line that differs, where only a body or a value in it does.
  private static func change(in line: Int, _ old: Substring, _ new: Substring) -> (Place, Substring)? {
    if let head = old.firstIndex(of: "{"), old.last == "}", new.last == "}", isFunction(old) {
      let count = old[...head].count
      guard new.prefix(count) == old[...head] else { return nil }
      return (.oneLine(line, head: count), new.dropFirst(count).dropLast())
    }
    // The length of an inline array is in its type, and a value has one type.
    guard let equals = old.range(of: " = "), words(of: old).contains(where: { $0 == "let" || $0 == "var" }),
      !words(of: new).contains("InlineArray")
    else { return nil }
    let count = old[..<equals.upperBound].count
    guard new.prefix(count) == old[..<equals.upperBound] else { return nil }
    return (.value(line, head: count), new.dropFirst(count))
  }

  /// The file with all changes, each by the number of its variant.
  func merged(_ changes: [Place: [(variant: Int, text: [Substring])]]) -> String {
    var result: [Substring] = []
    var line = 0
    func isIn(_ place: Place) -> Bool {
      switch place {
      case .body(let opener, _): opener == line
      case .oneLine(let number, _), .value(let number, _): number == line
      }
    }
    while line < lines.count {
      // Two kinds of change of one line are not told apart: it does not compile then.
      guard let (place, variants) = changes.first(where: { isIn($0.key) }) else {
        result.append(lines[line])
        line += 1
        continue
      }
      switch place {
      case .body(let opener, let closer):
        result.append(lines[opener])
        result += branches(variants, else: Array(lines[opener + 1..<closer]), of: Self.declaration(opener, in: lines))
        line = closer
      case .oneLine(_, let head):
        let own = lines[line].dropFirst(head).dropLast()
        result.append(lines[line].prefix(head))
        result += branches(variants, else: [own], of: lines[line].prefix(head))
        result.append("}")
        line += 1
      case .value(_, let head):
        result.append(lines[line].prefix(head))
        for (number, text) in variants {
          result.append("\(MergedVariants.name) == \(number) ? (")
          result += text
          result.append(") : ")
        }
        result += ["(", lines[line].dropFirst(head), ")"]
        line += 1
      }
    }
    return result.joined(separator: "\n")
  }

  /// A body each, of which the one that is asked for runs.
  private func branches(
    _ variants: [(variant: Int, text: [Substring])], else own: [Substring], of declaration: Substring
  ) -> [Substring] {
    let returns =
      (declaration.contains("->") && !declaration.contains("-> Void"))
      || Self.words(of: declaration).contains { $0 == "var" || $0 == "get" }
    var result: [Substring] = []
    for (number, text) in variants {
      result.append("if \(MergedVariants.name) == \(number) {")
      result += returns ? Self.returning(text) : text
      result.append("} else")
    }
    return result + ["{"] + (returns ? Self.returning(own) : own) + ["}"]
  }

  /// A body whose value is returned even where it is not the only thing that its function does.
  private static func returning(_ body: [Substring]) -> [Substring] {
    guard !body.contains(where: { words(of: $0).contains("return") }),
      let first = body.firstIndex(where: { !$0.allSatisfy(\.isWhitespace) && !$0.trimmedStart.hasPrefix("//") })
    else { return body }
    var result = body
    result[first] = "return \(body[first].trimmedStart)"
    return result
  }

  // MARK: What is where

  /// The declaration that a line ends, which may have begun some lines before.
  private static func declaration(_ opener: Int, in lines: [Substring]) -> Substring {
    let indentation = lines[opener].indentation
    var first = opener
    while first > 0, lines[first].indentation > indentation || lines[first].trimmedStart.hasPrefix(")") { first -= 1 }
    return Substring(lines[first...opener].joined(separator: " "))
  }

  /// From the line that opens a body to the one that closes it, for all that are not in another.
  private static func bodies(in lines: [Substring]) -> [Range<Int>] {
    var bodies: [Range<Int>] = []
    var end = 0
    for (number, line) in lines.enumerated() where number >= end && line.hasSuffix("{") {
      let declaration = declaration(number, in: lines)
      guard !isType(declaration), isFunction(declaration),
        let closer = lines[(number + 1)...].firstIndex(where: {
          $0.indentation == line.indentation && $0.trimmedStart.hasPrefix("}")
        })
      else { continue }
      // Accessors have bodies of their own.
      let hasAccessors = lines[(number + 1)..<closer].contains { inner in
        inner.indentation == line.indentation + 2 && accessors.contains { inner.trimmedStart.hasPrefix($0) }
      }
      if hasAccessors { continue }
      bodies.append(number..<closer)
      end = closer + 1
    }
    return bodies
  }

  private static let accessors = ["get {", "set {", "set(", "mutating get", "nonmutating set", "willSet", "didSet"]

  private static func isType(_ text: Substring) -> Bool {
    words(of: text).contains { ["struct", "enum", "class", "protocol", "extension", "actor"].contains($0) }
      && !words(of: text).contains("func")
  }

  private static func isFunction(_ text: Substring) -> Bool {
    words(of: text).contains { ["func", "init", "deinit", "var", "subscript", "get", "set"].contains($0) }
  }

  private static func words(of text: Substring) -> [Substring] {
    text.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
  }

  /// Where two versions differ, in order.
  private static func hunks(from old: [Substring], to new: [Substring]) -> [(old: Range<Int>, new: Range<Int>)] {
    var isRemoved = Array(repeating: false, count: old.count)
    var isInserted = Array(repeating: false, count: new.count)
    for change in new.difference(from: old) {
      switch change {
      case .remove(let offset, _, _): isRemoved[offset] = true
      case .insert(let offset, _, _): isInserted[offset] = true
      }
    }
    var hunks: [(old: Range<Int>, new: Range<Int>)] = []
    var (i, j) = (0, 0)
    while i < old.count || j < new.count {
      let start = (i, j)
      while i < old.count, isRemoved[i] { i += 1 }
      while j < new.count, isInserted[j] { j += 1 }
      if start != (i, j) { hunks.append((start.0..<i, start.1..<j)) } else { (i, j) = (i + 1, j + 1) }
    }
    return hunks
  }
}

extension Substring {
  fileprivate var indentation: Int { prefix { $0 == " " }.count }
  fileprivate var trimmedStart: Substring { drop { $0 == " " } }

  /// Where a text stands first.
  fileprivate func range(of text: String) -> Range<Index>? { ranges(of: text).first }
}
