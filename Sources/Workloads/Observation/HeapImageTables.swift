package import Traces
package import Vocabularies

/// A heap image as its tables have it, taken apart.
package struct HeapImageTables: Equatable, Sendable {
  package struct Block: Equatable, Sendable {
    package var address: UInt64
    package var size: Int
    package var site: UInt64

    package init(address: UInt64, size: Int, site: UInt64) {
      self.address = address
      self.size = size
      self.site = site
    }

    /// Addresses that point to it: one, where it has no bytes.
    package var range: Range<UInt64> { address..<address + UInt64(max(size, 1)) }
  }

  package struct Region: Equatable, Sendable {
    package var start: UInt64
    /// 0 for the heap, 1 for globals, 2 for a stack.
    package var kind: UInt64
    package var bytes: [UInt8]

    package init(start: UInt64, kind: UInt64, bytes: [UInt8]) {
      self.start = start
      self.kind = kind
      self.bytes = bytes
    }

    package var isHeap: Bool { kind == 0 }
    package var end: UInt64 { start + UInt64(bytes.count) }
  }

  /// In the order of their addresses, as regions are.
  package var blocks: [Block] = []
  package var regions: [Region] = []
  package var registers: [UInt64] = []

  package init() {}

  /// - Returns: nil where the tables are no image.
  package init?(_ tables: [NamedTable]) {
    guard LeakVocabulary.faults(in: tables).isEmpty, let blocks = tables.words(LeakVocabulary.blocks),
      let regions = tables.words(LeakVocabulary.regions), let memory = tables.bytes(LeakVocabulary.memory),
      let registers = tables.words(LeakVocabulary.registers)
    else { return nil }
    self.registers = registers
    self.blocks = stride(from: 0, to: blocks.count, by: LeakVocabulary.blockWords).map { place in
      Block(address: blocks[place], size: Int(blocks[place + 1]), site: blocks[place + 2])
    }
    self.regions = stride(from: 0, to: regions.count, by: LeakVocabulary.regionWords).map { place in
      let offset = Int(regions[place + 3])
      return Region(
        start: regions[place], kind: regions[place + 2],
        bytes: Array(memory[offset..<offset + Int(regions[place + 1])]))
    }
  }

  package var tables: [NamedTable] {
    var (words, memory): ([UInt64], [UInt8]) = ([], [])
    for region in regions {
      words += [region.start, UInt64(region.bytes.count), region.kind, UInt64(memory.count)]
      memory += region.bytes
    }
    return [
      NamedTable(LeakVocabulary.blocks, words: blocks.flatMap { [$0.address, UInt64($0.size), $0.site] }),
      NamedTable(LeakVocabulary.regions, words: words),
      NamedTable(LeakVocabulary.registers, words: registers),
      NamedTable(LeakVocabulary.memory, bytes: memory),
    ]
  }

  /// The block that an address is in, if any.
  ///
  /// - Complexity: O(log blocks).
  package func block(at address: UInt64) -> Int? {
    var (low, high) = (0, blocks.count)
    while low < high {
      let middle = (low + high) / 2
      if blocks[middle].address <= address { low = middle + 1 } else { high = middle }
    }
    return low > 0 && blocks[low - 1].range.contains(address) ? low - 1 : nil
  }

  /// The region that an address is in, if any.
  package func region(at address: UInt64) -> Int? {
    regions.firstIndex { $0.start <= address && address < $0.end }
  }

  /// The word at an address, aligned or not; nil where not all of its bytes are in one region.
  package func word(at address: UInt64) -> UInt64? {
    guard let region = region(at: address), regions[region].end - address >= 8 else { return nil }
    return regions[region].word(at: Int(address - regions[region].start))
  }
}

extension HeapImageTables.Region {
  /// The word that begins at an offset, at which there are eight bytes.
  package func word(at offset: Int) -> UInt64 {
    (0..<8).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
  }

  /// Puts a word there, as far as there are bytes.
  package mutating func set(_ word: UInt64, at offset: Int) {
    for byte in 0..<8 where offset + byte < bytes.count {
      bytes[offset + byte] = UInt8(truncatingIfNeeded: word >> UInt64(8 * byte))
    }
  }
}

extension Trace {
  /// Words that the answers to some questions about so many blocks may have, and a few more, so that what is a little too long is seen.
  package static func answerWords(to questions: [UInt64], blocks: Int) -> Int {
    questions.reduce(64) { words, question in
      switch LeakVocabulary.question(question)?.kind {
      case .classify: words + blocks
      case .report: words + LeakVocabulary.recordWords * blocks
      default: words
      }
    }
  }

  /// Questions about an image.
  package init(asking questions: [UInt64], about image: HeapImageTables) {
    self.init(
      vocabulary: LeakVocabulary.name, name: "",
      parameters: [
        TraceParameter(
          name: Channel.answerParameter, value: Self.answerWords(to: questions, blocks: image.blocks.count))
      ],
      tables: image.tables, operations: questions)
  }
}
