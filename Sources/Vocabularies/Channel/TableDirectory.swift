/// The memory that a worker finds its trace's tables in: a directory, then the tables, each at a multiple of eight bytes.
///
///     +--------------------------------------------------+---------+---------+-- - - -
///     | count · for each: name's hash, element bytes,     | table 0 | table 1 |
///     |                   elements, where it begins       |         |         |
///     +--------------------------------------------------+---------+---------+-- - - -
///     0                                                4096
///
/// The judge writes it through a mapping of its own; a worker can map it for reading only.
@safe public struct TableDirectory {
  /// Bytes before the first table.
  public static let byteCount = 4096
  /// The most tables of a trace.
  public static let tableLimit = 64
  /// The most bytes of a trace's tables together.
  public static let byteLimit = 256 << 20
  /// The file descriptor of this memory in a worker whose traces have tables.
  public static let descriptor: Int32 = 5

  private static let entryWords = 4

  /// Where a table lies.
  public struct Entry {
    public let elementBytes, count, offset: Int
  }

  private let memory: UnsafeMutableRawBufferPointer

  /// - Parameter memory: which outlives this value, and is as large as `room(for:)` says.
  @unsafe public init(in memory: UnsafeMutableRawBufferPointer) { unsafe self.memory = memory }

  /// Where the memory begins.
  public var base: UnsafeRawPointer? { unsafe UnsafeRawPointer(memory.baseAddress) }

  /// Bytes that some tables take, with the directory; 0 where there are none.
  public static func room(for tables: [NamedTable]) -> Int {
    tables.isEmpty ? 0 : tables.reduce(byteCount) { $0 + rounded($1.byteCount) }
  }

  private static func rounded(_ bytes: Int) -> Int { (bytes + 7) & ~7 }

  /// Puts tables in the place of those that were there.
  ///
  /// - Precondition: there is room for them, and they are no more than `tableLimit`.
  /// - Complexity: O(bytes).
  public func write(_ tables: [NamedTable]) {
    precondition(tables.count <= Self.tableLimit, "the tables fit into the directory")
    precondition(unsafe max(Self.byteCount, Self.room(for: tables)) <= memory.count, "the tables fit into their memory")
    var offset = Self.byteCount
    for (number, table) in tables.enumerated() {
      let words = [
        Channel.hash(ofParameter: table.name), UInt64(table.elementBytes), UInt64(table.count), UInt64(offset),
      ]
      for (place, word) in words.enumerated() { set(1 + Self.entryWords * number + place, word) }
      // Safe: the room was checked above, and the copy ends where the table does.
      let target = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[offset..<offset + table.byteCount])
      switch table.contents {
      case .words(let words): unsafe words.withUnsafeBytes { source in unsafe target.copyMemory(from: source) }
      case .bytes(let bytes): unsafe bytes.withUnsafeBytes { source in unsafe target.copyMemory(from: source) }
      }
      offset += Self.rounded(table.byteCount)
    }
    set(0, UInt64(tables.count))
  }

  /// The table of that name, if it lies within the memory.
  public func entry(_ name: String) -> Entry? {
    let hash = Channel.hash(ofParameter: name)
    for number in 0..<Int(min(word(0), UInt64(Self.tableLimit))) {
      let first = 1 + Self.entryWords * number
      guard word(first) == hash else { continue }
      let entry = Entry(
        elementBytes: Int(clamping: word(first + 1)), count: Int(clamping: word(first + 2)),
        offset: Int(clamping: word(first + 3)))
      let (byteCount, isTooLarge) = entry.count.multipliedReportingOverflow(by: entry.elementBytes)
      guard !isTooLarge, unsafe entry.offset <= memory.count, unsafe byteCount <= memory.count - entry.offset else {
        return nil
      }
      return entry
    }
    return nil
  }

  // Safe, both: every place is below the directory's 512 words, and the memory holds a directory.
  private func word(_ place: Int) -> UInt64 { unsafe memory.load(fromByteOffset: 8 * place, as: UInt64.self) }
  private func set(_ place: Int, _ word: UInt64) {
    unsafe memory.storeBytes(of: word, toByteOffset: 8 * place, as: UInt64.self)
  }
}
