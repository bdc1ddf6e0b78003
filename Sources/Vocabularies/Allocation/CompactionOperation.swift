/// One step of a program whose blocks may be moved, packed into 64 bits.
///
///      63          40 39       24 23        8 7      4 3    0
///     +--------------+-----------+-----------+--------+------+
///     |    number    |   target  |   block   |    0   | kind |
///     +--------------+-----------+-----------+--------+------+
///
/// A *block* is a variable of the program, which holds a handle while its block lives. The largest number stands for `Int.max`.
@frozen public struct CompactionOperation: Equatable, Sendable {
  /// What the program does.
  public enum Kind: UInt8, Sendable, CaseIterable {
    /// `block` holds a new block of `number` bytes, with `target` reference fields.
    case allocate = 0
    /// The block ends.
    case deallocate = 1
    /// Field `number` of the block refers to `target`, or to none.
    case refer = 2
    /// The block stays where it is.
    case pin = 3
    /// One pin is taken back.
    case unpin = 4
    /// All blocks move together.
    case compact = 5
    /// Blocks of at most `number` bytes move.
    case step = 6
    /// Nobody is asked: the judge looks at everything. Where `number` is 1, as little must be used as there can be.
    case look = 7
  }

  /// The packed form. Every word is an operation; one whose kind is none of these does nothing.
  public let word: UInt64

  @inlinable public init(word: UInt64) { self.word = word }

  /// Packs an operation.
  ///
  /// - Parameters:
  ///   - target: a variable, or a number of fields; nil for none.
  ///   - number: clamped to what fits, below 2²⁴ − 1 but for `Int.max`.
  public init(_ kind: Kind, _ block: Int = 0, target: Int? = nil, _ number: Int = 0) {
    precondition((0..<Self.blockLimit).contains(block), "a block is a number from 0 up to, not including, 2^16 − 1")
    precondition((0..<Self.blockLimit).contains(target ?? 0), "so is a target")
    precondition(number >= 0, "sizes, budgets and fields are not negative")
    word =
      UInt64(kind.rawValue) | UInt64(block) << 8 | UInt64(target ?? Self.blockLimit) << 24
      | UInt64(min(number, 0xff_ffff)) << 40
  }

  /// Packs a request.
  public init(allocate block: Int, _ size: Int, references: Int = 0) {
    self.init(.allocate, block, target: references, size)
  }

  /// One more than the highest block.
  public static let blockLimit = 1 << 16 - 1

  /// What the program does; nil for a word that says nothing.
  @inlinable public var kind: Kind? { Kind(rawValue: UInt8(truncatingIfNeeded: word & 15)) }
  /// The variable that it is about.
  @inlinable public var block: Int { Int(truncatingIfNeeded: word &>> 8 & 0xffff) }

  /// The variable that a field refers to from now on; nil for none.
  @inlinable public var target: Int? {
    let target = Int(truncatingIfNeeded: word &>> 24 & 0xffff)
    return target == 0xffff ? nil : target
  }

  /// Reference fields of a new block.
  @inlinable public var references: Int { min(target ?? 0, 255) }

  /// A size, a budget, or which field.
  @inlinable public var number: Int {
    let number = Int(truncatingIfNeeded: word &>> 40)
    return number == 0xff_ffff ? .max : number
  }

  /// Bytes of a new block: its fields find room in it.
  @inlinable public var size: Int { max(number, 8 &* references) }

  /// Whether blocks may move.
  @inlinable public var moves: Bool { kind == .compact || kind == .step }
  /// Whether it is about no block.
  @inlinable public var isAboutAll: Bool { moves || kind == .look }

  /// The same about other blocks.
  public func moved(to block: Int, target: Int?) -> CompactionOperation {
    CompactionOperation(
      word: word & ~(0xffff_ffff << 8) | UInt64(block & 0xffff) << 8 | UInt64((target ?? 0xffff) & 0xffff) << 24)
  }

  /// The same with another size, budget or field.
  public func numbered(_ number: Int) -> CompactionOperation {
    CompactionOperation(word: word & (1 << 40 - 1) | UInt64(min(max(number, 0), 0xff_ffff)) << 40)
  }
}
