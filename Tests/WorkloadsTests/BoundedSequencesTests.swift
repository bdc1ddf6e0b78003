import Testing
import Traces
import Vocabularies
import Workloads

/// Every sequence up to a bound, each once.
@Suite struct BoundedSequencesTests {
  private func lives(
    _ alphabet: [BoundedSequences.Step], depth: Int, ending: BoundedSequences.Ending = BoundedSequences.Ending()
  ) -> [String] {
    let trace = BoundedSequences(alphabet, depth: depth, ending: ending).trace(name: "test", parameters: [])
    #expect(TraceLint.findings(in: trace) == [])
    #expect(trace.hasLives)
    var lives: [[String]] = []
    for word in trace.operations {
      let operation = AllocationOperation(word: word)
      switch (operation.kind, operation.hostility) {
      case (.hostile, .restart): lives.append([])
      case (.allocate, _): lives[lives.count - 1].append("+\(operation.slot)")
      case (.deallocate, _): lives[lives.count - 1].append("-\(operation.slot)")
      case (.reallocate, _): lives[lives.count - 1].append("~\(operation.slot)")
      case (.reap, _): lives[lives.count - 1].append("r")
      case (_, let fault?): lives[lives.count - 1].append("!\(fault.rawValue)")
      default: Issue.record("\(word)")
      }
    }
    #expect(lives.count == trace.lifeCount)
    return lives.map { $0.joined(separator: " ") }
  }

  /// By hand: those that end with a free of the oldest block are the shorter ones, which end so too.
  @Test func comingsAndGoings() {
    let found = lives([.allocate(8), .deallocate], depth: 3)
    #expect(
      found == [
        "+0 -0", "+0 +1 -0 -1", "+0 +1 +2 -0 -1 -2", "+0 +1 -1 -0", "+0 -0 +1 -1",
      ])
  }

  /// A second free follows its first at once; what is inside a block is inside the larger ones only.
  @Test func wrongFrees() {
    let found = lives([.allocate(8), .deallocate, .freeAgain, .freeInside(8), .freeInside(4)], depth: 2)
    #expect(found == ["+0 -0", "+0 +1 -0 -1", "+0 !9 -0"])
    let again = lives([.allocate(8), .deallocate, .freeAgain, .freeBeyond(0)], depth: 3)
    #expect(again.filter { $0.contains("!8") } == ["+0 -0 !8"])
    #expect(again.contains("!10 +0 !10 -0"))
  }

  /// Each probe has a life of its own, between the steps and the frees; what comes after these has blocks of its own.
  @Test func endings() {
    let check = AllocationOperation(.checkInvariants)
    let ending = BoundedSequences.Ending(
      probes: [[check], [AllocationOperation(.damage, slot: 3, size: 12), check]], sizes: [16, 1], last: [check])
    let found = lives([.allocate(8), .deallocate], depth: 1, ending: ending)
    #expect(found == ["+0 !17 -0 +1 +2 -1 -2 !17", "+0 !16 !17 -0 +1 +2 -1 -2 !17"])
  }

  /// As many as there are ways to go on: no sequence is missing, and none is there twice.
  @Test func eachIsThereOnce() {
    // Ways to go on for n live blocks: n + 1. The last step is no free of the oldest.
    func count(_ live: Int, _ rest: Int) -> Int {
      if rest == 0 { return 1 }
      let frees = rest == 1 ? max(0, live - 1) : live
      return count(live + 1, rest - 1) + (0..<frees).reduce(0) { sum, _ in sum + count(live - 1, rest - 1) }
    }
    let found = lives([.allocate(8), .deallocate], depth: 5)
    #expect(found.count == (1...5).reduce(0) { $0 + count(0, $1) })
    #expect(Set(found).count == found.count)
  }

  @Test func allKindsOfSteps() {
    #expect(
      lives([.allocate(8), .reallocate(to: 9), .reap], depth: 2) == [
        "+0 -0", "r", "+0 +1 -0 -1", "+0 ~0 -0", "+0 r -0", "r +0 -0", "r r",
      ])
    #expect(
      lives([.ask(.max), .allocate(8)], depth: 2) == [
        "+0 -0", "+0 -0", "+0 -0 +0 -0", "+0 -0 +0 -0", "+0 +1 -1 -0", "+0 +1 -0 -1",
      ])
    // A fault that changes nothing is none.
    #expect(
      lives([.allocate(8), .fault(.growthFails), .fault(.growthWorks)], depth: 3) == [
        "+0 -0", "+0 +1 -0 -1", "!1 +0 -0", "+0 +1 +2 -0 -1 -2", "+0 !1 +1 -0 -1", "!1 +0 +1 -0 -1",
      ])
    #expect(
      lives([.allocate(8, count: 3), .deallocateAll], depth: 2) == [
        "+0 +1 +2 -0 -1 -2", "+0 +1 +2 +3 +4 +5 -0 -1 -2 -3 -4 -5", "+0 +1 +2 -2 -1 -0",
      ])
  }

  @Test func aLifeIsATraceOfItsOwn() throws {
    let trace = BoundedSequences([.allocate(8), .deallocate], depth: 3).trace(
      name: "test", parameters: [TraceParameter(name: "heap.limit", value: 4096)])
    // A life's first operation makes its allocator.
    let starts = trace.operations.indices.filter {
      AllocationOperation(word: trace.operations[$0]).hostility == .restart
    }
    for (number, start) in starts.enumerated() {
      let end = number + 1 < starts.count ? starts[number + 1] : trace.operations.count
      for operation in start..<end {
        let life = try #require(trace.life(around: operation))
        #expect(life.operations == Array(trace.operations[start + 1..<end]))
        #expect(life.parameters == trace.parameters)
        #expect(TraceLint.findings(in: life) == [])
        #expect(!life.hasLives)
      }
    }
    #expect(trace.life(around: trace.operations.count) == nil)
    #expect(try #require(trace.life(around: 1)).life(around: 0) == nil)
  }

  /// Whoever ends an allocator frees its blocks before.
  @Test func liveBlocksDoNotOutliveTheirAllocator() {
    let words = [AllocationOperation(.restart), AllocationOperation(.allocate, size: 8), AllocationOperation(.restart)]
    let trace = Trace(
      vocabulary: AllocationVocabulary.name, name: "test", slotCount: 1, operations: words.map(\.word))
    #expect(TraceLint.findings(in: trace).map(\.operation) == [2])
  }
}
