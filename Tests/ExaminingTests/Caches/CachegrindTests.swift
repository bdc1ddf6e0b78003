import Examining
import Glibc
import Testing

/// Our caches and those of valgrind's cachegrind count alike, on the addresses of a C program that valgrind's lackey has written down.
@Suite(
  "The cache model and cachegrind",
  .enabled(
    if: (["/usr/bin/valgrind", "/usr/bin/gcc"] as [String]).allSatisfy { access($0, X_OK) == 0 },
    "valgrind or gcc is missing"))
struct CachegrindTests {
  /// Sizes and ways of the first level for instructions and data, and of the last one; the second configuration is that of `CacheModel`.
  static let configurations = [
    (first: (sets: 16, ways: 2), last: (sets: 128, ways: 4)),
    (first: (sets: 64, ways: 8), last: (sets: 1024, ways: 16)),
  ]

  @Test(arguments: 0..<2) func agree(number: Int) throws {
    let (first, last) = Self.configurations[number]
    let program = try TracedProgram()
    defer { program.remove() }
    let its = try program.misses(first, last)
    let accesses = try program.accesses()
    var (instructions, data) = (
      SetAssociativeCache(sets: first.sets, ways: first.ways), SetAssociativeCache(sets: first.sets, ways: first.ways)
    )
    var lastLevel = SetAssociativeCache(sets: last.sets, ways: last.ways)
    var mine = (data: 0, last: 0)
    var core = CacheModel()
    for access in accesses {
      let lines = access.address >> 6...(access.address + UInt64(access.byteCount) - 1) >> 6
      // An access of two lines is one miss to cachegrind, and asks the last level for both.
      func misses(_ cache: inout SetAssociativeCache) -> Bool {
        lines.reduce(false) { missed, line in !cache.use(line) || missed }
      }
      if access.isInstruction {
        if misses(&instructions) { _ = misses(&lastLevel) }
      } else {
        core.access(Int(access.address), access.byteCount, isStore: access.isStore, core: 0)
        if misses(&data) {
          mine.data += 1
          if misses(&lastLevel) { mine.last += 1 }
        }
      }
    }
    #expect(mine.data == its.data)
    #expect(mine.last == its.last)
    // Whatever agrees where next to nothing misses says nothing.
    #expect(its.data > 3000 && its.last > 1000)
    // The model counts each line of an access: of those in two lines, up to one more.
    if number == 1 {
      let straddling = accesses.filter { $0.address & 63 + UInt64($0.byteCount) > 64 && !$0.isInstruction }.count
      #expect((mine.data...mine.data + straddling).contains(core.counts.l1Misses))
    }
  }

  /// A probed replay is to have twenty million accesses a second. That is printed and not asserted, since tests share the machine.
  @Test func itIsFast() {
    var model = CacheModel()
    let clock = ContinuousClock()
    let start = clock.now
    for access in 0..<4_000_000 { model.access(access &* 40 % (1 << 18), 8, isStore: access & 3 == 0, core: 0) }
    let elapsed = clock.now - start
    print("cache model: \(Int(4 / (elapsed / .seconds(1)))) million accesses a second")
    #expect(model.counts.accesses == 4_000_000)
  }
}

/// A C program without a library, compiled once and run under valgrind's tools.
private struct TracedProgram {
  struct Access {
    let address: UInt64
    let byteCount: Int
    let isInstruction: Bool
    let isStore: Bool
  }

  private let folder: String

  init() throws {
    var template = Array("/tmp/alloclab-cachegrind-XXXXXX".utf8CString)
    folder = try #require(mkdtemp(&template).map { String(cString: $0) })
    let source = #filePath.replacing("CachegrindTests.swift", with: "walks.c")
    try run("gcc -O1 -fno-stack-protector -fcf-protection=none -static -nostdlib -o \(folder)/walks \(source)")
  }

  func remove() {
    for file in ["walks", "lackey", "cachegrind", "counts", ""] { _ = Glibc.remove("\(folder)/\(file)") }
  }

  private func run(_ command: String) throws { try #require(system(command) == 0, "\(command)") }

  private func text(_ name: String) throws -> String {
    let file = try #require(fopen("\(folder)/\(name)", "r"))
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer.prefix(count) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Data misses of the first level, and of these in the last one, as cachegrind counts them.
  func misses(_ first: (sets: Int, ways: Int), _ last: (sets: Int, ways: Int)) throws -> (data: Int, last: Int) {
    func option(_ cache: (sets: Int, ways: Int)) -> String { "\(64 * cache.sets * cache.ways),\(cache.ways),64" }
    try run(
      "valgrind --tool=cachegrind --cache-sim=yes --I1=\(option(first)) --D1=\(option(first)) --LL=\(option(last)) "
        + "--cachegrind-out-file=\(folder)/counts --log-file=\(folder)/cachegrind \(folder)/walks")
    let lines = try text("counts").split(separator: "\n")
    let names = try #require(lines.first { $0.hasPrefix("events: ") }).split(separator: " ").dropFirst()
    let sums = try #require(lines.first { $0.hasPrefix("summary: ") }).split(separator: " ").dropFirst()
    let events = Dictionary(uniqueKeysWithValues: zip(names.map(String.init), sums.map { Int($0) ?? -1 }))
    func sum(_ names: String...) throws -> Int { try names.reduce(0) { try $0 + #require(events[$1], "\($1)") } }
    return (try sum("D1mr", "D1mw"), try sum("DLmr", "DLmw"))
  }

  /// All that the program accesses, in order. A word that is read and written at once is one access to both tools.
  func accesses() throws -> [Access] {
    try run("valgrind --tool=lackey --trace-mem=yes --basic-counts=no --log-file=\(folder)/lackey \(folder)/walks")
    return try text("lackey").split(separator: "\n").compactMap { line in
      guard let kind = line.prefix(2).first(where: { $0 != " " }), "ILSM".contains(kind), line.dropFirst(2).first == " "
      else { return nil }
      let parts = line.dropFirst(3).split(separator: ",")
      guard parts.count == 2, let address = UInt64(parts[0], radix: 16), let count = Int(parts[1]) else { return nil }
      return Access(address: address, byteCount: count, isInstruction: kind == "I", isStore: kind == "S" || kind == "M")
    }
  }
}
