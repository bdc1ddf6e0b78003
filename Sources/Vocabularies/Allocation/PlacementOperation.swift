/// One step of a program of two threads that says what it will use together, packed into 64 bits.
///
///      63          40 39       24 23        8 7     4   3   2    0
///     +--------------+-----------+-----------+-------+-----+------+
///     |     size     |   near    |   block   | align | thr | kind |     allocate
///     +--------------+-----------+-----------+-------+-----+------+
///     |   count   |    offset    |   block   |   0   | thr | kind |     read, write: 20 bits each
///     +-----------+--------------+-----------+-------+-----+------+
///
/// A *block* is a variable of the program: it holds an address, also once its block has ended. `near` is another variable, or none where
/// it is all ones. The largest size stands for `Int.max`.
@frozen public struct PlacementOperation: Equatable, Sendable {
  /// What the program does.
  public enum Kind: UInt8, Sendable, CaseIterable {
    /// `block` holds the address of a new block.
    case allocate = 0
    /// The block ends.
    case deallocate = 1
    /// The thread reads `count` bytes of the block, from `offset` on.
    case read = 2
    /// The thread writes them.
    case write = 3
  }

  /// The packed form. Every word is an operation; one whose kind is none of these does nothing.
  public let word: UInt64

  @inlinable public init(word: UInt64) { self.word = word }

  /// Packs a request.
  ///
  /// - Parameters:
  ///   - alignment: a power of two, at most 2¹⁵.
  ///   - near: the variable whose address is the hint; nil for no hint.
  public init(allocate block: Int, _ size: Int, alignment: Int = 1, near: Int? = nil, thread: Int = 0) {
    precondition((0..<Self.blockLimit).contains(block), "a block is a number from 0 up to, not including, 2^16 − 1")
    precondition((0..<Self.blockLimit).contains(near ?? 0), "so is a hint")
    precondition(
      size >= 0 && alignment > 0 && alignment.nonzeroBitCount == 1 && alignment <= 1 << 15, "a layout is one of a block"
    )
    word =
      UInt64(thread & 1) << 3 | UInt64(alignment.trailingZeroBitCount) << 4 | UInt64(block) << 8
      | UInt64(near ?? Self.blockLimit) << 24 | UInt64(min(size, 0xff_ffff)) << 40
  }

  /// Packs a touch, or the end of a block.
  public init(_ kind: Kind, _ block: Int = 0, at offset: Int = 0, _ count: Int = 0, thread: Int = 0) {
    precondition(kind != .allocate && (0..<Self.blockLimit).contains(block), "a request is packed in a way of its own")
    precondition((0..<1 << 20).contains(offset) && (0..<1 << 20).contains(count), "both have 20 bits")
    word =
      UInt64(kind.rawValue) | UInt64(thread & 1) << 3 | UInt64(block) << 8 | UInt64(offset) << 24 | UInt64(count) << 44
  }

  /// One more than the highest block.
  public static let blockLimit = 1 << 16 - 1

  /// What the program does; nil for a word that says nothing.
  @inlinable public var kind: Kind? { Kind(rawValue: UInt8(truncatingIfNeeded: word & 7)) }
  /// The thread that does it: 0 or 1.
  @inlinable public var thread: Int { Int(truncatingIfNeeded: word &>> 3 & 1) }
  /// The variable that it is about.
  @inlinable public var block: Int { Int(truncatingIfNeeded: word &>> 8 & 0xffff) }
  /// What a new block's address must be a multiple of.
  @inlinable public var alignment: Int { 1 &<< Int(truncatingIfNeeded: word &>> 4 & 15) }

  /// The variable that the hint is in; nil where there is none.
  @inlinable public var near: Int? {
    let near = Int(truncatingIfNeeded: word &>> 24 & 0xffff)
    return near == 0xffff ? nil : near
  }

  /// Bytes of a new block.
  @inlinable public var size: Int {
    let size = Int(truncatingIfNeeded: word &>> 40)
    return size == 0xff_ffff ? .max : size
  }

  /// Of a touch: where it begins, and how many bytes it is about.
  @inlinable public var offset: Int { Int(truncatingIfNeeded: word &>> 24 & 0xf_ffff) }
  @inlinable public var count: Int { Int(truncatingIfNeeded: word &>> 44) }

  /// Whether the allocator is asked.
  @inlinable public var isRequest: Bool { word & 7 <= 1 }

  /// The same about another block.
  public func moved(to block: Int) -> PlacementOperation {
    PlacementOperation(word: word & ~(0xffff << 8) | UInt64(block & 0xffff) << 8)
  }

  /// The same request with another hint.
  public func hinted(_ near: Int?) -> PlacementOperation {
    PlacementOperation(word: word & ~(0xffff << 24) | UInt64((near ?? 0xffff) & 0xffff) << 24)
  }

  /// The same request of another size.
  public func resized(to size: Int) -> PlacementOperation {
    PlacementOperation(word: word & (1 << 40 - 1) | UInt64(min(max(size, 0), 0xff_ffff)) << 40)
  }
}
