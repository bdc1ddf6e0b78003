package import Examining
package import SystemPackage

/// Submissions that differ in little, built in one program.
extension Builder {
  /// So many of them are built at once: more than so many kilobytes would come close to how much a build may use.
  package static func variantsAtOnce(of files: [Submission.File], isOptimised: Bool = true) -> Int {
    let byteCount = files.reduce(0) { $0 + $1.bytes.count }
    return ((isOptimised ? 110_000 : 400_000) / max(byteCount, 1)).clamped(to: 1...(isOptimised ? 12 : 32))
  }

  /// Builds one program for several submissions of one exercise, in about half the time that they take by themselves; under which
  /// name it is started says which of them it serves. What their files declare gets a name of its own in each.
  ///
  /// - Parameter isOptimised: false for workers that are slow, and built in a third of the time.
  /// - Returns: a worker each, or nil where they do not compile together or are not all safe Swift: built by itself each is told why.
  package func build(
    variants: [Submission], of exercise: Exercise, isOptimised: Bool = true
  ) throws(JudgeError) -> [FilePath]? {
    guard variants.count > 1, exercise.modules.isEmpty, variants.allSatisfy({ $0.isUsable(exercise) }) else {
      return nil
    }
    let files = VariantFiles(variants.map { $0.files(for: exercise) })
    if let safety, try !safety.refusals(of: files.all, admitting: exercise.modules).isEmpty { return nil }
    let drivers = variants.indices.map { (name: "variant\($0)", driver: files.renamed(exercise.driver, in: $0)) }
    return try buildShared(files.all, drivers, of: exercise, isOptimised: isOptimised)
  }

  /// Whether a submission may be one of those that are built with `build(variants:of:madeFrom:)`.
  package func isMergeable(_ submission: Submission, of exercise: Exercise, madeFrom original: Submission) -> Bool {
    exercise.modules.isEmpty && submission.isUsable(exercise)
      && MergedVariants(original.files(for: exercise), [submission.files(for: exercise)]) != nil
  }

  /// Builds one program, which is not optimised, for submissions that differ from one original in the bodies of some functions: what
  /// is the same in all of them is compiled once.
  ///
  /// - Returns: a worker each, or nil where that does not compile.
  package func build(
    variants: [Submission], of exercise: Exercise, madeFrom original: Submission
  ) throws(JudgeError) -> [FilePath]? {
    guard let merged = MergedVariants(original.files(for: exercise), variants.map { $0.files(for: exercise) }) else {
      return nil
    }
    if let safety, try !safety.refusals(of: merged.files, admitting: exercise.modules).isEmpty { return nil }
    let drivers = variants.indices.map { (name: "variant\($0)", driver: exercise.driver) }
    return try buildShared(merged.files, drivers, of: exercise, isOptimised: false, asksWhich: true)
  }
}

/// The files of submissions that differ in little, such that all of them compile in one module.
package struct VariantFiles {
  /// Those that are the same in all submissions and need nothing that differs, once; and the others, with the top-level names
  /// that they declare made unique to each.
  package private(set) var all: [Submission.File]
  /// What is not the same in all of them.
  private let names: Set<[UInt8]>

  /// - Parameter submissions: the files of each.
  package init(_ submissions: [[Submission.File]]) {
    let first = submissions.first ?? []
    var shared = first.filter { file in
      submissions.allSatisfy { $0.contains { $0.name == file.name && $0.bytes == file.bytes } }
    }
    var names: Set<[UInt8]> = []
    while true {
      for files in submissions {
        for file in files where !shared.contains(where: { $0.name == file.name }) {
          names.formUnion(Self.declaredNames(in: file.bytes))
        }
      }
      let rest = shared.filter { file in !Self.words(in: file.bytes).contains { names.contains(Array($0)) } }
      if rest.count == shared.count { break }
      shared = rest
    }
    self.names = names
    all = shared
    for (number, files) in submissions.enumerated() {
      for file in files where !shared.contains(where: { $0.name == file.name }) {
        all.append(
          Submission.File(name: "variant\(number)-\(file.name)", bytes: Self.renamed(file.bytes, names, in: number)))
      }
    }
  }

  /// What stands for `text` in one of the submissions.
  package func renamed(_ text: String, in number: Int) -> String {
    String(decoding: Self.renamed(Array(text.utf8), names, in: number), as: UTF8.self)
  }

  private static func renamed(_ bytes: [UInt8], _ names: Set<[UInt8]>, in number: Int) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + bytes.count / 8)
    var end = 0
    for word in words(in: bytes) where names.contains(Array(word)) {
      result += bytes[end..<word.endIndex]
      result += "_\(number)".utf8
      end = word.endIndex
    }
    return result + bytes[end...]
  }

  private static let declarations: Set<[UInt8]> = Set(
    ["struct", "enum", "class", "protocol", "typealias", "func", "let", "var"].map { Array($0.utf8) })

  /// What is declared on lines that are not indented. To miss one is no harm: it does not compile then, and is built by itself.
  private static func declaredNames(in bytes: [UInt8]) -> [[UInt8]] {
    bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
      guard let first = line.first, isWordByte(first) || first == UInt8(ascii: "@") else { return nil }
      let words = words(in: Array(line))
      guard let keyword = words.firstIndex(where: { declarations.contains(Array($0)) }),
        keyword + 1 < words.count
      else { return nil }
      return Array(words[keyword + 1])
    }
  }

  private static func words(in bytes: [UInt8]) -> [ArraySlice<UInt8>] { bytes.split { !isWordByte($0) } }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
      true
    default: false
    }
  }
}
