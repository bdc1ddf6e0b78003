import Sandbox
import SystemPackage

/// Reads files of Swift as the compiler does, and lists their tokens.
package struct TokenLister: Sendable {
  private let program: SyntaxProgram
  private let jobs: FilePath

  /// - Throws: `JudgeError` where the program that reads them cannot be built.
  package init(_ installation: Installation, allowWeak: Bool) throws(JudgeError) {
    program = try SyntaxProgram(
      "TokenLister", named: "token-lister", libraries: ["SwiftSyntax", "SwiftParser"], installation,
      allowWeak: allowWeak)
    jobs = try Builder.makeJobs(in: installation.cache.appending("jobs"))
  }

  /// A file, and whose it is.
  package struct Source: Sendable {
    package let owner: Int
    package let file: Submission.File

    package init(owner: Int, file: Submission.File) {
      self.owner = owner
      self.file = file
    }
  }

  /// For one run: some hundred times of what its files need.
  private static let limits = Limits(
    cpuSeconds: 60, wallSeconds: 240, memoryBytes: 2 << 30, processes: 8, fileBytes: 1 << 20, outputBytes: 64 << 20)
  /// Files of one run.
  private static let runLength = 64
  /// After so many of an owner's files that could not be read to their ends, the others are left as well.
  private static let mostFailures = 3

  /// The tokens of each file, in order; nil for those that cannot be read to their ends, nested too deeply for the parser, say.
  ///
  /// - Complexity: O(bytes); two runs at a time.
  package func tokens(of sources: [Source]) throws(JudgeError) -> [SourceTokens?] {
    let starts = Array(stride(from: 0, to: sources.count, by: Self.runLength))
    let parts = try twoAtATime(starts.count) { number throws(JudgeError) -> [SourceTokens?] in
      try tokens(ofSome: Array(sources[starts[number]...].prefix(Self.runLength)))
    }
    return parts.flatMap(\.self)
  }

  private func tokens(ofSome sources: [Source]) throws(JudgeError) -> [SourceTokens?] {
    var result: [SourceTokens?] = Array(repeating: nil, count: sources.count)
    var failures: [Int: Int] = [:]
    var left = Array(sources.indices)
    while !left.isEmpty {
      let end = try program.run(on: left.map { sources[$0].file }, limits: Self.limits, jobs: jobs)
      let read = Self.parse(end.standardOutput, count: left.count)
      for (place, tokens) in zip(left, read) { result[place] = tokens }
      if read.count == left.count { break }
      // It ended at this one.
      let owner = sources[left[read.count]].owner
      failures[owner, default: 0] += 1
      left.removeFirst(read.count + 1)
      left.removeAll { failures[sources[$0].owner] ?? 0 >= Self.mostFailures }
    }
    return result
  }

  /// Those files that are told to their ends.
  private static func parse(_ output: [UInt8], count: Int) -> [SourceTokens] {
    var files: [SourceTokens] = []
    var tokens = SourceTokens()
    for line in output.split(separator: UInt8(ascii: "\n")) where files.count < count {
      if line.elementsEqual("= \(files.count)".utf8) {
        files.append(tokens)
        tokens = SourceTokens()
      } else if !tokens.append(line) {
        break
      }
    }
    return files
  }
}
