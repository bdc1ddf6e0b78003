import CPlatform
package import Grading
package import Judging
package import SystemPackage
import Traces

/// What must not reach a student: solutions, honest designs, mutants, attacks, recorded traces, the seed of the hidden traces.
///
/// It is known by content. Of texts, runs of words (`RunsOfWords`); of recorded traces, blocks of bytes; of the seed, its digits and
/// bytes. What was rewritten with other names is not found.
package struct Secrets: Sendable {
  /// A piece of a secret in a file.
  package struct Finding: Sendable, Equatable {
    /// Where it comes from.
    package let secret: String
    /// Line of the first place where it is, from 1; nil where the file is no text.
    package let line: Int?
    /// Different runs of words that are shared with any secret; none where it is no text.
    package let runs: Set<UInt64>
  }

  /// The files that runs come from, and for each run one of them.
  private var names: [String] = []
  private var origins: [UInt64: Int] = [:]
  /// Blocks of recorded traces.
  private var blocks: [[UInt8]: String] = [:]
  /// Digits of the seed; nil where everybody knows it.
  private let seed: [UInt8]?

  /// Bytes of a block, and how many of a trace are looked for, spread over it.
  private static let blockSize = 64
  private static let blocksPerTrace = 8

  /// How many files runs of words come from, and how many runs these have.
  package var fileCount: Int { names.count }
  package var runCount: Int { origins.count }

  /// Reads everything.
  ///
  /// - Throws: `JudgeError.file` where the folder of solutions is not there: without it nothing would be proven.
  package init(solutions: FilePath, course: Course) throws(JudgeError) {
    seed = course.settings.hiddenSeed == .example ? nil : Array(course.settings.hiddenSeed.text.utf8)
    let folders =
      [solutions]
      + ["honest", "composed", "mutants", "mutations", "attacks"].map { course.folder.appending($0) }
      .filter(Files.isDirectory)
    for folder in folders {
      let files = Files.below(folder)
      if folder == solutions, !files.contains(where: { $0.extension == "swift" }) {
        throw .file(
          folder, "holds no solutions to tell what must not be handed out; name their folder with --references")
      }
      for file in files {
        names.append(file.string)
        for run in RunsOfWords(Self.text(of: try Files.read(file), file)).runs {
          origins[run.hash] = origins[run.hash] ?? names.count - 1
        }
      }
    }
    for file in Files.below(course.folder.appending("traces")) {
      let bytes = try Files.read(file)
      // The first may be a header that public traces have, too.
      let step = max(Self.blockSize, bytes.count / Self.blocksPerTrace)
      for start in stride(from: Self.blockSize, to: bytes.count - Self.blockSize, by: step) {
        let block = Array(bytes[start..<(start + Self.blockSize)])
        // Not what any file may have.
        if Set(block).count >= 8 { blocks[block] = file.string }
      }
    }
  }

  /// A file as it is read for words: strings of JSON are taken apart.
  private static func text(of bytes: [UInt8], _ file: FilePath) -> [UInt8] {
    guard file.extension == "json" else { return bytes }
    return Array(
      String(decoding: bytes, as: UTF8.self).replacing("\\n", with: "\n").replacing("\\\"", with: "\"")
        .replacing("\\/", with: "/").utf8)
  }

  /// What a text shares with secrets; nil where that is nothing.
  package func find(in text: [UInt8]) -> Finding? {
    var first: (origin: Int, line: Int)?
    var shared: Set<UInt64> = []
    for run in RunsOfWords(text).runs {
      guard let origin = origins[run.hash] else { continue }
      if first == nil { first = (origin, run.line) }
      shared.insert(run.hash)
    }
    return first.map { Finding(secret: names[$0.origin], line: $0.line, runs: shared) } ?? findBytes(in: text)
  }

  /// What any file has of recorded traces and the seed; nil where that is nothing.
  package func findBytes(in bytes: [UInt8]) -> Finding? {
    if let seed, bytes.contains(piece: seed) { return Finding(secret: "the hidden seed", line: nil, runs: []) }
    for (block, name) in blocks where bytes.contains(piece: block) {
      return Finding(secret: name, line: nil, runs: [])
    }
    return nil
  }
}

extension [UInt8] {
  /// Whether some bytes stand anywhere in these. An empty piece stands nowhere.
  /// - Complexity: O(bytes).
  func contains(piece: [UInt8]) -> Bool {
    guard !piece.isEmpty else { return false }
    return unsafe withUnsafeBytes { bytes in
      unsafe piece.withUnsafeBytes { piece in
        // Safe: both are alive during the call, and no longer than they say.
        unsafe cp_contains(bytes.baseAddress, bytes.count, piece.baseAddress, piece.count)
      }
    }
  }
}
