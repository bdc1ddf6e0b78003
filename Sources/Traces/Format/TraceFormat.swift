/// The trace file format, versions 1 and 2. Integers are little-endian; a trace stores 64-bit words and knows nothing about them.
///
///     offset
///        0  +---------------------------------------------------------+
///           | signature      89 'A' 'L' 'T' 'R' 0D 0A 1A              |  caught at once: text-mode copies, `type`
///        8  | version        u32: 1, or 2 where there are tables      |
///       12  | header length  u32, at most 1 MiB                       |
///       16  | operations     u64                                      |
///       24  | slot count     u64, at most 2²⁴                         |
///       32  | index offset   u64                                      |
///       40  | content hash   u64 (ContentHash)                        |
///       48  | checksum       u64 of bytes 0 ..< 48, then the header   |
///       56  +---------------------------------------------------------+
///           | header: vocabulary, name, origin    each u32 length, then UTF-8
///           |         seed flag u8, seed u64                          |
///           |         parameter count u32, each: name (as above), value i64
///           |         version 2: table count u32, each: name, element bytes u8,
///           |         elements u64, file offset u64, checksum u64     |
///           +---------------------------------------------------------+
///           | version 2: the tables' elements, one after the other    |
///           +---------------------------------------------------------+
///           | block 0        65 536 operations, see BlockCoder        |
///           | block 1 …      the last one holds the rest, 1 or more   |
///           +---------------------------------------------------------+
///    index  | for each block: file offset u64, first operation u64,   |
///           |                 checksum u64, byte length u32, operations u32
///           | checksum of the index  u64                              |
///      end  +---------------------------------------------------------+
///
/// Tables and blocks follow one another without gaps; blocks are decoded alone, so a reader reaches any operation by one seek and holds
/// one block. The fixed part is written last, into a temporary file which is then renamed: a trace is whole or absent.
package enum TraceFormat {
  /// The latest version: it is written where a trace needs it. Earlier ones are read as well.
  package static let version = 2
  /// Operations in each block but the last.
  package static let blockCapacity = 1 << 16
  /// The largest slot count that is read or written.
  package static let slotLimit = 1 << 24

  /// The most blocks, so that an index takes at most 32 MiB: 68 billion operations.
  static let blockLimit = 1 << 20

  static let signature: [UInt8] = [0x89, 0x41, 0x4c, 0x54, 0x52, 0x0d, 0x0a, 0x1a]
  static let fixedLength = 56
  static let checkedLength = 48
  static let headerLimit = 1 << 20
  static let indexEntryLength = 32
  static let checksumLength = 8
  /// No block is longer: a block that does not shrink is stored as its words, after one byte.
  static let blockByteLimit = blockCapacity * 8 + 1
}

/// One line of the block index.
struct BlockIndexEntry: Hashable, Sendable {
  var offset: Int
  var firstOperation: Int
  var checksum: UInt64
  var byteCount: Int
  var operationCount: Int
}
