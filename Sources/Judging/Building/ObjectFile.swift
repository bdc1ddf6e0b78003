/// An object file in the ELF format, as far as it says how much its variables outside functions take.
///
///     of 64 bits: | header, 64 B: … section table's place at 40, entry size at 58, count at 60, names' section at 62 | … | section table |
///                 section, 64 B: name at 0, type at 4, flags at 8, offset at 24, size at 32
///     of 32 bits: | header, 52 B: … section table's place at 32, entry size at 46, count at 48, names' section at 50 | … | section table |
///                 section, 40 B: name at 0, type at 4, flags at 8, offset at 16, size at 20
enum ObjectFile {
  /// Where in header and sections the fields lie whose places differ.
  private struct Layout {
    let table: Int
    let entrySize: Int
    let sectionBytes: Int
    let offset: Int
    let size: Int
    /// Bytes of a word.
    let word: Int

    init?(_ bytes: [UInt8]) {
      guard bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46]), bytes.count > 5, bytes[5] == 1 else { return nil }
      switch bytes[4] {
      case 2: (table, entrySize, sectionBytes, offset, size, word) = (40, 58, 64, 24, 32, 8)
      case 1: (table, entrySize, sectionBytes, offset, size, word) = (32, 46, 40, 16, 20, 4)
      default: return nil
      }
    }
  }

  /// Bytes of sections that can be written to, initialised or zero; nil where the bytes are no such file.
  static func globalBytes(_ bytes: [UInt8]) -> Int? {
    let file = ELFBytes(bytes: bytes)
    guard let layout = Layout(bytes), let table = file.number(at: layout.table, bytes: layout.word),
      let entry = file.number(at: layout.entrySize, bytes: 2), entry >= layout.sectionBytes,
      let count = file.number(at: layout.entrySize + 2, bytes: 2),
      let names = file.number(at: layout.entrySize + 4, bytes: 2),
      let texts = file.number(at: table + names * entry + layout.offset, bytes: layout.word)
    else { return nil }
    var sum = 0
    for section in (0..<count).map({ table + $0 * entry }) {
      guard let name = file.number(at: section, bytes: 4), let type = file.number(at: section + 4, bytes: 4),
        let flags = file.number(at: section + 8, bytes: layout.word),
        let size = file.number(at: section + layout.size, bytes: layout.word)
      else { return nil }
      guard flags & writable == writable, type == programBits || type == noBits else { continue }
      // Constants that hold addresses: written to once, by the loader.
      if file.text(at: texts + name)?.hasPrefix(".data.rel.ro") == true { continue }
      sum += size
    }
    return sum
  }

  /// SHF_WRITE and SHF_ALLOC.
  private static let writable = 3
  /// SHT_PROGBITS and SHT_NOBITS.
  private static let programBits = 1, noBits = 8
}
