/// What a block must look like: how many bytes, and a multiple of what its address must be.
///
/// A block of zero bytes is a block all the same: its address differs from that of every other live block.
@frozen public struct Layout: Hashable, Sendable {
  /// Bytes; not negative.
  public let size: Int
  /// The block's address is a multiple of this; a power of two.
  public let alignment: Int

  /// A layout of `size` bytes at a multiple of `alignment`.
  ///
  /// - Precondition: `size` is not negative and `alignment` is a power of two.
  @inlinable public init(size: Int, alignment: Int = 1) {
    precondition(size >= 0, "a size is not negative")
    precondition(alignment > 0 && alignment & (alignment &- 1) == 0, "an alignment is a power of two")
    self.init(trustedSize: size, alignment: alignment)
  }

  /// As `init(size:alignment:)`, without the checks, for callers that have made them.
  @inlinable public init(trustedSize size: Int, alignment: Int) {
    self.size = size
    self.alignment = alignment
  }

  /// The size rounded up to a multiple of the alignment: the distance from one block to the next in a row of them.
  ///
  /// A layout of zero bytes still takes a stride of its alignment. Nil where the sum does not fit in an `Int`.
  @inlinable public var stride: Int? {
    let (sum, overflow) = max(size, 1).addingReportingOverflow(alignment &- 1)
    return overflow ? nil : sum & ~(alignment &- 1)
  }
}
