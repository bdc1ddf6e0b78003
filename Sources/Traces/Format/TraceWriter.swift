package import SystemPackage
import Vocabularies

/// Writes a trace block by block, in memory for one block and 32 bytes for each block written.
///
/// The file appears under its name when `finish` returns, whole and on the disk; a writer that ends before leaves at most
/// a temporary file `<name>.<process>-<n>.partial` beside it, and removes even that unless its process was killed.
package struct TraceWriter: ~Copyable {
  package let path: FilePath
  /// Slots are often counted while writing: may be set until `finish`.
  package var slotCount: Int
  /// Operations appended so far.
  package private(set) var operationCount = 0

  private let header: TraceHeader
  private let headerBytes: [UInt8]
  private let temporaryPath: FilePath
  private let file: TraceFile
  private var offset: Int
  private var pending: [UInt64] = []
  private var index: [BlockIndexEntry] = []
  private var hash: ContentHash
  private var isFinished = false

  package init(_ path: FilePath, header: TraceHeader) throws(TraceError) {
    let headerBytes = header.encoded()
    guard header.tables.count <= TableDirectory.tableLimit,
      header.tables.reduce(0, { $0 + $1.byteCount }) <= TableDirectory.byteLimit
    else {
      throw .tooLarge(
        path: path,
        reason: "more tables than \(TableDirectory.tableLimit), or than \(TableDirectory.byteLimit) bytes of them")
    }
    guard headerBytes.count <= TraceFormat.headerLimit else {
      throw .tooLarge(path: path, reason: "a header of \(headerBytes.count) bytes; shorten its origin or parameters")
    }
    let file = try TraceFile.createTemporary(beside: path)
    let firstBlock = try TableEntry.write(header.tables, to: file, at: TraceFormat.fixedLength + headerBytes.count)
    self.path = path
    self.header = header
    self.headerBytes = headerBytes
    slotCount = header.slotCount
    hash = ContentHash(of: header)
    temporaryPath = file.path
    offset = firstBlock
    pending.reserveCapacity(TraceFormat.blockCapacity)
    self.file = file
  }

  deinit { if !isFinished { TraceFile.remove(temporaryPath) } }

  /// The hash over vocabulary, parameters, tables and the operations so far, in hexadecimal.
  package var contentHash: String { hash.hexadecimal }

  @inline(__always)
  package mutating func append(_ word: UInt64) throws(TraceError) {
    pending.append(word)
    if pending.count == TraceFormat.blockCapacity { try flush() }
  }

  package mutating func append(_ words: some Sequence<UInt64>) throws(TraceError) {
    for word in words { try append(word) }
  }

  /// Completes the file, brings it to the disk and gives it its name. The writer must not be used afterwards.
  package mutating func finish() throws(TraceError) {
    precondition(!isFinished, "a trace is finished once")
    guard slotCount >= 0, slotCount <= TraceFormat.slotLimit else {
      throw .tooLarge(path: path, reason: "\(slotCount) slots, where a trace has at most \(TraceFormat.slotLimit)")
    }
    try flush()
    try writeIndex()
    try writeFixedPart()
    try file.synchronize()
    try TraceFile.rename(temporaryPath, to: path)
    isFinished = true
  }

  private mutating func flush() throws(TraceError) {
    guard !pending.isEmpty else { return }
    guard index.count < TraceFormat.blockLimit else {
      throw .tooLarge(path: path, reason: "more than \(TraceFormat.blockLimit) blocks; start another trace")
    }
    hash.update(pending)
    let bytes = BlockCoder.encode(pending)
    try file.write(bytes, at: offset)
    index.append(
      BlockIndexEntry(
        offset: offset, firstOperation: operationCount, checksum: ContentHash.checksum(bytes), byteCount: bytes.count,
        operationCount: pending.count))
    offset += bytes.count
    operationCount += pending.count
    pending.removeAll(keepingCapacity: true)
  }

  private func writeIndex() throws(TraceError) {
    var writer = ByteWriter()
    for entry in index {
      writer.append(UInt64(entry.offset))
      writer.append(UInt64(entry.firstOperation))
      writer.append(entry.checksum)
      writer.append(UInt32(entry.byteCount))
      writer.append(UInt32(entry.operationCount))
    }
    writer.append(ContentHash.checksum(writer.bytes))
    try file.write(writer.bytes, at: offset)
  }

  private func writeFixedPart() throws(TraceError) {
    var writer = ByteWriter()
    writer.append(contentsOf: TraceFormat.signature)
    writer.append(UInt32(header.version))
    writer.append(UInt32(headerBytes.count))
    writer.append(UInt64(operationCount))
    writer.append(UInt64(slotCount))
    writer.append(UInt64(offset))
    writer.append(hash.value)
    writer.append(ContentHash.checksum(writer.bytes + headerBytes))
    try file.write(writer.bytes + headerBytes, at: 0)
  }
}
