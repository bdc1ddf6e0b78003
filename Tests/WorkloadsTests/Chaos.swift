import Testing
import Traces
import Vocabularies
import Workloads

extension ChaosGenerator: CustomTestStringConvertible {
  public var testDescription: String { name }

  /// What it writes under a budget and a seed.
  func builder(_ budget: ChaosBudget, seed: UInt64) -> AllocationTraceBuilder {
    var builder = AllocationTraceBuilder()
    var generator = SeededGenerator(seed: seed, purpose: name)
    generate(&builder, &generator, budget)
    return builder
  }
}

extension AllocationTraceBuilder {
  var trace: Trace { trace(name: "test", seed: 0, parameters: []) }
}

extension Trace {
  var unpacked: [AllocationOperation] { operations.map { AllocationOperation(word: $0) } }
}

/// The generator of that name, which the test is about.
func chaos(_ name: String) throws -> ChaosGenerator { try #require(ChaosCatalogue.generator(name)) }
