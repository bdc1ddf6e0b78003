/// An object file in the ELF format, as far as it says how much its variables outside functions take.
///
///     | header, 64 B: … section table's place at 40, entry size at 58, count at 60, names' section at 62 | … | section table |
///     section, 64 B: name at 0, type at 4, flags at 8, offset at 24, size at 32
enum ObjectFile {
  /// Bytes of sections that can be written to, initialised or zero; nil where the bytes are no such file.
  static func globalBytes(_ bytes: [UInt8]) -> Int? {
    let file = ELFBytes(bytes: bytes)
    guard bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2, 1]), let table = file.number(at: 40, bytes: 8),
      let entry = file.number(at: 58, bytes: 2), entry >= 64, let count = file.number(at: 60, bytes: 2),
      let names = file.number(at: 62, bytes: 2), let texts = file.number(at: table + names * entry + 24, bytes: 8)
    else { return nil }
    var sum = 0
    for section in (0..<count).map({ table + $0 * entry }) {
      guard let name = file.number(at: section, bytes: 4), let type = file.number(at: section + 4, bytes: 4),
        let flags = file.number(at: section + 8, bytes: 8), let size = file.number(at: section + 32, bytes: 8)
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
