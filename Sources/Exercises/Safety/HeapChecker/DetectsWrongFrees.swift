import Examining
import Vocabularies

/// The subject promises to detect every free of what is no live block.
final class DetectsWrongFrees: WrongFreeRule {
  func violation(
    _ operation: AllocationOperation, _ outcome: UInt64, at index: Int, in oracle: borrowing AllocationOracle
  ) -> Violation? {
    guard outcome != AllocationVocabulary.rejected else { return nil }
    let what =
      switch operation.hostility {
      case .doubleFree: "the block had been freed before"
      case .interiorFree: "the address is \(operation.size) bytes inside a live block"
      case .foreignFree: "the address is \(operation.size) bytes past the heap's end"
      default: "no block can begin at that address"
      }
    return Violation(
      .invalidFreeAccepted, at: index,
      "\(AllocationVocabulary.describe(operation: operation.word)) was not rejected: \(what)",
      evidence: oracle.evidence(about: operation.slot))
  }
}
