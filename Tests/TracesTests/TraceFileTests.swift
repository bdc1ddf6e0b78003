import Glibc
import SystemPackage
import Testing
import Traces
import Vocabularies

/// A trace like a program's: blocks of a few sizes, freed mostly soon.
func programTrace(operations count: Int, seed: UInt64 = 1) -> Trace {
  var random = SeededGenerator(state: seed)
  var live: [Int] = []
  var free: [Int] = []
  var slotCount = 0
  let sizes = [16, 24, 32, 48, 64, 100, 128, 513, 4096]
  var operations: [UInt64] = []
  while operations.count < count {
    let roll = Int.random(in: 0..<100, using: &random)
    if live.isEmpty || roll < 52 {
      let slot = free.popLast() ?? slotCount
      slotCount = max(slotCount, slot + 1)
      live.append(slot)
      let kind: AllocationOperation.Kind = roll < 5 ? .allocateZeroed : .allocate
      let size = roll == 7 ? Int.random(in: 0..<100_000, using: &random) : sizes.randomElement(using: &random) ?? 8
      operations.append(AllocationOperation(kind, slot: slot, size: size, alignment: roll == 9 ? 64 : 1).word)
    } else {
      let index = roll < 85 ? live.count - 1 : Int.random(in: 0..<live.count, using: &random)
      if roll < 58 {
        operations.append(AllocationOperation(.reallocate, slot: live[index], size: roll * 7).word)
      } else {
        let slot = live.remove(at: index)
        free.append(slot)
        operations.append(AllocationOperation(.deallocate, slot: slot).word)
      }
    }
  }
  return Trace(
    vocabulary: AllocationVocabulary.name, name: "program", seed: seed, origin: "generated program",
    parameters: [TraceParameter(name: "heap.limit", value: 1 << 30), TraceParameter(name: "odd", value: -7)],
    slotCount: slotCount, operations: operations)
}

@Suite struct TraceFileTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  @Test(arguments: [0, 1, 2, 1000, 65_535, 65_536, 65_537, 140_000])
  func roundTrip(count: Int) throws {
    let trace = programTrace(operations: count)
    let path = directory.path.appending("a.trace")
    try trace.write(to: path)
    let copy = try Trace(contentsOf: path)
    #expect(copy == trace)
    #expect(copy.contentHash == trace.contentHash)
    #expect(directory.contents == ["a.trace"])
  }

  @Test func anyPositionCanBeSought() throws {
    let trace = programTrace(operations: 150_000)
    let path = directory.path.appending("a.trace")
    try trace.write(to: path)
    var reader = try TraceReader(path)
    #expect(reader.header == trace.header)
    #expect(reader.operationCount == 150_000)
    #expect(reader.blockCount == 3)
    #expect(reader.contentHash == trace.contentHash)
    var words: [UInt64] = []
    for position in [149_999, 0, 65_535, 65_536, 70_000, 131_071, 131_072, 1] {
      reader.seek(to: position)
      #expect(try reader.read(into: &words))
      #expect(words.elementsEqual(trace.operations[position..<position + words.count]))
      #expect(reader.position == position + words.count)
    }
    reader.seek(to: 150_000)
    #expect(try !reader.read(into: &words))
  }

  @Test func wordsOfAnyShapeSurvive() throws {
    var random = SeededGenerator(state: 7)
    let shapes: [[UInt64]] = [
      (0..<3000).map { _ in random.next() },
      (0..<3000).map { UInt64($0) },
      (0..<3000).map { UInt64.max - UInt64($0) * 3 },
      [UInt64](repeating: .max, count: 3000),
      (0..<3000).map { _ in random.next() >> UInt64.random(in: 0..<64, using: &random) },
      (0..<3000).map { UInt64(1) << (UInt64($0) % 64) },
      (0..<3000).map { _ in UInt64.random(in: 0..<300, using: &random) },
      (0..<3000).map { UInt64($0 % 70) << 56 },
    ]
    for (number, operations) in shapes.enumerated() {
      let trace = Trace(vocabulary: "paging", name: "shape \(number)", operations: operations)
      let path = directory.path.appending("\(number).trace")
      try trace.write(to: path)
      #expect(try Trace(contentsOf: path) == trace)
      #expect(try TemporaryDirectory.bytes(of: path).count < 3000 * 8 + 200)
    }
  }

  @Test func programTracesTakeAFewBytesAnOperation() throws {
    let path = directory.path.appending("a.trace")
    try programTrace(operations: 100_000).write(to: path)
    #expect(try TemporaryDirectory.bytes(of: path).count < 100_000 * 3)
  }

  @Test func anUnfinishedWriterLeavesNothing() throws {
    let path = directory.path.appending("a.trace")
    do {
      var writer = try TraceWriter(path, header: TraceHeader(vocabulary: "paging", name: "a"))
      try writer.append(7)
      #expect(directory.contents.count == 1 && directory.contents[0].hasSuffix(".partial"))
    }
    #expect(directory.contents.isEmpty)
  }

  @Test func aKilledWriterLeavesOnlyATemporaryFile() async throws {
    let path = directory.path.appending("a.trace")
    await #expect(processExitsWith: .signal(SIGKILL)) { [text = path.string as String] in
      var writer = try TraceWriter(FilePath(text), header: TraceHeader(vocabulary: "paging", name: "a"))
      for word: UInt64 in 0..<70_000 { try writer.append(word) }
      kill(getpid(), SIGKILL)
    }
    #expect(directory.contents.count == 1 && directory.contents[0].hasSuffix(".partial"))
    // The next writer is not in its way.
    let trace = programTrace(operations: 10)
    try trace.write(to: path)
    #expect(try Trace(contentsOf: path) == trace)
  }

  @Test func theLastWriterToFinishWins() throws {
    let path = directory.path.appending("a.trace")
    let header = TraceHeader(vocabulary: "paging", name: "a")
    var first = try TraceWriter(path, header: header)
    var second = try TraceWriter(path, header: header)
    try first.append(1)
    try second.append(2)
    try second.finish()
    #expect(try Trace(contentsOf: path).operations == [2])
    try first.finish()
    #expect(try Trace(contentsOf: path).operations == [1])
    #expect(directory.contents == ["a.trace"])
  }

  @Test func writingReplacesWhatWasThere() throws {
    let path = try directory.write("not a trace", to: "a.trace")
    let trace = programTrace(operations: 10)
    try trace.write(to: path)
    #expect(try Trace(contentsOf: path) == trace)
  }

  @Test func theHashIsOfContentAlone() throws {
    let trace = programTrace(operations: 1000)
    var renamed = trace
    renamed.name = "other"
    renamed.origin = "elsewhere"
    renamed.seed = nil
    #expect(renamed.contentHash == trace.contentHash)
    #expect(trace.contentHash.utf8.count == 16)
    var other = trace
    other.operations[500] ^= 1 << 40
    #expect(other.contentHash != trace.contentHash)
    other = trace
    other.parameters[0].value += 1
    #expect(other.contentHash != trace.contentHash)
    other = trace
    other.operations.append(0)
    #expect(other.contentHash != trace.contentHash)
    #expect(trace.parameter("odd") == -7)
    #expect(trace.parameter("even") == nil)
  }

  @Test func whatCannotBeWrittenIsRefused() throws {
    let path = directory.path.appending("a.trace")
    var trace = programTrace(operations: 10)
    trace.slotCount = 1 << 25
    #expect(throws: TraceError.self) { try trace.write(to: path) }
    trace.slotCount = 10
    trace.origin = String(repeating: "x", count: 2 << 20)
    #expect(throws: TraceError.self) { try trace.write(to: path) }
    #expect(throws: TraceError.self) { try trace.write(to: "/nonexistent/a.trace") }
    #expect(directory.contents.isEmpty)
  }

  @Test func loadingIsBounded() throws {
    let path = directory.path.appending("a.trace")
    try programTrace(operations: 1000).write(to: path)
    #expect(throws: TraceError.self) { try Trace(contentsOf: path, limit: 999) }
  }
}
