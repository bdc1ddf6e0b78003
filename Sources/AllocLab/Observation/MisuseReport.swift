/// Something that a program did to memory that is not its own: what, to which block, and on which lines.
@frozen public struct MisuseReport: Equatable, Sendable {
  /// What a program does wrong.
  @frozen public enum Kind: UInt64, CaseIterable, Sendable {
    /// Bytes of the tag before a block are damaged.
    case underflow = 1
    /// Bytes of the tag behind a block are damaged.
    case overflow = 2
    /// Bytes of a kept block are damaged.
    case writeAfterFree = 3
    /// The end of a kept block.
    case doubleFree = 4
    /// The end of what is inside a block, or in its tags.
    case innerFree = 5
    /// The end of what has nothing to do with a block.
    case wildFree = 6
    /// The end of a block as one of another family.
    case mismatchedFree = 7
    /// A block that is live when the program ends.
    case leak = 8
  }

  public var kind: Kind
  /// The first byte of the block; of a wild free, the address that was to be ended.
  public var block: Address
  /// The block's size; of a wild free 0.
  public var size: Int
  /// Of damage, where its first damaged byte is, counted from the block's first byte: -16 to -1 before it, `size` to `size` + 15 behind it. Of an
  /// inner free, where the address is, counted in the same way. Else 0.
  public var offset: Int
  /// Of damage, how many bytes there are from the first damaged byte to the last one, those between them included. Else 0.
  public var count: Int
  /// Where the block was made; of a wild free nil.
  public var allocatedAt: Site?
  /// Where the block had been ended before the operation that found this; nil if it was live, and of a wild free.
  public var freedAt: Site?
  /// The site of the operation that found this.
  public var foundAt: Site

  @inlinable public init(
    _ kind: Kind, block: Address, size: Int = 0, offset: Int = 0, count: Int = 0, allocatedAt: Site? = nil,
    freedAt: Site? = nil, foundAt: Site
  ) {
    self.kind = kind
    self.block = block
    self.size = size
    self.offset = offset
    self.count = count
    self.allocatedAt = allocatedAt
    self.freedAt = freedAt
    self.foundAt = foundAt
  }
}

/// Reports, one after the other.
@frozen public struct MisuseReportList: ~Copyable {
  @usableFromInline var list: AnswerList

  @inlinable public init(_ list: consuming AnswerList) { self.list = list }

  /// Words appended, eight a report.
  @inlinable public var wordCount: Int { list.count }

  @inlinable public mutating func append(_ report: MisuseReport) {
    list.append(report.kind.rawValue)
    list.append(UInt64(bitPattern: Int64(report.block.offset)))
    list.append(UInt64(bitPattern: Int64(report.size)))
    list.append(UInt64(bitPattern: Int64(report.offset)))
    list.append(UInt64(bitPattern: Int64(report.count)))
    list.append(Self.word(report.allocatedAt))
    list.append(Self.word(report.freedAt))
    list.append(Self.word(report.foundAt))
  }

  /// A site as a word: the file above the line; all bits of none.
  @inlinable static func word(_ site: Site?) -> UInt64 {
    site.map { UInt64($0.file) &<< 32 | UInt64($0.line) } ?? .max
  }

  /// Ends the list with a block's address, as `reallocate` has it: for the framework.
  @inlinable public mutating func finish(with address: Address?) {
    list.append(address.map { UInt64(bitPattern: Int64($0.offset)) } ?? .max)
  }
}

extension MisuseReport {
  /// What is told while `body` runs, to try an allocator out: up to 1000 reports.
  public static func told(by body: (inout MisuseReportList) -> Void) -> [MisuseReport] {
    let words = 8000
    return unsafe withUnsafeTemporaryAllocation(of: UInt64.self, capacity: words) { buffer in
      // Safe: there is room for so many words, and the buffer outlives the list.
      guard let base = buffer.baseAddress else { return [] }
      var reports = unsafe MisuseReportList(AnswerList(base: base, capacity: words))
      body(&reports)
      return (0..<min(reports.wordCount, words) / 8).compactMap { place in
        MisuseReport(words: (0..<8).map { unsafe base[8 * place + $0] })
      }
    }
  }

  /// What eight words say; nil where the first is no kind.
  private init?(words: [UInt64]) {
    guard words.count == 8, let kind = Kind(rawValue: words[0]) else { return nil }
    let numbers = words[1...4].map { Int(truncatingIfNeeded: $0) }
    let sites = words[5...7].map { word in
      word == .max
        ? nil : Site(file: UInt16(truncatingIfNeeded: word >> 32), line: UInt32(truncatingIfNeeded: word))
    }
    self.init(
      kind, block: Address(numbers[0]), size: numbers[1], offset: numbers[2], count: numbers[3], allocatedAt: sites[0],
      freedAt: sites[1], foundAt: sites[2] ?? Site(file: .max, line: .max))
  }
}
