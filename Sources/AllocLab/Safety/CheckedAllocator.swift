/// Looks after itself: the interface of the *heap checker*.
///
/// `invariantViolations()` finds out that a record in the heap was overwritten, before that does harm, and
/// `deallocate(checking:)` tells a block from any other address. All records lie in the heap, where they can be checked.
public protocol CheckedAllocator: Allocator, InvariantChecking, ~Copyable {
  /// Ends the block at `address`, if a live block begins there.
  ///
  /// The address may be any number: inside a live block, freed already, outside the heap, negative.
  /// - Returns: false, with nothing changed, where no live block begins at `address`.
  mutating func deallocate(checking address: Address) -> Bool
}
