/// A program as it stood at one moment: its threads' registers, their stacks, and what its modules say of their code.
///
///     threads     program counter  registers 0 … 15  stack from … to
///     regions     start  byte count                              in the order of their addresses; no two share a byte
///     modules     start  byte count  rows  symbols  lines        in the order of their addresses; no two share a byte
///     rows        start  end  CFA  rules                         of each module in the order of their starts; no two share a byte
///     symbols     start  size                                    of each module in the order of their starts; they may overlap
///     lines       start  file  line                              of each module in the order of their starts
///
/// Threads and regions have addresses of the program. Where a module lies is another address in every run, so whatever belongs to a
/// module counts from the module's start.
///
/// Registers have the numbers that DWARF gives them on x86-64: 6 is the frame pointer `rbp`, 7 the stack pointer `rsp`, and 16 stands
/// for the return address.
@frozen public struct ProcessImage {
  public let threads: RecordTable<Thread>
  public let modules: RecordTable<Module>
  /// Of all modules, one's after the other's, as symbols and lines are.
  public let rows: RecordTable<UnwindRow>
  /// Of all rows, one's after the other's.
  public let rules: RecordTable<RegisterRule>
  public let symbols: RecordTable<Symbol>
  public let lines: RecordTable<LineRow>
  @usableFromInline let regions: RecordTable<Region>
  @usableFromInline let memory: ByteTable

  @inlinable public init(
    threads: WordTable, regions: WordTable, memory: ByteTable, modules: WordTable, rows: WordTable, rules: WordTable,
    symbols: WordTable, lines: WordTable
  ) {
    self.threads = RecordTable(words: threads)
    self.regions = RecordTable(words: regions)
    self.memory = memory
    self.modules = RecordTable(words: modules)
    self.rows = RecordTable(words: rows)
    self.rules = RecordTable(words: rules)
    self.symbols = RecordTable(words: symbols)
    self.lines = RecordTable(words: lines)
  }

  /// The eight bytes at an address as a word, whether or not the address is a multiple of eight; nil where not all of them are in one
  /// region.
  ///
  /// - Complexity: O(log regions), of which there are few.
  @inlinable public func load(_ address: UInt64) -> UInt64? {
    var (low, high) = (0, regions.count)
    while low < high {
      let middle = (low &+ high) / 2
      if regions[middle].start <= address { low = middle &+ 1 } else { high = middle }
    }
    guard low > 0 else { return nil }
    let region = regions[low &- 1]
    let offset = address &- region.start
    guard region.byteCount >= 8, offset <= region.byteCount &- 8 else { return nil }
    return memory.word(at: region.place &+ Int(offset))
  }

  /// A thread, which stands still.
  @frozen public struct Thread: TableRecord {
    @usableFromInline let words: WordTable
    @usableFromInline let first: Int

    @inlinable public static var wordCount: Int { 19 }

    @inlinable public init(_ words: WordTable, _ place: Int) {
      self.words = words
      first = 19 &* place
    }

    /// Of the instruction that comes next.
    @inlinable public var programCounter: UInt64 { words[first] }

    /// What a register from 0 to 15 holds.
    @inlinable public func register(_ number: Int) -> UInt64 {
      precondition(number >= 0 && number < 16, "there are 16 registers")
      return words[first &+ 1 &+ number]
    }

    /// The lowest address of the thread's stack, which grows downwards: 4096 or more.
    @inlinable public var stackStart: UInt64 { words[first &+ 17] }
    /// Behind the highest.
    @inlinable public var stackEnd: UInt64 { words[first &+ 18] }
  }

  /// A part of the program's memory that the image has.
  @frozen @usableFromInline struct Region: TableRecord {
    @usableFromInline let start, byteCount: UInt64
    /// Where its bytes begin in the memory.
    @usableFromInline let place: Int

    @inlinable static var wordCount: Int { 3 }

    @inlinable init(_ words: WordTable, _ place: Int) {
      start = words[3 &* place]
      byteCount = words[3 &* place &+ 1]
      self.place = Int(truncatingIfNeeded: words[3 &* place &+ 2])
    }
  }

  /// A program's code, or a library's, where it was loaded: all of it from start to end.
  @frozen public struct Module: TableRecord {
    public let start, byteCount: UInt64
    /// Its rows' places in `ProcessImage.rows`.
    public let rows: Range<Int>
    /// Its symbols' places in `ProcessImage.symbols`.
    public let symbols: Range<Int>
    /// Its lines' places in `ProcessImage.lines`.
    public let lines: Range<Int>

    @inlinable public static var wordCount: Int { 5 }

    @inlinable public init(_ words: WordTable, _ place: Int) {
      start = words[5 &* place]
      byteCount = words[5 &* place &+ 1]
      rows = words.range(2, ofRecord: place, wordCount: 5)
      symbols = words.range(3, ofRecord: place, wordCount: 5)
      lines = words.range(4, ofRecord: place, wordCount: 5)
    }
  }

  /// A named place in a module.
  @frozen public struct Symbol: TableRecord, Equatable, Sendable {
    /// From its module's start.
    public let start: UInt64
    /// In bytes; 0 where nobody said.
    public let size: UInt64

    @inlinable public static var wordCount: Int { 2 }

    @inlinable public init(_ words: WordTable, _ place: Int) {
      start = words[2 &* place]
      size = words[2 &* place &+ 1]
    }
  }

  /// Where code begins that a line was compiled to.
  @frozen public struct LineRow: TableRecord, Equatable, Sendable {
    /// From its module's start.
    public let start: UInt64
    /// The number of a file; nil where no code follows that is known of.
    public let file: Int?
    /// From 1 on; 0 for code that no line was compiled to.
    public let line: Int

    @inlinable public static var wordCount: Int { 3 }

    @inlinable public init(_ words: WordTable, _ place: Int) {
      start = words[3 &* place]
      file = words[3 &* place &+ 1] == .max ? nil : Int(truncatingIfNeeded: words[3 &* place &+ 1])
      line = Int(truncatingIfNeeded: words[3 &* place &+ 2])
    }
  }
}

extension WordTable {
  /// From what the record before has in a word to what this one has there.
  @inlinable func range(_ word: Int, ofRecord place: Int, wordCount: Int) -> Range<Int> {
    let start = place == 0 ? 0 : Int(truncatingIfNeeded: self[wordCount &* (place &- 1) &+ word])
    return start..<Swift.max(start, Int(truncatingIfNeeded: self[wordCount &* place &+ word]))
  }
}
