import Examining
import Exercises
import Testing
import Traces
import Vocabularies
import Workloads

/// An exercise about allocation, and a generator of chaos.
struct FittedChaos: Sendable, CustomTestStringConvertible {
  let exercise: Exercise
  let fit: ChaosFit
  let generator: ChaosGenerator
  var testDescription: String { "\(exercise.id) · \(generator.name)" }

  static let all = ExerciseContract.exercises.flatMap { exercise in
    ChaosCatalogue.all.compactMap { generator in
      exercise.chaos.map { FittedChaos(exercise: exercise, fit: $0, generator: generator) }
    }
  }
}

/// Every exercise about allocation takes every generator.
extension ExerciseContract {
  @Test(arguments: FittedChaos.all) func chaosIsASoundTrace(item: FittedChaos) {
    for length in [50, 1500] {
      for seed in UInt64(1)...2 {
        let trace = item.fit.trace(item.generator, operations: length, seed: seed)
        #expect(trace == item.fit.trace(item.generator, operations: length, seed: seed))
        #expect(TraceLint.findings(in: trace) == [], "\(length) operations, seed \(seed)")
        #expect((4096...1 << 30).contains(trace.heapLimit))
        #expect(!trace.operations.isEmpty)
        // Marks have numbers of their own.
        #expect(
          unpacked(trace).allSatisfy { $0.kind == .mark || $0.kind == .release || $0.slot < max(trace.slotCount, 1) })
        let requests = unpacked(trace).filter { [.allocate, .allocateZeroed, .reallocate].contains($0.kind) }
        #expect(!requests.isEmpty)
        switch item.exercise.id {
        case "pool":
          #expect(requests.allSatisfy { $0.size == trace.parameter("block.size") })
          #expect(requests.allSatisfy { $0.alignment == trace.parameter("block.alignment") })
        case "slab":
          let sizes = (0..<(trace.parameter("cache.count") ?? 0)).compactMap { trace.parameter("cache.\($0).size") }
          #expect(requests.allSatisfy { sizes.contains($0.size) })
        default: break
        }
        if ["pool", "slab"].contains(item.exercise.id) { #expect(requests.allSatisfy { $0.kind != .reallocate }) }
      }
    }
  }

  @Test(arguments: FittedChaos.all) func chaosDiffersFromSeedToSeed(item: FittedChaos) {
    let traces = (UInt64(1)...4).map { item.fit.trace(item.generator, operations: 1000, seed: $0) }
    #expect(Set(traces.map { $0.operations.hashValue ^ $0.parameters.hashValue }).count == 4)
  }

  /// Exhaustion exhausts, and nothing else does: what is live fits unless it is meant not to.
  @Test(arguments: FittedChaos.all) func chaosHasAHeapAsLargeAsItShould(item: FittedChaos) {
    for length in [1000, 5000] {
      let trace = item.fit.trace(item.generator, operations: length, seed: 5)
      let peak = Projection.peakLiveBytes(trace.operations) { $0 < AllocationDistribution.enormous ? $0 : 0 }
      if !item.generator.exhausts { #expect(peak <= trace.heapLimit) }
      guard item.generator.exhausts, item.exercise.id == "buddy" else { continue }
      let taken = Projection.peakLiveBytes(trace.operations) {
        1 << (Int.bitWidth - max(63, $0 - 1).leadingZeroBitCount)
      }
      #expect(taken > trace.heapLimit * 9 / 10, "\(length)")
    }
  }

  private func unpacked(_ trace: Trace) -> [AllocationOperation] {
    trace.operations.map { AllocationOperation(word: $0) }
  }
}
