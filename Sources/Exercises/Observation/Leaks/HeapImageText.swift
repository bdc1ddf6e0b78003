import Vocabularies
import Workloads

/// An image as people read it, where it is small.
struct HeapImageText {
  private static let (blockLimit, rootLimit, wordLimit) = (12, 16, 12)

  private let image: HeapImageTables

  init(_ image: HeapImageTables) { self.image = image }

  /// What there is: every block with what it points to, then the roots; of a large image the block in question alone.
  func lines(around block: Int?) -> [String] {
    guard image.blocks.count <= Self.blockLimit else {
      let rest = "the image has \(image.blocks.count) blocks"
      guard let block else { return [rest] }
      return [rest, line(of: block)]
    }
    var roots = image.registers.enumerated().map { ("register \($0)", $1, "") }
    for region in image.regions where !region.isHeap {
      let name = region.kind == 1 ? "global" : "stack word"
      roots += words(region.start..<region.end, in: region).map {
        ("\(name) at \(hexadecimal($0.address))", $0.word, $0.note)
      }
    }
    let told = roots.compactMap { name, word, note in pointer(word).map { "\(name) → \($0)\(note)" } }
    return image.blocks.indices.map(line)
      + (told.isEmpty ? ["no root points to a block"] : told.prefix(Self.rootLimit).map { $0 })
  }

  private func line(of block: Int) -> String {
    let item = image.blocks[block]
    let end = item.address + UInt64(item.size)
    var told: [String] = []
    if let region = image.regions.first(where: { $0.start <= item.address && item.address < $0.end }) {
      told = words(item.address..<end, in: region).compactMap { found in
        pointer(found.word).map { "+\(found.address - item.address) → \($0)\(found.note)" }
      }
    }
    let more = told.count > Self.wordLimit ? ", and \(told.count - Self.wordLimit) more" : ""
    return "block \(block): \(item.size) bytes at \(hexadecimal(item.address)), site \(item.site)"
      + (told.isEmpty ? "" : "; " + told.prefix(Self.wordLimit).joined(separator: ", ") + more)
  }

  /// What may look like a pointer: whole words of a range, and those that are not aligned or reach past its end, with a note.
  private func words(
    _ range: Range<UInt64>, in region: HeapImageTables.Region
  ) -> [(address: UInt64, word: UInt64, note: String)] {
    var found: [(UInt64, UInt64, String)] = []
    var address = range.lowerBound
    while address < range.upperBound, region.end - address >= 8 {
      let word = region.word(at: Int(address - region.start))
      let isAligned = address.isMultiple(of: 8)
      if pointer(word) != nil {
        let note =
          !isAligned ? " (not aligned)" : range.upperBound - address < 8 ? " (goes on past the end)" : ""
        found.append((address, word, note))
      }
      address += 1
    }
    return found.map { (address: $0.0, word: $0.1, note: $0.2) }
  }

  private func pointer(_ word: UInt64) -> String? {
    if let block = image.block(at: word) {
      let offset = word - image.blocks[block].address
      return offset == 0 ? "block \(block)" : "block \(block) + \(offset)"
    }
    guard word > 0, let block = image.block(at: word - 1) else { return nil }
    return "one past the end of block \(block)"
  }
}
