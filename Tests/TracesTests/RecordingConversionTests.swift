import SystemPackage
import Testing
import Traces
import Vocabularies

/// Converts raw recordings that are made here, word by word.
@Suite
struct RecordingConversionTests {
  typealias Word = RecordingWord

  /// One chunk of a raw recording.
  struct Chunk {
    var stream: UInt32 = 1
    var thread: UInt32 = 0
    var stamp: UInt64 = 0
    /// Counted up in each stream where nil.
    var number: UInt64?
    var isWindow = false
    var words: [Word]
  }

  /// The bytes of a raw recording.
  func bytes(_ chunks: [Chunk], version: UInt32 = RecordingLayout.version) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: RecordingLayout.chunkByteCount)
    func put(_ value: UInt64, _ count: Int, at offset: Int) {
      for index in 0..<count { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(index))) }
    }
    put(RecordingLayout.magic, 8, at: 0)
    put(UInt64(version), 4, at: 8)
    put(42, 4, at: 16)
    put(1_000_000, 8, at: 24)
    let arguments = Array("/bin/prog\0-x\0".utf8)
    put(UInt64(arguments.count), 4, at: 48)
    bytes.replaceSubrange(
      RecordingLayout.argumentsOffset..<RecordingLayout.argumentsOffset + arguments.count, with: arguments)
    var numbers: [UInt32: UInt64] = [:]
    for chunk in chunks {
      let start = bytes.count
      let number = chunk.number ?? numbers[chunk.stream, default: 0]
      numbers[chunk.stream] = number + 1
      bytes += [UInt8](repeating: 0, count: RecordingLayout.chunkByteCount)
      put(RecordingLayout.chunkMagic, 8, at: start)
      put(chunk.isWindow ? UInt64(start) : 0, 8, at: start + 8)
      put(number, 8, at: start + 16)
      put(chunk.stamp, 8, at: start + 24)
      put(UInt64(chunk.stream), 4, at: start + 32)
      put(UInt64(chunk.thread), 4, at: start + 36)
      for (index, word) in chunk.words.enumerated() {
        put(word.word, 8, at: start + RecordingLayout.chunkHeaderByteCount + 8 * index)
      }
    }
    return bytes
  }

  /// Converts one raw recording, and describes the operations of its trace.
  func convert(
    _ raw: [UInt8], skip: Int = 0, limit: Int? = nil
  ) throws -> (operations: [String], trace: Trace, summary: RecordingSummary) {
    let folder = try TemporaryDirectory()
    _ = try folder.write(raw, to: "42.0.raw")
    var recording = Recording(arguments: ["prog"], output: folder.path.appending("app.trace"))
    recording.skip = skip
    recording.limit = limit
    let report = try recording.convert(folder.path)
    let written = try #require(report.traces.first)
    let trace = try Trace(contentsOf: written.path)
    return (trace.operations.map(AllocationVocabulary.describe(operation:)), trace, written.summary)
  }

  /// How many traces come of one raw recording.
  func traceCount(_ raw: [UInt8]) throws -> Int {
    let folder = try TemporaryDirectory()
    _ = try folder.write(raw, to: "42.0.raw")
    return try Recording(arguments: ["prog"], output: folder.path.appending("app.trace")).convert(folder.path).traces
      .count
  }

  func allocate(_ address: UInt64, _ size: UInt64) -> Word { Word(.allocate, address: address, size: size) }
  func free(_ address: UInt64) -> Word { Word(.deallocate, address: address) }

  @Test("The lowest free slot is taken")
  func slots() throws {
    let (operations, trace, _) = try convert(
      bytes([
        Chunk(words: [
          allocate(0x10, 1), allocate(0x20, 2), allocate(0x30, 3), free(0x20), free(0x10), allocate(0x40, 4),
          Word(.allocateZeroed, address: 0x20, size: 5), allocate(0x50, 6),
        ])
      ]))
    #expect(
      operations == [
        "b0 = allocate(1, alignment: 16)", "b1 = allocate(2, alignment: 16)", "b2 = allocate(3, alignment: 16)",
        "deallocate(b1)", "deallocate(b0)", "b0 = allocate(4, alignment: 16)",
        "b1 = allocateZeroed(5, alignment: 16)", "b3 = allocate(6, alignment: 16)",
      ])
    #expect(trace.slotCount == 4)
    #expect(trace.name == "prog")
  }

  @Test("Slots stay dense over many blocks, which end in any order")
  func manySlots() throws {
    var random = SeededGenerator(state: 5)
    var live = Set<UInt64>()
    var words: [Word] = []
    var peak = 0
    while words.count < 8000 {
      let address = UInt64.random(in: 1...6000, using: &random) << 4
      words.append(live.remove(address) == nil ? allocate(address, 8) : free(address))
      if words.last?.kind == .allocate { live.insert(address) }
      peak = max(peak, live.count)
    }
    let (_, trace, summary) = try convert(bytes([Chunk(words: words)]))
    #expect(trace.operations.count == words.count)
    #expect(trace.slotCount == peak)
    #expect(summary.peakBlocks == peak)
    #expect(summary.remarks == [])
    // Against the plainest model: a set of free slots.
    var slots: [UInt64: Int] = [:]
    var taken = Set<Int>()
    for (word, packed) in zip(words, trace.operations) {
      let slot = AllocationOperation(word: packed).slot
      if word.kind == .allocate {
        #expect(slot == (0...).first { !taken.contains($0) })
        slots[word.address] = slot
        taken.insert(slot)
      } else {
        #expect(slots.removeValue(forKey: word.address) == slot)
        taken.remove(slot)
      }
    }
  }

  @Test("Prefixes add to the event after them, unknown ones are passed over")
  func prefixes() throws {
    let (operations, _, _) = try convert(
      bytes([
        Chunk(words: [
          Word(.size, value: 1 << 40), allocate(0x10, 7), Word(.alignment, value: 12), allocate(0x20, 3),
          Word(.stack, value: 99), allocate(0x30, 4), Word(word: 7 | 31 << 3 | 5 << 8), allocate(0x40, 5),
          Word(.clock, value: 1_002_500), allocate(0x50, 6), Word(.clock, value: 1_002_900), allocate(0x60, 8),
          Word(.alignment, value: 60), allocate(0x70, 9),
        ])
      ]))
    #expect(
      operations == [
        "b0 = allocate(1099511627776, alignment: 16)", "b1 = allocate(3, alignment: 4096)",
        "b2 = allocate(4, alignment: 16)", "b3 = allocate(5, alignment: 16)", "after 2 ms",
        "b4 = allocate(6, alignment: 16)", "b5 = allocate(8, alignment: 16)",
        "b6 = allocate(9, alignment: 2147483648)",
      ])
  }

  @Test("Streams are merged by their stamps: who reads a stamp comes before who takes it")
  func merging() throws {
    // One address goes 1 → 2 → 1, each time given up before it is handed out.
    let first = Chunk(words: [allocate(0x10, 1), free(0x10), Word(.stamp, value: 2), allocate(0x10, 3)])
    let second = Chunk(stream: 2, thread: 7, stamp: 1, words: [allocate(0x10, 2), free(0x10)])
    let expected = [
      "b0 = allocate(1, alignment: 16)", "deallocate(b0)", "thread 1", "b0 = allocate(2, alignment: 16)",
      "deallocate(b0)", "thread 0", "b0 = allocate(3, alignment: 16)",
    ]
    for chunks in [[first, second], [second, first]] {
      let (operations, _, summary) = try convert(bytes(chunks))
      #expect(operations == expected)
      #expect(summary.remarks == [])
      #expect(summary.threads == 2)
    }
  }

  @Test("A move ends where it began, while another thread gets the address between")
  func moves() throws {
    let mover = Chunk(words: [
      allocate(0x10, 1), Word(.moveFrom, address: 0x10), Word(.stamp, value: 2), Word(.moveTo, address: 0x20, size: 9),
    ])
    let other = Chunk(
      stream: 2, thread: 1, stamp: 0,
      words: [
        allocate(0x20, 5), Word(.stamp, value: 1), free(0x20), allocate(0x10, 6),
      ])
    let (operations, _, summary) = try convert(bytes([mover, other]))
    #expect(
      operations == [
        "b0 = allocate(1, alignment: 16)", "thread 1", "b1 = allocate(5, alignment: 16)", "deallocate(b1)",
        "b1 = allocate(6, alignment: 16)", "thread 0", "b0 = reallocate(b0, to: 9, alignment: 16)",
      ])
    #expect(summary.remarks == [])
  }

  @Test("A move that found no room leaves the block; one cut off leaves nothing")
  func failedMoves() throws {
    let (operations, _, summary) = try convert(
      bytes([
        Chunk(words: [
          allocate(0x10, 1), Word(.moveFrom, address: 0x10), Word(.moveFailed, address: 0x10), free(0x10),
          allocate(0x10, 2), Word(.moveFrom, address: 0x10), Word(.size, value: 5),
        ])
      ]))
    #expect(
      operations == ["b0 = allocate(1, alignment: 16)", "deallocate(b0)", "b0 = allocate(2, alignment: 16)"])
    #expect(summary.failedMoves == 1)
    #expect(summary.unknownBlocks == 0)
  }

  @Test("Ends of unknown blocks are left out and counted, ends that were not seen are put in")
  func unknownBlocks() throws {
    let (operations, _, summary) = try convert(
      bytes([
        Chunk(words: [
          free(0x90), Word(.moveFrom, address: 0x80), Word(.moveTo, address: 0x70, size: 4), allocate(0x70, 5),
        ])
      ]))
    #expect(
      operations == ["b0 = allocate(4, alignment: 16)", "deallocate(b0)", "b0 = allocate(5, alignment: 16)"])
    #expect(summary.unknownBlocks == 2)
    #expect(summary.unseenEnds == 1)
    #expect(summary.remarks.count == 2)
  }

  @Test("A stream goes on in its next chunk, past chunks never begun and another thread's")
  func chunks() throws {
    var raw = bytes([
      Chunk(words: [allocate(0x10, 1)]), Chunk(words: []), Chunk(stream: 2, thread: 3, words: [allocate(0x20, 2)]),
      Chunk(thread: 5, stamp: 4, words: [free(0x10), Word(.thread, value: 6), allocate(0x10, 3)]),
    ])
    // The second chunk has no header, as where its process ended while it took it.
    raw.replaceSubrange(
      2 * RecordingLayout.chunkByteCount..<3 * RecordingLayout.chunkByteCount, with: repeatElement(0, count: 1 << 16))
    let (operations, _, _) = try convert(raw)
    #expect(
      operations == [
        "b0 = allocate(1, alignment: 16)", "thread 1", "b1 = allocate(2, alignment: 16)", "thread 2", "deallocate(b0)",
        "thread 3", "b0 = allocate(3, alignment: 16)",
      ])
  }

  @Test("A window goes after its copies, once, wherever the process was killed")
  func windows() throws {
    let first = Chunk(number: 0, words: [allocate(0x10, 1)])
    let copy = Chunk(number: 1, words: [allocate(0x20, 2), allocate(0x30, 3)])
    let cutCopy = Chunk(number: 1, words: [allocate(0x20, 2)])
    let window = Chunk(number: 1, isWindow: true, words: [allocate(0x20, 2), allocate(0x30, 3)])
    let copied = Chunk(number: 1 | RecordingLayout.isCopied, isWindow: true, words: [Word(word: 0), allocate(0x30, 3)])
    let begun = Chunk(number: 2, isWindow: true, words: [allocate(0x40, 4)])
    for (chunks, last) in [
      ([window, first], 3), ([window, first, cutCopy], 3), ([copied, first, copy], 3), ([begun, first, copy], 4),
    ] {
      let (operations, _, summary) = try convert(bytes(chunks))
      #expect(operations == (1...last).map { "b\($0 - 1) = allocate(\($0), alignment: 16)" })
      #expect(summary.remarks == [])
    }
  }

  @Test("A file cut anywhere gives the events before the cut", arguments: (1..<17).map { 65_536 + 7 * $0 })
  func ragged(length: Int) throws {
    let raw = Array(bytes([Chunk(words: (1...20).map { allocate($0 << 4, $0) })]).prefix(length))
    let count = max(0, (length - RecordingLayout.chunkByteCount - RecordingLayout.chunkHeaderByteCount) / 8)
    if count == 0 {
      #expect(try traceCount(raw) == 0)
    } else {
      #expect(try convert(raw).operations.count == count)
    }
  }

  @Test("Words of chance make a sound trace", arguments: 0..<20)
  func chance(seed: UInt64) throws {
    var random = SeededGenerator(state: seed)
    let words = (0..<3000).map { _ in
      Word(word: UInt64.random(in: 1...UInt64.max, using: &random) & (seed < 10 ? .max : 0xffff_ffff))
    }
    let (_, trace, _) = try convert(bytes([Chunk(words: words), Chunk(stream: 9, words: words.reversed())]))
    var live = Set<Int>()
    for operation in trace.operations.map(AllocationOperation.init(word:)) {
      switch operation.kind {
      case .allocate, .allocateZeroed: #expect(live.insert(operation.slot).inserted)
      case .reallocate: #expect(live.contains(operation.slot))
      case .deallocate: #expect(live.remove(operation.slot) != nil)
      default: break
      }
    }
  }

  @Test("Skipping and cutting count operations")
  func limits() throws {
    let raw = bytes([Chunk(words: (1...10).map { allocate($0 << 4, $0) } + (1...10).map { free($0 << 4) })])
    let cut = try convert(raw, limit: 4)
    #expect(cut.operations.last == "b3 = allocate(4, alignment: 16)")
    #expect(cut.trace.slotCount == 4)
    #expect(cut.summary.isCut)
    let rest = try convert(raw, skip: 7)
    #expect(
      rest.operations.prefix(4).map { $0.prefix(12) } == [
        "b0 = allocat", "b1 = allocat", "b2 = allocat", "deallocate(b",
      ])
    #expect(rest.operations.count == 6)
    #expect(!rest.summary.isCut)
  }

  @Test("A file of another version or kind is left alone")
  func foreign() throws {
    let chunk = Chunk(words: [allocate(0x10, 1)])
    #expect(try traceCount(bytes([chunk])) == 1)
    #expect(try traceCount(bytes([chunk], version: 2)) == 0)
    #expect(try traceCount(Array("not a recording".utf8)) == 0)
  }
}
