/// A name for a block that stays the same wherever the block lies: what an allocator hands out that moves blocks.
///
/// The allocator alone knows what the word says, and finds the block's address by it in a few instructions.
@frozen public struct Handle: Hashable, Sendable {
  /// Any 64 bits.
  public let word: UInt64

  @inlinable public init(word: UInt64) { self.word = word }
}
