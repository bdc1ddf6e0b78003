import AllocLab
import Glibc
import Lab2Solutions
import Testing

/// What valgrind's memcheck says of C programs with planted leaks, the reference says of their images.
///
/// The program has memcheck look for leaks and then writes the same memory to a file: one process, one moment, one order of addresses.
@Suite(
  "The reference leak detector and memcheck",
  .enabled(if: Memcheck.isInstalled, "valgrind, its header or gcc is missing"))
struct MemcheckTests {
  static let scenarios = ["lists", "trees", "circles", "edges", "random graph"]

  @Test("agree on all four sums", arguments: 0..<5) func agree(scenario: Int) throws {
    let memcheck = try Memcheck()
    defer { memcheck.remove() }
    for seed in 1...(scenario == 4 ? 8 : 1) {
      let its = try memcheck.run(scenario: scenario, seed: seed)
      let image = try memcheck.image()
      var finder = LeakFinder(image: image.image)
      let mine = LeakCategory.allCases.map { finder.total($0) }
      #expect(mine == its, "\(Self.scenarios[scenario]), seed \(seed)")
      #expect(finder.invariantViolations() == [])
      // Whatever agrees where there is nothing says nothing.
      #expect(its.reduce(0) { $0 + $1.blocks } >= 30)
    }
  }
}

/// A C program, compiled once, run under valgrind.
struct Memcheck {
  private let folder: String

  private static let header = "/usr/include/valgrind/memcheck.h"

  static let isInstalled = (["/usr/bin/valgrind", header, "/usr/bin/gcc"] as [String]).allSatisfy { file in
    access(file, R_OK) == 0
  }

  init() throws {
    var template = Array("/tmp/alloclab-memcheck-XXXXXX".utf8CString)
    folder = try #require(mkdtemp(&template).map { String(cString: $0) })
    let source = #filePath.replacing("MemcheckTests.swift", with: "leaky.c")
    try Self.run("gcc", "-O1", "-g", "-o", "\(folder)/leaky", source)
  }

  func remove() { for file in ["leaky", "log", "image", ""] { _ = Glibc.remove("\(folder)/\(file)") } }

  /// Memcheck's sums by category, of the program whose image is to be had afterwards.
  func run(scenario: Int, seed: Int) throws -> [LeakTotal] {
    try Self.run(
      "valgrind", "--leak-check=no", "--leak-check-heuristics=none", "--show-leak-kinds=none",
      "--log-file=\(folder)/log", "\(folder)/leaky", "\(scenario)", "\(seed)", "\(folder)/image")
    let log = String(decoding: try bytes(of: "log"), as: UTF8.self)
    return try ["definitely lost", "indirectly lost", "possibly lost", "still reachable"].map { name in
      let match = try #require(try Regex("\(name): ([0-9,]+) bytes in ([0-9,]+) blocks").firstMatch(in: log), "\(log)")
      let numbers = try (1...2).map { try #require(Int((match[$0].substring ?? "").filter(\.isNumber))) }
      return LeakTotal(blocks: numbers[1], bytes: numbers[0])
    }
  }

  /// What the program wrote: two registers, the blocks, then the regions with their bytes.
  func image() throws -> HeapImageMemory {
    let bytes = try bytes(of: "image")
    var place = 0
    func word() -> UInt64 {
      defer { place += 8 }
      return (0..<8).reduce(0) { $0 | UInt64(bytes[place + $1]) << UInt64(8 * $1) }
    }
    let registers = [word(), word()]
    let blocks = (0..<Int(word())).map { _ in HeapImage.Block(address: word(), size: Int(word()), site: word()) }
    var regions: [(region: HeapImage.Region, words: [UInt64])] = []
    while place < bytes.count {
      let kind = HeapImage.RegionKind(rawValue: word()) ?? .heap
      let (start, count) = (word(), Int(word()))
      let content = bytes[place..<place + count] + Array(repeating: 0, count: 7)
      let words = (0..<(count + 7) / 8).map { number in
        (0..<8).reduce(UInt64(0)) { $0 | UInt64(content[content.startIndex + 8 * number + $1]) << UInt64(8 * $1) }
      }
      regions.append((HeapImage.Region(start: start, byteCount: count, kind: kind), words))
      place += count
    }
    return HeapImageMemory(
      blocks: blocks.sorted { $0.address < $1.address }, regions: regions.sorted { $0.region.start < $1.region.start },
      registers: registers)
  }

  private func bytes(of name: String) throws -> [UInt8] {
    let file = try #require(fopen("\(folder)/\(name)", "r"))
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer.prefix(count) }
    return bytes
  }

  private static func run(_ command: String...) throws {
    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var process: pid_t = 0
    try #require(posix_spawnp(&process, command[0], nil, nil, &arguments, environ) == 0, "\(command[0])")
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {}
    try #require(status == 0, "\(command.joined(separator: " ")) ended with \(status)")
  }
}
