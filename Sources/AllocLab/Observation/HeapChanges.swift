/// What happened in a heap, one change after the other.
///
/// Times never decrease, except at a snapshot, which may have any. What happens is always possible: blocks lie in regions and share no
/// byte, what ends has begun, and what a region loses was free.
@frozen public struct HeapChanges: RandomAccessCollection {
  @usableFromInline let words: WordTable
  @usableFromInline let snapshots: WordTable
  @usableFromInline let first: Int
  /// How many there are.
  public let count: Int

  /// - Parameters:
  ///   - words: five for each change: a code, its time, and three that the code gives a meaning.
  ///   - snapshots: three for each region and block of snapshots.
  ///   - first: the change to begin with.
  @inlinable public init(words: WordTable, snapshots: WordTable, first: Int, count: Int) {
    self.words = words
    self.snapshots = snapshots
    self.first = first
    self.count = count
  }

  @inlinable public var startIndex: Int { 0 }
  @inlinable public var endIndex: Int { count }

  /// The change at a place from 0 on.
  @inlinable public subscript(place: Int) -> HeapChange {
    let base = 5 &* (first &+ place)
    let (one, two, three) = (words[base &+ 2], words[base &+ 3], words[base &+ 4])
    let kind: HeapChange.Kind =
      switch words[base] {
      case 0: .begin(HeapSnapshot.Block(address: one, requested: two, taken: three))
      case 1: .end(address: one)
      case 2: .map(HeapSnapshot.Region(start: one, byteCount: two))
      case 3: .resize(HeapSnapshot.Region(start: one, byteCount: two))
      case 4: .unmap(start: one)
      default:
        .snapshot(
          HeapSnapshot(
            words: snapshots, first: Int(truncatingIfNeeded: one), regionCount: Int(truncatingIfNeeded: two),
            blockCount: Int(truncatingIfNeeded: three)))
      }
    return HeapChange(time: words[base &+ 1], kind: kind)
  }
}

/// Something that happened in a heap.
@frozen public struct HeapChange {
  /// On a clock of the program's.
  public let time: UInt64
  public let kind: Kind

  @inlinable public init(time: UInt64, kind: Kind) {
    self.time = time
    self.kind = kind
  }

  @frozen public enum Kind {
    /// A block begins to live.
    case begin(HeapSnapshot.Block)
    /// The block at an address ends.
    case end(address: UInt64)
    /// A region becomes part of the heap; all of its bytes are free.
    case map(HeapSnapshot.Region)
    /// The region that starts there ends somewhere else from now on: where it grows bytes become free, where it shrinks free ones leave.
    case resize(HeapSnapshot.Region)
    /// The region that starts there leaves the heap; no block was in it.
    case unmap(start: UInt64)
    /// Everything is forgotten, and the heap is what the snapshot says.
    case snapshot(HeapSnapshot)
  }
}

/// A heap's regions and live blocks at one moment.
@frozen public struct HeapSnapshot {
  /// In the order of their addresses.
  public let regions: Regions
  /// In the order of their addresses.
  public let blocks: Blocks

  /// Of `regionCount` rows from `first` on, and `blockCount` behind them.
  @inlinable public init(words: WordTable, first: Int, regionCount: Int, blockCount: Int) {
    regions = Regions(words: words, first: first, count: regionCount)
    blocks = Blocks(words: words, first: first &+ regionCount, count: blockCount)
  }

  /// A part of the address space that is the heap's.
  @frozen public struct Region: Equatable, Sendable {
    /// No two regions start at the same address.
    public let start: UInt64
    /// May be 0; such a region lies in no other.
    public let byteCount: UInt64

    @inlinable public init(start: UInt64, byteCount: UInt64) {
      self.start = start
      self.byteCount = byteCount
    }
  }

  /// A live block.
  @frozen public struct Block: Equatable, Sendable {
    public let address: UInt64
    /// Bytes that the program asked for; may be 0.
    public let requested: UInt64
    /// Bytes from its address on that it takes: at least 1, and no less than it was asked for.
    public let taken: UInt64

    @inlinable public init(address: UInt64, requested: UInt64, taken: UInt64) {
      self.address = address
      self.requested = requested
      self.taken = taken
    }
  }

  @frozen public struct Regions: RandomAccessCollection {
    @usableFromInline let words: WordTable
    @usableFromInline let first: Int
    public let count: Int

    @inlinable init(words: WordTable, first: Int, count: Int) {
      self.words = words
      self.first = first
      self.count = count
    }

    @inlinable public var startIndex: Int { 0 }
    @inlinable public var endIndex: Int { count }

    @inlinable public subscript(place: Int) -> Region {
      let base = 3 &* (first &+ place)
      return Region(start: words[base], byteCount: words[base &+ 1])
    }
  }

  @frozen public struct Blocks: RandomAccessCollection {
    @usableFromInline let words: WordTable
    @usableFromInline let first: Int
    public let count: Int

    @inlinable init(words: WordTable, first: Int, count: Int) {
      self.words = words
      self.first = first
      self.count = count
    }

    @inlinable public var startIndex: Int { 0 }
    @inlinable public var endIndex: Int { count }

    @inlinable public subscript(place: Int) -> Block {
      let base = 3 &* (first &+ place)
      return Block(address: words[base], requested: words[base &+ 1], taken: words[base &+ 2])
    }
  }
}
