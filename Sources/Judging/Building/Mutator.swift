import Sandbox
package import SystemPackage

/// Lists the small changes that files of Swift may be given, each a mistake that people make, made on the syntax tree.
package struct Mutator: Sendable {
  private let program: SyntaxProgram
  private let judge: Judge

  package init(_ judge: Judge) throws(JudgeError) {
    program = try SyntaxProgram(
      "Mutator", named: "mutator", libraries: ["SwiftSyntax", "SwiftParser", "SwiftOperators"], judge.installation,
      allowWeak: judge.builder.allowWeakSandbox)
    self.judge = judge
  }

  /// Some hundred times of what a reference solution needs.
  private static let limits = Limits(
    cpuSeconds: 60, wallSeconds: 240, memoryBytes: 2 << 30, processes: 8, fileBytes: 1 << 20, outputBytes: 8 << 20)

  /// All changes of some files, in the order of their places. No two of a file make the same tokens of it.
  ///
  /// - Parameter folder: where they lie, for people.
  /// - Throws: `JudgeError.file`, naming the one that cannot be read as Swift to its end.
  package func mutations(of files: [Submission.File], in folder: FilePath) throws(JudgeError) -> [Mutation] {
    let end = try program.run(on: files, limits: Self.limits, jobs: judge.builder.jobs)
    var mutations: [Mutation] = []
    var done = 0
    for line in String(decoding: end.standardOutput, as: UTF8.self).split(separator: "\n") {
      if line == "= \(done)" {
        done += 1
        continue
      }
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 6, let number = Int(fields[0]), files.indices.contains(number),
        let offset = Int(fields[2]), let length = Int(fields[3]), offset >= 0, length >= 0,
        offset <= files[number].bytes.count - length
      else { continue }
      mutations.append(
        Mutation(
          file: files[number].name, kind: fields[1], offset: offset, length: length, declaration: fields[4],
          replacement: Self.unescaped(fields[5])))
    }
    guard end.reason == .exited(code: 0), done == files.count else {
      guard files.indices.contains(done) else {
        throw .workerFailed("Sources/Mutator ended in another way than expected")
      }
      throw .file(folder.appending(files[done].name), "cannot be read as Swift to its end; see whether it compiles")
    }
    return mutations
  }

  private static func unescaped(_ text: String) -> String {
    var result = ""
    var isEscape = false
    for character in text.unicodeScalars {
      if isEscape {
        result.unicodeScalars.append(character == "n" ? "\n" : character == "t" ? "\t" : character)
        isEscape = false
      } else if character == "\\" {
        isEscape = true
      } else {
        result.unicodeScalars.append(character)
      }
    }
    return result
  }
}

/// A small change of one file.
package struct Mutation: Sendable, Equatable {
  package let file: String
  /// What sort of mistake it is, as `Sources/Mutator/Change.swift` lists them.
  package let kind: String
  /// The bytes that are replaced.
  package let offset: Int
  package let length: Int
  /// The declaration that they stand in.
  package let declaration: String
  package let replacement: String

  package init(file: String, kind: String, offset: Int, length: Int, declaration: String, replacement: String) {
    self.file = file
    self.kind = kind
    self.offset = offset
    self.length = length
    self.declaration = declaration
    self.replacement = replacement
  }

  /// The file's bytes, changed.
  package func applied(to bytes: [UInt8]) -> [UInt8] {
    Array(bytes[..<offset]) + Array(replacement.utf8) + bytes[(offset + length)...]
  }
}
