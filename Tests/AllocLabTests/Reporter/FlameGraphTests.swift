import AllocLab
import Glibc
import Lab1Solutions
import Testing

/// What Gregg's flamegraph.pl draws of the reference's folded stacks is what the profile has.
///
/// The strict reading of the same text needs no tool, and always runs.
@Suite("The reference reporter and flame graphs")
struct FlameGraphTests {
  /// Bytes of all frames of a function, by its written name; a function that calls itself has several frames in one stack.
  private struct Profile {
    var folded: [UInt8]
    var frames: [String: UInt64] = [:]
  }

  /// Names as compilers make them, recursion, and stacks that come and go. Sums stay below 2^53, as the tool counts in floating point.
  private func profile(seed: UInt64) -> Profile {
    var generator = SeededGenerator(seed: seed)
    let names = [
      "main", "operator new(unsigned long)", "a;b", "std::vector<int>::push_back(int const&)", "100%", "line\nbreak",
      "12",
      "say \"hi\"", "", "naïve & co", "f 5", "tab\t",
    ]
    let written = [
      "main", "operator%20new(unsigned%20long)", "a%3Bb", "std::vector<int>::push_back(int%20const&)", "100%25",
      "line%0Abreak", "12", "say%20\"hi\"", "[unknown]", "naïve%20&%20co", "f%205", "tab%09",
    ]
    let stacks = (0..<80).map { _ in
      [0]
        + (0..<Int.random(in: 0...9, using: &generator)).map { _ in Int.random(in: 0..<names.count, using: &generator) }
    }
    let memory = CallStacksMemory(names: names, stacks: stacks)
    var reporter = TextReporter(stacks: memory.stacks)
    var profile = Profile(folded: [])
    for (number, stack) in stacks.enumerated() {
      let bytes = UInt64.random(in: 1...1 << 40, using: &generator)
      reporter.record(StackEvent(.allocate, time: UInt64(2 * number), stack: number, bytes: bytes))
      let isGone = number % 5 == 0
      if isGone { reporter.record(StackEvent(.deallocate, time: UInt64(2 * number + 1), stack: number, bytes: bytes)) }
      for symbol in stack where !isGone { profile.frames[written[symbol], default: 0] += bytes }
    }
    profile.folded = ReportText.collect { reporter.folded(&$0) }
    return profile
  }

  @Test("agree by a strict reading", arguments: 1...3 as ClosedRange<UInt64>) func strict(seed: UInt64) throws {
    let profile = profile(seed: seed)
    var frames: [String: UInt64] = [:]
    let lines = profile.folded.split(separator: 0x0a, omittingEmptySubsequences: false)
    #expect(lines.last?.isEmpty == true)
    for line in lines.dropLast() {
      let parts = line.split(separator: 0x20, omittingEmptySubsequences: false)
      try #require(parts.count == 2)
      let bytes = try #require(UInt64(String(decoding: parts[1], as: UTF8.self)))
      for name in parts[0].split(separator: 0x3b, omittingEmptySubsequences: false) {
        try #require(!name.isEmpty && name.allSatisfy { $0 > 0x20 && $0 != 0x7f })
        frames[String(decoding: name, as: UTF8.self), default: 0] += bytes
      }
    }
    #expect(frames == profile.frames)
  }

  @Test(
    "agree by flamegraph.pl",
    .enabled(if: FlameGraph.script != nil && access("/usr/bin/perl", X_OK) == 0, "flamegraph.pl or perl is missing"),
    arguments: 1...3 as ClosedRange<UInt64>)
  func drawn(seed: UInt64) throws {
    let profile = profile(seed: seed)
    #expect(try FlameGraph.frames(of: profile.folded) == profile.frames)
  }
}

/// Gregg's tool, where it is installed.
private enum FlameGraph {
  /// Debian has it in libdevel-nytprof-perl.
  static var script: String? {
    ["/usr/bin/flamegraph.pl", "/usr/local/bin/flamegraph.pl", "/usr/share/perl5/Devel/NYTProf/flamegraph.pl"]
      .first { access($0, R_OK) == 0 }
  }

  /// The bytes of all frames that it draws, by name.
  static func frames(of folded: [UInt8]) throws -> [String: UInt64] {
    var template = Array("/tmp/alloclab-flamegraph-XXXXXX".utf8CString)
    let folder = try #require(mkdtemp(&template).map { String(cString: $0) })
    defer { for file in ["folded", "graph", "messages", ""] { _ = Glibc.remove("\(folder)/\(file)") } }
    let input = try #require(fopen("\(folder)/folded", "w"))
    fwrite(folded, 1, folded.count, input)
    fclose(input)
    let script = try #require(script)
    let command =
      "/usr/bin/perl '\(script)' --minwidth=0 --countname=bytes '\(folder)/folded' >'\(folder)/graph' 2>'\(folder)/messages'"
    try #require(system(command) == 0)
    // It says there which lines it could not read.
    #expect(try text(of: "\(folder)/messages") == "")
    var frames: [String: UInt64] = [:]
    for match in try text(of: "\(folder)/graph").matches(of: /<title>(.*) \(([0-9,]+) bytes, [^)]*%\)<\/title>/) {
      guard match.1 != "all" else { continue }
      let bytes = try #require(UInt64(match.2.filter { $0 != "," }))
      let name = match.1.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
        .replacing("&amp;", with: "&")
      frames[restored(String(name)), default: 0] += bytes
    }
    return frames
  }

  /// The tool draws `<` and `>` as parentheses.
  private static func restored(_ name: String) -> String {
    name.hasPrefix("std::vector(int)") ? name.replacing("vector(int)", with: "vector<int>") : name
  }

  private static func text(of path: String) throws -> String {
    let file = try #require(fopen(path, "r"))
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer.prefix(count) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
