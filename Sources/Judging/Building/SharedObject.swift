/// A shared object in the ELF format, as far as it says which symbols it defines. The bytes may be anyone's.
///
///     | header, 64 B: … section table's place at 40, entry size at 58, count at 60 | … | section table |
///     section, 64 B: type at 4, offset at 24, size at 32, linked section at 40
///     symbol, 24 B:  name's offset in the linked string table at 0, section at 6 (0: defined elsewhere)
struct SharedObject {
  enum Problem: Error, CustomStringConvertible {
    case notELF, notShared, foreignMachine, damaged

    var description: String {
      switch self {
      case .notELF: "is no ELF file (text beside libraries is for linkers; name the library itself)"
      case .notShared: "is no shared object"
      case .foreignMachine: "is made for another kind of machine"
      case .damaged: "is a damaged ELF file"
      }
    }
  }

  /// The names of symbols that it defines for others; nil where its sections were stripped away.
  let definedSymbols: Set<String>?

  init(_ bytes: [UInt8]) throws(Problem) {
    let file = ELFBytes(bytes: bytes)
    guard bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46]) else { throw .notELF }
    guard bytes.count >= 64, bytes[4] == 2, bytes[5] == 1 else { throw .foreignMachine }
    guard file.number(at: 16, bytes: 2) == 3 else { throw .notShared }
    guard file.number(at: 18, bytes: 2) == Self.machine else { throw .foreignMachine }
    guard let table = file.number(at: 40, bytes: 8), let entry = file.number(at: 58, bytes: 2),
      let count = file.number(at: 60, bytes: 2)
    else { throw .damaged }
    guard table > 0, count > 0 else {
      definedSymbols = nil
      return
    }
    guard entry >= 64 else { throw .damaged }
    var symbols: Set<String> = []
    for number in 0..<count where file.number(at: table + number * entry + 4, bytes: 4) == Self.dynamicSymbols {
      let section = table + number * entry
      guard let offset = file.number(at: section + 24, bytes: 8), let size = file.number(at: section + 32, bytes: 8),
        let link = file.number(at: section + 40, bytes: 4), link < count,
        let names = file.number(at: table + link * entry + 24, bytes: 8), size <= bytes.count, offset <= bytes.count
      else { throw .damaged }
      for symbol in stride(from: offset, to: offset + size, by: 24) {
        guard let name = file.number(at: symbol, bytes: 4), let home = file.number(at: symbol + 6, bytes: 2) else {
          throw .damaged
        }
        if home != 0, let text = file.text(at: names + name) { symbols.insert(text) }
      }
    }
    definedSymbols = symbols
  }

  /// SHT_DYNSYM.
  private static let dynamicSymbols = 11

  #if arch(x86_64)
    private static let machine = 62
  #else
    private static let machine = 183
  #endif
}
