/// Finds out which of a program's live blocks nobody can free any more: what memcheck does when a program ends.
///
/// **Pointers.** A *pointer* is a word at an address that is a multiple of eight, all of whose bytes are in one region and in what is looked
/// through. It points to a block if it is the address of one of the block's bytes: a *start pointer* if of the first, an *inner pointer*
/// else. One past the end points to nothing, or to the next block. A block of 0 bytes counts as one of 1 byte.
///
/// **Roots.** Looked through are all registers, whose words are pointers wherever they stand, all globals and all stacks; and of what is
/// reached, the block's own bytes. Free memory is never looked through, and neither is a block that nothing reaches.
///
/// **Categories**, as memcheck has them:
///
/// - *reachable*: a chain of start pointers leads from a root to the block.
/// - *possible*: it is not reachable, but a chain of pointers leads there, some of them inner ones.
/// - *definite* and *indirect*: no chain leads there; the block is *lost*. Lost blocks are gone through in the order of their addresses, and
///   each that is not indirect by then is the *head* of a leak, as far as is known: every other lost block that is not indirect yet, and that
///   pointers of either sort lead to from this head over such blocks alone, is now indirect: those too that have been heads before. The
///   heads that are left at the end are definite.
///
/// So who mends the definite ones has mended the indirect ones too, and of a lost circle the block with the lowest address stands for all.
///
/// Source: valgrind's manual, 4.2.8 and 4.3 (memory leak detection).
public protocol LeakDetector: ~Copyable {
  /// A detector for one image.
  ///
  /// What is asked later may be found out here or there: all of it counts.
  init(image: HeapImage)

  /// Appends the category of every block, in the order of `image.blocks`.
  ///
  /// - Complexity: O((blocks + words of memory) × log blocks), with `init(image:)`; a chain of 10⁵ blocks is no deeper for the machine's
  ///   stack than one of two.
  mutating func classify(_ categories: inout CategoryList)

  /// How many blocks are in a category, and how many bytes they have.
  ///
  /// - Complexity: as `classify(_:)`.
  mutating func total(_ category: LeakCategory) -> LeakTotal

  /// Appends a record for each category and site that has blocks: by categories, in the order in which `LeakCategory` has them, and in each
  /// by sites, smallest first.
  ///
  /// - Complexity: O(blocks × log blocks) beside that of `classify(_:)`.
  mutating func report(_ records: inout RecordList)
}

/// What has become of a block.
@frozen public enum LeakCategory: UInt64, CaseIterable, Sendable {
  case definite = 1
  case indirect = 2
  case possible = 3
  case reachable = 4
}

/// Blocks, and their bytes.
@frozen public struct LeakTotal: Equatable, Sendable {
  public var blocks: Int
  public var bytes: Int

  @inlinable public init(blocks: Int = 0, bytes: Int = 0) {
    self.blocks = blocks
    self.bytes = bytes
  }
}

/// The blocks of one category that were asked for at one site.
@frozen public struct LeakRecord: Equatable, Sendable {
  public var category: LeakCategory
  public var site: UInt64
  /// Of these blocks themselves.
  public var total: LeakTotal
  /// Of definite ones: the bytes of the indirect blocks that became indirect by these heads, directly or by a head that did. Else 0.
  public var indirectBytes: Int

  @inlinable public init(category: LeakCategory, site: UInt64, total: LeakTotal, indirectBytes: Int = 0) {
    self.category = category
    self.site = site
    self.total = total
    self.indirectBytes = indirectBytes
  }
}

/// The categories of blocks, in their order.
@frozen public struct CategoryList: ~Copyable {
  @usableFromInline var list: AnswerList

  @inlinable public init(_ list: consuming AnswerList) { self.list = list }

  /// How many have been appended.
  @inlinable public var count: Int { list.count }

  @inlinable public mutating func append(_ category: LeakCategory) { list.append(category.rawValue) }
}

/// Records of leaks.
@frozen public struct RecordList: ~Copyable {
  @usableFromInline var list: AnswerList

  @inlinable public init(_ list: consuming AnswerList) { self.list = list }

  /// Words appended, five a record.
  @inlinable public var wordCount: Int { list.count }

  @inlinable public mutating func append(_ record: LeakRecord) {
    list.append(record.category.rawValue)
    list.append(record.site)
    list.append(UInt64(bitPattern: Int64(record.total.blocks)))
    list.append(UInt64(bitPattern: Int64(record.total.bytes)))
    list.append(UInt64(bitPattern: Int64(record.indirectBytes)))
  }
}
