import AllocLab
import Lab1Solutions
import Testing

@Suite("The reference fragmentation meter")
struct HeapMeterTests {
  private func meter(_ memory: HeapChangeMemory) -> HeapMeter {
    var meter = HeapMeter()
    memory.feed(&meter)
    #expect(meter.invariantViolations() == [])
    return meter
  }

  @Test("knows the README's measures") func measures() {
    let memory = HeapChangeMemory()
      .at(0).snapshot([.init(start: 0, byteCount: 100)], [.init(address: 0, requested: 60, taken: 60)])
      .at(10).resize(0, 200).begin(60, requested: 90, taken: 90)
      .at(30).end(0).end(60).begin(0, requested: 40, taken: 40)
      .at(35).resize(0, 200)
    var meter = meter(memory)
    let found = meter.measures()
    #expect(found.average == FragmentationRatio(heap: 100 * 10 + 200 * 25, live: 60 * 10 + 150 * 20 + 40 * 5))
    #expect(found.atPeakLive == FragmentationRatio(heap: 200, live: 150))
    #expect(found.atPeakHeap == FragmentationRatio(heap: 200, live: 60))
    #expect(found.ofPeaks == FragmentationRatio(heap: 200, live: 150))
  }

  @Test("knows nothing at first") func nothing() {
    var meter = HeapMeter()
    #expect(meter.measures() == FragmentationMeasures())
    #expect(
      [meter.internalFragmentation(), meter.externalFragmentation(), meter.unusableIndex(order: 63)] == [0, 0, 0])
  }

  @Test("joins runs on both sides, and never across a region's start") func runs() {
    let memory = HeapChangeMemory().map(0x1000, 96).map(0x1060, 32)
    for cell in UInt64(0)..<6 { memory.begin(0x1000 + 16 * cell, requested: 16, taken: 16) }
    for cell in [1, 3, 2, 5] as [UInt64] { memory.end(0x1000 + 16 * cell) }
    var meter = meter(memory)
    #expect(meter.largestRun() == 48)
    #expect(meter.freeBytes() == 96)
    #expect(meter.externalFragmentation() == 500_000)
    #expect(meter.unusableBytes(order: 4) == 0)
    #expect(meter.unusableBytes(order: 5) == 16)
    #expect(memory.histogram(of: &meter) == [[4, 1, 16], [5, 2, 80]])
  }

  @Test("keeps its invariants, whatever happens") func random() {
    var generator = SeededGenerator(seed: 4)
    var meter = HeapMeter()
    var live: [UInt64: UInt64] = [:]
    HeapChangeMemory().map(0x1000, 16 * 64).map(0x1000 + 16 * 64, 16 * 64).feed(&meter)
    for step in 0..<2_000 {
      let memory = HeapChangeMemory().at(UInt64(step))
      let cell = UInt64.random(in: 0..<128, using: &generator)
      let cells = UInt64.random(in: 1...4, using: &generator)
      let address = 0x1000 + 16 * cell
      if live.removeValue(forKey: address) != nil {
        memory.end(address)
      } else if cell / 64 == (cell + cells - 1) / 64,
        live.allSatisfy({ $0.key >= address + 16 * cells || $0.key + $0.value <= address })
      {
        live[address] = 16 * cells
        memory.begin(address, requested: 16 * cells - cell % 16, taken: 16 * cells)
      }
      memory.feed(&meter)
      #expect(meter.invariantViolations() == [], "step \(step)")
    }
  }
}
