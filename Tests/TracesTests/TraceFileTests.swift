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

  @Test(arguments: [0, 1, 2, 1000, 65_535, 65_536, 65_537, 200_000])
  func roundTrip(count: Int) throws {
    let trace = programTrace(operations: count)
    let path = directory.path.appending("a.trace")
    try trace.write(to: path)
    let copy = try Trace(contentsOf: path)
    #expect(copy == trace)
    #expect(copy.contentHash == trace.contentHash)
    #expect(directory.contents == ["a.trace"])
  }
}
