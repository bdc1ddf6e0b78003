import Testing
import Traces
import Vocabularies

@Suite struct StatisticsTests {
  /// The same numbers by the slowest and plainest way.
  struct NaiveModel {
    var live: [Int: (size: Int, birth: Int)] = [:]
    var peak = 0
    var peakOperation = 0
    var peakBlocks = 0
    var total = 0
    var sizes = [Int](repeating: 0, count: 65)
    var lifetimes = [Int](repeating: 0, count: 65)

    init(_ operations: [UInt64]) {
      for (index, word) in operations.enumerated() {
        let operation = AllocationOperation(word: word)
        if operation.kind == .deallocate {
          let block = live.removeValue(forKey: operation.slot)
          lifetimes[String(index - (block?.birth ?? 0), radix: 2).count] += 1
        } else {
          live[operation.slot] = (operation.size, live[operation.slot]?.birth ?? index)
          total += operation.size
          sizes[operation.size == 0 ? 0 : String(operation.size, radix: 2).count] += 1
        }
        let sum = live.values.reduce(0) { $0 + $1.size }
        if sum > peak { (peak, peakOperation) = (sum, index) }
        peakBlocks = max(peakBlocks, live.count)
      }
    }
  }

  @Test(arguments: 1...5) func agreesWithTheNaiveModel(seed: UInt64) {
    let trace = programTrace(operations: 2000, seed: seed)
    let model = NaiveModel(trace.operations)
    var statistics = AllocationStatistics(slotCount: trace.slotCount)
    for word in trace.operations { #expect(statistics.accept(word) == nil) }
    #expect(statistics.operationCount == 2000)
    #expect(statistics.peakLiveBytes == model.peak)
    #expect(statistics.peakOperation == model.peakOperation)
    #expect(statistics.peakLiveBlocks == model.peakBlocks)
    #expect(statistics.totalBytes == model.total)
    #expect(statistics.liveBlocks == model.live.count)
    #expect(statistics.liveBytes == model.live.values.reduce(0) { $0 + $1.size })
    #expect(statistics.sizeHistogram == model.sizes)
    #expect(statistics.lifetimeHistogram == model.lifetimes)
    #expect(statistics.usedSlotCount == trace.slotCount)
    #expect(statistics.threadCount == 1)
    #expect(statistics.invalidCount == 0)
    for kind in AllocationOperation.Kind.allCases {
      #expect(
        statistics.count(of: kind) == trace.operations.count { AllocationOperation(word: $0).kind == kind }, "\(kind)")
    }
    #expect(statistics.liveSeries.values.max() == model.peak)
  }

  @Test func thePeakIsTheFirstOfEquals() {
    var statistics = AllocationStatistics()
    for kind: AllocationOperation.Kind in [.reap, .allocate, .deallocate, .allocate, .reap] {
      statistics.accept(AllocationOperation(kind, slot: 0, size: kind == .allocate ? 8 : 0).word)
    }
    #expect(statistics.peakOperation == 1)
  }

  @Test(arguments: [0, 1, 511, 512, 513, 5000, 100_000], [0, 1])
  func theSeriesKeepsPeaksInBoundedMemory(length: Int, parity: Int) {
    var statistics = AllocationStatistics()
    for index in 0..<length {
      let kind: AllocationOperation.Kind = index % 2 == parity ? .allocate : .deallocate
      statistics.accept(AllocationOperation(kind, slot: 0, size: kind == .allocate ? index + 1 : 0).word)
    }
    let values = statistics.liveSeries.values
    #expect(values.count <= 512)
    #expect(values.count >= min(length, 256))
    // The last allocation is the largest.
    #expect(values.max() ?? 0 == (length == 0 ? 0 : (length - 1) % 2 == parity ? length : length - 1))
  }

  @Test func faultsAreNamed() {
    let operations = [
      AllocationOperation(.deallocate, slot: 0), AllocationOperation(.allocate, slot: 0, size: 8),
      AllocationOperation(.allocate, slot: 0, size: 16), AllocationOperation(.allocate, slot: 9, size: 8),
      AllocationOperation(word: 7 | 31 << 3), AllocationOperation(.deallocate, slot: 0),
      AllocationOperation(.reallocate, slot: 0, size: 1), AllocationOperation(.clock, size: 10),
      AllocationOperation(.clock, size: 9), AllocationOperation(.reap), AllocationOperation(.thread, slot: 500),
    ]
    let trace = Trace(vocabulary: "allocation", name: "t", slotCount: 2, operations: operations.map(\.word))
    var statistics = AllocationStatistics(slotCount: 2)
    let faults = trace.operations.map { statistics.accept($0) }
    #expect(
      faults == [
        .useOfDeadSlot(0), nil, .allocationOfLiveSlot(0), .slotBeyondCount(9, count: 2), .unknownKind(7), nil,
        .useOfDeadSlot(0), nil, .clockRunsBackwards(from: 10, to: 9), nil, nil,
      ])
    #expect(statistics.invalidCount == 6)
    #expect(statistics.unknownCount == 1)
    #expect(statistics.liveBytes == 0)
    #expect(statistics.threadCount == 2)
    #expect(TraceLint.findings(in: trace).map(\.operation) == [0, 2, 3, 4, 6, 8])
  }

  /// A free is wrong in the way it says, or the trace is: what was freed twice may be somebody's again.
  @Test func wrongFreesAreWrongInTheWayTheySay() {
    let operations = [
      AllocationOperation(.interiorFree, slot: 0, size: 8), AllocationOperation(.doubleFree, slot: 0),
      AllocationOperation(.allocate, slot: 0, size: 16), AllocationOperation(.allocate, slot: 1, size: 16),
      AllocationOperation(.interiorFree, slot: 0, size: 8), AllocationOperation(.misalignedFree, slot: 1, size: 1),
      AllocationOperation(.doubleFree, slot: 0), AllocationOperation(.deallocate, slot: 0),
      AllocationOperation(.doubleFree, slot: 0), AllocationOperation(.doubleFree, slot: 0),
      AllocationOperation(.reallocate, slot: 1, size: 99), AllocationOperation(.doubleFree, slot: 0),
      AllocationOperation(.misalignedFree, slot: 0, size: 1), AllocationOperation(.foreignFree, size: 64),
      AllocationOperation(.interiorFree, slot: 2, size: 1),
    ]
    var statistics = AllocationStatistics(slotCount: 2)
    let faults = operations.map { statistics.accept($0.word) }
    #expect(
      faults == [
        .useOfDeadSlot(0), .doubleFreeOfUsedMemory(0), nil, nil, nil, nil, .doubleFreeOfUsedMemory(0), nil, nil, nil,
        nil,
        .doubleFreeOfUsedMemory(0), .useOfDeadSlot(0), nil, .slotBeyondCount(2, count: 2),
      ])
  }

  @Test func hostileWordsDoNotOverflow() {
    var random = SeededGenerator(state: 2)
    var statistics = AllocationStatistics()
    let huge = AllocationOperation(.allocate, size: .max).word
    for slot: UInt64 in 0..<100 { statistics.accept(huge | slot << 8) }
    #expect(statistics.peakLiveBytes == .max)
    for slot: UInt64 in 0..<99 { statistics.accept(3 | slot << 8) }
    #expect(statistics.liveBytes == .max)
    statistics.accept(3 | 99 << 8)
    #expect(statistics.liveBytes == 0)
    for _ in 0..<2000 { statistics.accept(random.next()) }
    #expect(statistics.operationCount == 2200)
  }

  @Test func lintKnowsOtherVocabularies() {
    VocabularyRegistry.add(PagingVocabulary.self)
    let paging = Trace(vocabulary: "paging", name: "p", operations: [1, 2, 7])
    #expect(TraceLint.findings(in: paging).isEmpty)
    var slotted = paging
    slotted.slotCount = 1
    #expect(TraceLint.findings(in: slotted).count == 1)
    #expect(TraceLint.findings(in: Trace(vocabulary: "unheard of", name: "u", operations: [])).count == 1)
    var lint = TraceLint(TraceHeader(vocabulary: "allocation", name: "a"))
    for _ in 0..<5000 { lint.accept(7) }
    #expect(lint.findings.count == TraceLint.findingLimit)
    #expect(lint.findingCount == 5000)
  }

  @Test func theSummaryFitsATerminal() {
    let trace = programTrace(operations: 20_000)
    let text = TraceSummary(trace).text()
    for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    for part in ["program: allocation trace", "generated program", trace.contentHash, "20,000", "heap.limit", "█", "▁"]
    {
      #expect(text.contains(part), "\(part)")
    }
    let empty = TraceSummary(Trace(vocabulary: "allocation", name: "e", operations: [])).text()
    #expect(empty.contains("peak live       0 bytes"))
    var huge = Trace(vocabulary: "allocation", name: "h", slotCount: 9, operations: [])
    huge.operations = (0..<9).map { AllocationOperation(.allocate, slot: $0, size: .max).word }
    #expect(TraceSummary(huge).text().contains("4-8 Ei"))
    let paging = TraceSummary(Trace(vocabulary: "paging", name: "p", operations: [1, 2, 1])).text()
    #expect(paging.contains("distinct        2"))
  }

  @Test func listingsNameOperations() {
    let words = [
      AllocationOperation(.allocate, slot: 3, size: 48).word, AllocationOperation(.deallocate, slot: 3).word,
    ]
    #expect(
      TraceListing.text(words, first: 99, vocabulary: "allocation")
        == "    99  b3 = allocate(48)\n   100  deallocate(b3)\n")
    #expect(TraceListing.text([255], vocabulary: "unheard of") == "     0  0x00000000000000ff\n")
  }
}
