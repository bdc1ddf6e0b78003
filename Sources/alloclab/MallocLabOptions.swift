import ArgumentParser
import Examining
import Grading
import Judging
import SystemPackage

/// What a malloc lab of the CS:APP family asks for, where it is not the textbook's.
struct MallocLabOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "With --csapp: whose conventions hold: \(CSAppLab.all.map(\.name).joined(separator: ", ")), or a JSON file with them.",
      valueName: "name|file"))
  var lab: String?

  @Option(
    help: ArgumentHelp(
      "With --csapp: what blocks' addresses must be multiples of, 8 or 16; else what the lab, or config.h beside the file, says.",
      valueName: "bytes"))
  var alignment: Int?

  @Option(
    help: ArgumentHelp(
      "With --csapp: the most that the heap may grow to; else what the lab, or MAX_HEAP in config.h, says.",
      valueName: "bytes"))
  var heapLimit: Int?

  @Option(
    help: ArgumentHelp(
      "With --csapp: the most that variables outside functions may take; else what the lab says. What is kept outside the heap beyond \(PrivateMemory.allowance / 1024) KiB counts as heap in the score, whatever is allowed.",
      valueName: "bytes"))
  var globalsLimit: Int?

  @Option(
    help: ArgumentHelp("With --csapp: build for 64 bits, or for 32; else as the lab does.", valueName: "64|32"))
  var bits: Int?

  @Option(
    name: [.customShort("D", allowingJoined: true), .customLong("define")],
    help: ArgumentHelp(
      "With --csapp: define a macro when the C files are compiled, as in NDEBUG or LEVEL=2.", valueName: "macro"))
  var defines: [String] = []

  @Option(
    help: ArgumentHelp(
      "With --csapp: compile with clang or gcc; else with clang, and with gcc what that refuses.",
      valueName: "clang|gcc"))
  var compiler: CSAppSources.Compiler?

  func validate() throws {
    if let alignment, ![8, 16].contains(alignment) { throw ValidationError("--alignment is 8 or 16.") }
    if let heapLimit, !CSAppLab.heapLimits.contains(heapLimit) {
      throw ValidationError(
        "--heap-limit is \(CSAppLab.heapLimits.lowerBound) to \(CSAppLab.heapLimits.upperBound) bytes.")
    }
    if let globalsLimit, globalsLimit < 0 { throw ValidationError("--globals-limit is 0 or more bytes.") }
    if let bits, ![32, 64].contains(bits) { throw ValidationError("--bits is 32 or 64.") }
    for define in defines {
      let name = define.prefix { $0 != "=" }
      guard let first = name.first, first == "_" || first.isLetter,
        name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
      else { throw ValidationError("'\(define)' is no macro; write NAME or NAME=VALUE.") }
    }
    if compiler == .gcc, !Builder.hasGCC {
      throw ValidationError("There is no gcc here; install it, or leave --compiler out.")
    }
  }

  /// The lab's conventions, before a `config.h` is looked at.
  func named() throws -> CSAppLab {
    guard let lab else { return .plain }
    if let known = CSAppLab.all.first(where: { $0.name == lab }) { return known }
    guard Files.exists(FilePath(lab)) else {
      let guess = closestMatch(to: lab, in: CSAppLab.all.map(\.name)).map { " Did you mean '\($0)'?" } ?? ""
      throw ValidationError(
        "There is no lab '\(lab)', and no such file.\(guess) Known are \(CSAppLab.all.map(\.name).joined(separator: ", "))."
      )
    }
    return try CSAppLab(contentsOf: FilePath(lab))
  }

  /// The C files, and the conventions that hold for them.
  func sources(_ paths: [FilePath]) throws -> (CSAppSources, CSAppLab) {
    let named = try named()
    var sources = try CSAppSources(paths)
    var conventions = sources.conventions(of: named)
    if let alignment { conventions.alignment = alignment }
    if let heapLimit { conventions.heapLimit = heapLimit }
    if let globalsLimit { conventions.globalsLimit = globalsLimit }
    if let bits { conventions = conventions.built(forBits: bits) }
    conventions.defines += defines
    sources.defines = conventions.defines
    sources.compiler = compiler
    sources.globalsLimit = conventions.globalsLimit
    sources.isFor32Bits = conventions.isFor32Bits
    return (sources, conventions)
  }

  /// The options, as they were given.
  var commandLine: String {
    var words: [String] = []
    if let lab { words.append("--lab \(lab)") }
    if let alignment { words.append("--alignment \(alignment)") }
    if let heapLimit { words.append("--heap-limit \(heapLimit)") }
    if let globalsLimit { words.append("--globals-limit \(globalsLimit)") }
    if let bits { words.append("--bits \(bits)") }
    words += defines.map { "-D \($0)" }
    if let compiler { words.append("--compiler \(compiler.rawValue)") }
    return words.map { " " + $0 }.joined()
  }
}

extension CSAppSources.Compiler: ExpressibleByArgument {}

extension SubjectOptions {
  /// What the names of saved traces begin with: everyone's file is called mm.c, so the folder's name comes before.
  var counterexamplePrefix: String {
    guard let first = csapp.first, let path = Files.realPath(FilePath(first)),
      let folder = path.removingLastComponent().lastComponent?.string
    else { return "" }
    return "\(Portfolio.fileStem(folder))-"
  }

  /// The subject and its options, as they would be typed again.
  var commandLine: String { csapp.map { "--csapp \($0)" }.joined(separator: " ") + lab.commandLine }
}
