import ArgumentParser
import SystemPackage
import Traces

/// `alloclab trace …`: looks at trace files and converts them.
struct TraceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace", abstract: "Look at traces and convert them.",
    subcommands: [Info.self, Generate.self, Convert.self, Lint.self, Head.self])
}

extension TraceCommand {
  struct Info: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show where a trace comes from, what it asks for and when.",
      discussion: "Reads .trace files of any length in bounded memory, and .rep files of other malloc labs.")

    @Argument(help: "A .trace or .rep file.", completion: .file(extensions: ["trace", "rep"]))
    var files: [String]

    func run() throws {
      for (number, file) in files.enumerated() {
        if number > 0 { print() }
        print(try summary(FilePath(file)).text(), terminator: "")
      }
    }

    private func summary(_ path: FilePath) throws -> TraceSummary {
      if path.isScript { return TraceSummary(try importScript(path)) }
      var reader = try TraceReader(path)
      var summary = TraceSummary(reader.header, byteCount: try reader.byteCount())
      var operations: [UInt64] = []
      while try reader.read(into: &operations) { summary.accept(operations) }
      return summary
    }
  }

  struct Convert: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Convert between .rep and .trace, by the files' extensions.",
      discussion: """
        Reading .rep, whatever is odd is reported with its line, and --strict makes it an error. Writing .rep, what \
        that format cannot say is reported. From .trace to .trace a file is written anew.
        """)

    @Argument(help: "The file to read.", completion: .file(extensions: ["trace", "rep"]))
    var input: String
    @Argument(help: "The file to write, or replace.", completion: .file(extensions: ["trace", "rep"]))
    var output: String
    @Flag(help: "Fail at the first oddity of a .rep file.")
    var strict = false

    func validate() throws {
      for path in [FilePath(input), FilePath(output)] where !path.isScript && path.extension != "trace" {
        throw ValidationError("'\(path)' ends in neither .trace nor .rep, so its format is not known")
      }
    }

    func run() throws {
      let (source, destination) = (FilePath(input), FilePath(output))
      if !source.isScript && !destination.isScript { return try copy(source, to: destination) }
      let trace =
        source.isScript ? try importScript(source, strict: strict) : try Trace(contentsOf: source)
      if destination.isScript {
        for loss in try RepExporter.write(trace, to: destination) { complain("\(destination): \(loss)") }
      } else {
        try trace.write(to: destination)
      }
    }

    private func copy(_ source: FilePath, to destination: FilePath) throws {
      var reader = try TraceReader(source)
      var writer = try TraceWriter(destination, header: reader.header)
      var operations: [UInt64] = []
      while try reader.read(into: &operations) { try writer.append(operations) }
      try writer.finish()
    }
  }

  struct Lint: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check that traces are whole and make sense.",
      discussion: "Exits with status 1 if anything was found: damage, invalid operations, oddities of .rep files.")

    @Argument(help: "A .trace or .rep file.", completion: .file(extensions: ["trace", "rep"]))
    var files: [String]

    func run() throws {
      var found = 0
      for file in files {
        do { found += try check(FilePath(file)) } catch let error as TraceError {
          complain("\(error)")
          found += 1
        }
      }
      if found > 0 { throw ExitCode(1) }
    }

    /// The number of findings, which are printed.
    private func check(_ path: FilePath) throws -> Int {
      var lint: TraceLint
      var oddities = 0
      if path.isScript {
        let script = try RepImporter.read(path)
        for oddity in script.oddities { print("\(path):\(oddity.line): \(oddity.finding)") }
        oddities = script.oddities.count
        lint = TraceLint(script.trace.header)
        for word in script.trace.operations { lint.accept(word) }
      } else {
        var reader = try TraceReader(path)
        lint = TraceLint(reader.header, tableOffsets: reader.tableOffsets)
        var operations: [UInt64] = []
        while try reader.read(into: &operations) { for word in operations { lint.accept(word) } }
      }
      for finding in lint.findings { print("\(path): \(finding)") }
      let more = lint.findingCount - lint.findings.count
      if more > 0 { print("\(path): and \(more) more") }
      if lint.findingCount + oddities == 0 { print("\(path): nothing found") }
      return lint.findingCount + oddities
    }
  }

  struct Head: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print a trace's operations, one a line.")

    @Argument(help: "A .trace or .rep file.", completion: .file(extensions: ["trace", "rep"]))
    var file: String
    @Option(name: [.customShort("n"), .customLong("operations")], help: "How many operations.")
    var count = 10
    @Option(help: "The number of the first one.")
    var from = 0

    func validate() throws {
      guard count >= 0, from >= 0 else { throw ValidationError("--operations and --from are not negative") }
    }

    func run() throws {
      let path = FilePath(file)
      if path.isScript {
        let trace = try importScript(path)
        let operations = trace.operations.dropFirst(from).prefix(count)
        print(
          TraceListing.text(operations, first: from, vocabulary: trace.vocabulary, tables: trace.tables), terminator: ""
        )
        return
      }
      var reader = try TraceReader(path)
      if from == 0 { print(TraceListing.text(reader.header.tables), terminator: "") }
      guard from < reader.operationCount else { return }
      reader.seek(to: from)
      var left = count
      var operations: [UInt64] = []
      while left > 0 {
        let first = reader.position
        guard try reader.read(into: &operations) else { return }
        print(
          TraceListing.text(
            operations.prefix(left), first: first, vocabulary: reader.header.vocabulary, tables: reader.header.tables),
          terminator: ""
        )
        left -= operations.count
      }
    }
  }
}

extension FilePath {
  /// Whether the name says that this is a trace of other malloc labs.
  var isScript: Bool { self.extension == "rep" }
}

/// Reads a `.rep` file, its oddities told on standard error.
func importScript(_ path: FilePath, strict: Bool = false) throws -> Trace {
  let script = try RepImporter.read(path, strict: strict)
  for oddity in script.oddities.prefix(20) {
    complain("\(path):\(oddity.line): \(oddity.finding); \(oddity.remedy)")
  }
  if script.oddities.count > 20 {
    complain("\(path): and \(script.oddities.count - 20) more; `alloclab trace lint` lists all")
  }
  return script.trace
}

/// Prints a line on standard error.
private func complain(_ line: String) {
  _ = try? FileDescriptor.standardError.writeAll("\(line)\n".utf8)
}
