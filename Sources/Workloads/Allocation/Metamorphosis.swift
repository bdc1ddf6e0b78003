package import Traces
import Vocabularies

/// A change of an allocation trace under which a sound allocator stays right, and takes about as much space.
///
/// Metamorphic relations (Chen, Cheung, Yiu 1998): what the right answer is need not be known, only how it may change.
package enum Metamorphosis: String, Sendable, CaseIterable {
  /// Every size is a few bytes larger.
  case shifted
  /// Blocks have other slots, runs of allocations and runs of frees are shuffled, and a prefix is played and undone first.
  case rearranged
  /// First the one, then the other, as far as the trace can be changed so.
  case both

  /// The changed trace, or nil where the trace cannot be changed so.
  ///
  /// - Parameter resized: the same trace with each size changed, as the exercise can have it.
  package func apply(
    to trace: Trace, with generator: inout SeededGenerator, resized: (Trace, _ resize: (Int) -> Int) -> Trace?
  ) -> Trace? {
    switch self {
    case .shifted:
      let shift = 8 * generator.pick(1...2)
      return resized(trace) { $0 > 0 && $0 < 1 << 30 ? $0 + shift : $0 }
    case .rearranged:
      // What is damaged, and what comes of it, hangs on every operation before.
      guard !trace.operations.contains(where: { AllocationOperation(word: $0).hostility == .damage }) else {
        return nil
      }
      var changed = trace
      Self.shuffleRuns(&changed.operations, with: &generator)
      Self.relabel(&changed, with: &generator)
      var prefix = changed
      prefix.operations = Array(changed.operations.prefix(changed.operations.count * generator.pick(10...40) / 100))
      changed.operations = prefix.operations + prefix.closing + Self.faultFree(prefix.operations) + changed.operations
      return changed
    case .both:
      let shifted = Self.shifted.apply(to: trace, with: &generator, resized: resized)
      return Self.rearranged.apply(to: shifted ?? trace, with: &generator, resized: resized) ?? shifted
    }
  }

  /// What ends the faults that a prefix may have left armed.
  private static func faultFree(_ operations: [UInt64]) -> [UInt64] {
    operations.contains { AllocationOperation(word: $0).hostility?.isFault == true }
      ? [AllocationOperation(.growthWorks).word] : []
  }

  /// Blocks that are asked for one after the other, or freed so, are so in another order.
  private static func shuffleRuns(_ operations: inout [UInt64], with generator: inout SeededGenerator) {
    var start = 0
    while start < operations.count {
      let kind = AllocationOperation(word: operations[start]).kind
      var end = start + 1
      while end < operations.count, AllocationOperation(word: operations[end]).kind == kind { end += 1 }
      if kind == .allocate || kind == .deallocate { operations[start..<end].shuffle(using: &generator) }
      start = end
    }
  }

  private static func relabel(_ trace: inout Trace, with generator: inout SeededGenerator) {
    var slots = Array(0..<trace.slotCount)
    slots.shuffle(using: &generator)
    trace = trace.mappingOperations { operation in
      switch operation.kind {
      case .allocate, .allocateZeroed, .reallocate, .deallocate: operation.moved(to: slots[operation.slot])
      case .hostile: operation.hostility?.isWrongFree == true ? operation.moved(to: slots[operation.slot]) : operation
      case .reap, .thread, .clock, .mark, .release, .reset, nil: operation
      }
    }
  }
}
