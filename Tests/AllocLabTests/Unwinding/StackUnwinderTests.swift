import AllocLab
import Lab2Solutions
import Testing

@Suite("The reference unwinder")
struct StackUnwinderTests {
  private typealias Memory = ProcessImageMemory

  /// Code from 0x400000 to 0x400100; what lies before 0x400080 has rows.
  private func memory(
    at counter: UInt64, _ registers: [Int: UInt64], _ words: [UInt64], rows: [ProcessImageMemory.Row] = []
  ) -> ProcessImageMemory {
    ProcessImageMemory(
      threads: [.init(programCounter: counter, registers: registers, stack: 0x7000..<0x7000 + UInt64(8 * words.count))],
      regions: [(0x7000, words)], modules: [.init(0x40_0000..<0x40_0100, rows: rows)])
  }

  private func backtrace(_ memory: borrowing ProcessImageMemory) throws -> (frames: [UInt64], end: BacktraceEnd) {
    var unwinder = StackUnwinder(image: memory.image)
    #expect(unwinder.invariantViolations() == [])
    let found = memory.backtrace(of: 0, by: &unwinder)
    let (frames, end) = try #require(found)
    return (frames.map(\.programCounter), end)
  }

  @Test("follows frame pointers to their end") func framePointers() throws {
    let words: [UInt64] = [1, 0x7020, 0x40_0090, 2, 0x7038, 0x40_00a0, 3, 0, 0x40_00b0]
    let (frames, end) = try backtrace(memory(at: 0x40_0080, [6: 0x7008, 7: 0x7000], words))
    #expect(frames == [0x40_0080, 0x40_0090, 0x40_00a0, 0x40_00b0])
    #expect(end == .outermost)
  }

  @Test(
    "ends with what is sure",
    arguments: [
      (0x7008, BacktraceEnd.damaged), (0x7000, .damaged), (0x7021, .damaged), (0x7040, .damaged), (0x9000, .damaged),
      (.max - 15, .damaged), (.max - 7, .damaged), (0, .outermost),
    ] as [(UInt64, BacktraceEnd)])
  func damage(pointer: UInt64, end: BacktraceEnd) throws {
    let words: [UInt64] = [1, pointer, 0x40_0090, 2, 0x7038, 0x40_00a0, 3, 0, 0x40_00b0]
    let found = try backtrace(memory(at: 0x40_0080, [6: 0x7008, 7: 0x7000], words))
    #expect(found.frames == [0x40_0080, 0x40_0090])
    #expect(found.end == end)
  }

  @Test("takes the row of the byte before a return address, and of no byte before where a thread stands") func places()
    throws
  {
    let rows: [ProcessImageMemory.Row] = [
      .init(0..<0x10, cfa: (7, 16)), .init(0x10..<0x20, cfa: (7, 8)),
      .init(0x20..<0x30, cfa: (7, 8), rules: [(16, .undefined)]),
    ]
    let words: [UInt64] = [0x40_0010, 5, 0x40_0021]
    let (frames, end) = try backtrace(memory(at: 0x40_0010, [7: 0x7000], words, rows: rows))
    #expect(frames == [0x40_0010, 0x40_0010, 0x40_0021])
    #expect(end == .outermost)
  }

  @Test("swaps registers where rules do, and knows what it does not") func rules() throws {
    let rows: [ProcessImageMemory.Row] = [
      .init(0..<0x10, cfa: (7, 8), rules: [(3, .register(12)), (12, .register(3)), (16, .saved(-8))]),
      .init(0x10..<0x20, cfa: (3, 0), rules: [(12, .undefined), (16, .saved(-8))]),
      .init(0x20..<0x30, cfa: (12, 0)),
    ]
    let words: [UInt64] = [0x40_0018, 0, 0x40_0028, 0x40_0028]
    let found = try backtrace(memory(at: 0x40_0004, [3: 0x7020, 7: 0x7000, 12: 0x7018], words, rows: rows))
    #expect(found.frames == [0x40_0004, 0x40_0018, 0x40_0028])
    #expect(found.end == .missing)
  }

  @Test("asks who has called what is no code") func nowhere() throws {
    let found = try backtrace(memory(at: 0, [6: 0, 7: 0x7000], [0x40_0090, 7]))
    #expect(found.frames == [0, 0x40_0090])
    #expect(found.end == .outermost)
  }

  @Test("tells names only inside") func names() {
    let memory = ProcessImageMemory(
      threads: [], regions: [],
      modules: [
        .init(0x1000..<0x1010),
        .init(
          0x5000..<0x5100, symbols: [(0, 0x40), (0x10, 8), (0x10, 16), (0x60, 0), (0x70, 8)],
          lines: [(0x10, 1, 5), (0x18, 1, 6), (0x18, 2, 0), (0x20, nil, 0)]),
      ])
    var unwinder = StackUnwinder(image: memory.image)
    #expect(unwinder.invariantViolations() == [])
    func symbol(_ address: UInt64) -> Int? { unwinder.symbolise(address, isReturnAddress: false)?.symbol?.symbol }
    #expect([0x5000, 0x500f, 0x5010, 0x5017].map(symbol) == [0, 0, 1, 1])
    #expect([0x5018, 0x501f, 0x5020, 0x503f, 0x5040].map(symbol) == [2, 2, 0, 0, nil])
    #expect([0x505f, 0x5060, 0x506f, 0x5070, 0x5077, 0x5078].map(symbol) == [nil, 3, 3, 4, 4, nil])
    #expect(
      unwinder.symbolise(0x5018, isReturnAddress: true)
        == CodeLocation(module: 1, symbol: SymbolOffset(symbol: 1, offset: 8), line: SourceLine(file: 1, line: 5)))
    #expect(unwinder.symbolise(0x5018, isReturnAddress: false)?.line == nil)
    #expect(unwinder.symbolise(0x1010, isReturnAddress: true) == CodeLocation(module: 0))
    for address: UInt64 in [0, 0xfff, 0x1010, 0x4fff, 0x5100, .max] {
      #expect(unwinder.symbolise(address, isReturnAddress: false) == nil)
    }
    #expect(unwinder.symbolise(0, isReturnAddress: true) == nil)
  }
}
