package import SystemPackage
import Vocabularies

/// Reads a trace block by block, in memory for its tables, one block, and 32 bytes for each block of the file.
package struct TraceReader: ~Copyable {
  package let path: FilePath
  package let header: TraceHeader
  package let operationCount: Int
  /// Where each of the header's tables begins in the file.
  package let tableOffsets: [Int]
  /// The hash over vocabulary, parameters, tables and operations that the file states, in hexadecimal.
  package var contentHash: String { ContentHash.hexadecimal(statedHash) }
  /// The operation that the next call of `read` starts at.
  package private(set) var position = 0

  let statedHash: UInt64
  private let file: TraceFile
  private let index: [BlockIndexEntry]

  /// Opens a trace and checks its header and index; the blocks are checked when they are read.
  package init(_ path: FilePath) throws(TraceError) {
    let file = try TraceFile(reading: path)
    let byteCount = try file.byteCount()
    let fixed = try FixedPart(of: file, byteCount: byteCount)
    var header: TraceHeader
    let tables: [TableEntry]
    let start = TraceFormat.fixedLength + fixed.headerBytes.count
    do throws(ByteFault) {
      (header, tables) = try TraceHeader.decode(
        fixed.headerBytes, version: fixed.version, slotCount: fixed.slotCount)
      try TableEntry.check(tables, from: start, before: fixed.indexOffset)
    } catch {
      throw .damaged(path: path, offset: TraceFormat.fixedLength + error.position, reason: error.reason)
    }
    header.tables = try TableEntry.read(tables, from: file)
    index = try Self.readIndex(
      of: file, fixed, from: start + tables.reduce(0) { $0 + $1.byteCount }, byteCount: byteCount)
    tableOffsets = tables.map(\.offset)
    self.path = path
    self.header = header
    operationCount = fixed.operationCount
    statedHash = fixed.hash
    self.file = file
  }

  /// The length of the file.
  package func byteCount() throws(TraceError) -> Int { try file.byteCount() }

  package var blockCount: Int { index.count }

  /// Makes `operation` the one that is read next.
  ///
  /// - Precondition: `operation` is at most `operationCount`.
  package mutating func seek(to operation: Int) {
    precondition(operation >= 0 && operation <= operationCount, "operation \(operation) of \(operationCount)")
    position = operation
  }

  /// Replaces `words` with the operations from `position` to the end of its block. Returns false at the trace's end.
  package mutating func read(into words: inout [UInt64]) throws(TraceError) -> Bool {
    guard position < operationCount else {
      words.removeAll(keepingCapacity: true)
      return false
    }
    let block = position / TraceFormat.blockCapacity
    try readBlock(block, into: &words)
    let skipped = position - index[block].firstOperation
    if skipped > 0 { words.removeFirst(skipped) }
    position += words.count
    return true
  }

  /// Replaces `words` with the operations of a block.
  package func readBlock(_ number: Int, into words: inout [UInt64]) throws(TraceError) {
    let entry = index[number]
    let bytes = try file.read(at: entry.offset, count: entry.byteCount)
    guard bytes.count == entry.byteCount, ContentHash.checksum(bytes) == entry.checksum else {
      throw .damaged(path: path, offset: entry.offset, reason: "block \(number) does not match its checksum")
    }
    do throws(ByteFault) { try BlockCoder.decode(bytes, count: entry.operationCount, into: &words) } catch {
      throw .damaged(path: path, offset: entry.offset + error.position, reason: "block \(number): \(error.reason)")
    }
  }

  private static func readIndex(
    of file: borrowing TraceFile, _ fixed: FixedPart, from firstBlock: Int, byteCount: Int
  ) throws(TraceError) -> [BlockIndexEntry] {
    let path = file.path
    let start = fixed.indexOffset
    // The length was checked against the file's, and is at most 32 MiB.
    let bytes = try file.read(at: start, count: byteCount - start)
    let body = bytes.dropLast(TraceFormat.checksumLength)
    var trailer = ByteReader(bytes, from: body.count)
    do throws(ByteFault) {
      guard try trailer.uint64() == ContentHash.checksum(body) else {
        throw ByteFault(position: 0, reason: "the block index does not match its checksum")
      }
      var reader = ByteReader(bytes)
      var entries: [BlockIndexEntry] = []
      var offset = firstBlock
      var operation = 0
      for number in 0..<fixed.blockCount {
        let position = reader.position
        let statedOffset = try reader.uint64()
        let statedOperation = try reader.uint64()
        let checksum = try reader.uint64()
        let byteCount = Int(try reader.uint32())
        let count = Int(try reader.uint32())
        guard statedOffset == UInt64(offset), statedOperation == UInt64(operation),
          count == min(TraceFormat.blockCapacity, fixed.operationCount - operation),
          byteCount > 0, byteCount <= TraceFormat.blockByteLimit, byteCount <= start - offset
        else { throw ByteFault(position: position, reason: "the index misplaces block \(number)") }
        entries.append(
          BlockIndexEntry(
            offset: offset, firstOperation: operation, checksum: checksum, byteCount: byteCount, operationCount: count))
        offset += byteCount
        operation += count
      }
      guard offset == start else {
        throw ByteFault(position: 0, reason: "the blocks end at \(offset), before the index begins")
      }
      return entries
    } catch {
      throw .damaged(path: path, offset: start + error.position, reason: error.reason)
    }
  }
}
