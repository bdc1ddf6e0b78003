import Examining
import Vocabularies

/// Any block begins at a multiple of 16, whatever alignment was asked for.
final class LiesAtMultiplesOf16: PlacementRule {
  func objection(
    toPlacing request: AllocationOperation, at address: Int, in oracle: borrowing AllocationOracle
  ) -> Objection? {
    guard address & 15 != 0 else { return nil }
    return Objection(.misaligned, "is not at a multiple of 16, as every block should be")
  }
}
