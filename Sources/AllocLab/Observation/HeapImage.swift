/// A program's memory as it was at one moment: its live blocks, the bytes of its heap, globals and stacks, and its registers.
///
///     blocks      address  size  site          in the order of their addresses; no two share a byte
///     regions     start    byte count  kind    in the order of their addresses; no two share a byte
///     registers   one word each
///
/// Every block lies inside a region. A region of the heap also has bytes that belong to no live block: free memory, in which old words
/// still stand. Addresses are the program's, and mean nothing but to the image.
@frozen public struct HeapImage {
  /// The live blocks.
  public let blocks: Blocks
  /// The memory that the image has.
  public let regions: Regions
  /// What stood in the program's registers, of all threads.
  public let registers: WordTable
  @usableFromInline let memory: ByteTable

  /// Of four tables: `blocks` has three words an element, `regions` four, the last of which says where its bytes begin in `memory`.
  @inlinable public init(blocks: WordTable, regions: WordTable, registers: WordTable, memory: ByteTable) {
    self.blocks = Blocks(words: blocks)
    self.regions = Regions(words: regions)
    self.registers = registers
    self.memory = memory
  }

  /// The eight bytes at an address as a word, whether or not the address is a multiple of eight; nil where not all of them are in one
  /// region.
  ///
  /// - Complexity: O(log regions), of which there are few.
  @inlinable public func load(_ address: UInt64) -> UInt64? {
    var (low, high) = (0, regions.count)
    while low < high {
      let middle = (low &+ high) / 2
      if regions.start(middle) <= address { low = middle &+ 1 } else { high = middle }
    }
    guard low > 0 else { return nil }
    let offset = address &- regions.start(low &- 1)
    let byteCount = UInt64(regions.byteCount(low &- 1))
    guard byteCount >= 8, offset <= byteCount &- 8 else { return nil }
    return memory.word(at: regions.offset(low &- 1) &+ Int(offset))
  }

  /// A live block.
  @frozen public struct Block: Equatable, Sendable {
    /// Of its first byte.
    public let address: UInt64
    /// In bytes; may be 0.
    public let size: Int
    /// Where the program asked for it: the number of a place in its code.
    public let site: UInt64

    @inlinable public init(address: UInt64, size: Int, site: UInt64) {
      self.address = address
      self.size = size
      self.site = site
    }
  }

  /// Live blocks, in the order of their addresses.
  @frozen public struct Blocks: RandomAccessCollection {
    @usableFromInline let words: WordTable

    @inlinable init(words: WordTable) { self.words = words }

    @inlinable public var startIndex: Int { 0 }
    @inlinable public var endIndex: Int { words.count / 3 }

    @inlinable public subscript(place: Int) -> Block {
      Block(
        address: words[3 &* place], size: Int(truncatingIfNeeded: words[3 &* place &+ 1]), site: words[3 &* place &+ 2])
    }

    /// The address of the block at a place, for those who look at nothing else.
    @inlinable public func address(_ place: Int) -> UInt64 { words[3 &* place] }
  }

  /// What a region of memory is.
  @frozen public enum RegionKind: UInt64, Sendable {
    case heap = 0
    case globals = 1
    /// From the stack pointer up.
    case stack = 2
  }

  /// A part of the program's memory.
  @frozen public struct Region: Equatable, Sendable {
    public let start: UInt64
    public let byteCount: Int
    public let kind: RegionKind

    @inlinable public init(start: UInt64, byteCount: Int, kind: RegionKind) {
      self.start = start
      self.byteCount = byteCount
      self.kind = kind
    }
  }

  /// Regions, in the order of their addresses.
  @frozen public struct Regions: RandomAccessCollection {
    @usableFromInline let words: WordTable

    @inlinable init(words: WordTable) { self.words = words }

    @inlinable public var startIndex: Int { 0 }
    @inlinable public var endIndex: Int { words.count / 4 }

    @inlinable public subscript(place: Int) -> Region {
      Region(
        start: start(place), byteCount: byteCount(place), kind: RegionKind(rawValue: words[4 &* place &+ 2]) ?? .heap)
    }

    @inlinable func start(_ place: Int) -> UInt64 { words[4 &* place] }
    @inlinable func byteCount(_ place: Int) -> Int { Int(truncatingIfNeeded: words[4 &* place &+ 1]) }
    /// Where its bytes begin in the memory.
    @inlinable func offset(_ place: Int) -> Int { Int(truncatingIfNeeded: words[4 &* place &+ 3]) }
  }
}
