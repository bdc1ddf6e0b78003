/// A place in the heap: the number of bytes from the heap's start.
///
/// An address is an offset, not a pointer. So code that handles addresses needs no `unsafe`, a heap can be mapped at another
/// base by another process, and a heap saved to a file is still right when it is opened again. The heap's first byte is
/// `Address(0)`, which is as good a block as any: an absent address is `nil`.
@frozen public struct Address: Hashable, Comparable, Sendable {
  /// Bytes from the heap's start.
  public let offset: Int

  /// The place `offset` bytes from the heap's start.
  @inlinable public init(_ offset: Int) { self.offset = offset }

  @inlinable public static func < (left: Address, right: Address) -> Bool { left.offset < right.offset }

  /// The place `byteCount` bytes after `address`.
  @inlinable public static func + (address: Address, byteCount: Int) -> Address {
    Address(address.offset &+ byteCount)
  }

  /// The place `byteCount` bytes before `address`.
  @inlinable public static func - (address: Address, byteCount: Int) -> Address {
    Address(address.offset &- byteCount)
  }

  /// The number of bytes from `start` to `end`.
  @inlinable public static func - (end: Address, start: Address) -> Int { end.offset &- start.offset }

  /// Whether the offset is a multiple of `alignment`, a power of two.
  @inlinable public func isAligned(to alignment: Int) -> Bool { offset & (alignment &- 1) == 0 }

  /// The first place at or after this one that is a multiple of `alignment`, a power of two.
  @inlinable public func alignedUp(to alignment: Int) -> Address {
    Address((offset &+ (alignment &- 1)) & ~(alignment &- 1))
  }

  /// The last place at or before this one that is a multiple of `alignment`, a power of two.
  @inlinable public func alignedDown(to alignment: Int) -> Address { Address(offset & ~(alignment &- 1)) }
}
